"""The slow steps of a change set: check, apply, undo. Each is one transaction, and safe to run twice."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import transaction

from aomori_dx.kernel import bulk, clock, journal
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.memory import many_objects
from aomori_dx.kernel.progress import Steps
from aomori_dx.kernel.tables.importing import Prepared, compare
from aomori_dx.kernel.tables.reading import Choices, Remark, Table, read_table
from aomori_dx.kernel.tables.report import Change, Report
from aomori_dx.kernel.text import fold
from staff import impacts
from staff.models import ChangeLine, ChangePage, ChangeSet, ChangeSetState, LineOutcome, User
from staff.services import departments
from staff.services.change_sets import content_of, kind_of
from staff.signals import records_changed
from staff.workflows.change_set import CHANGE_SET

SOURCES = 100
"""So many earlier files of a kind are asked how they were read."""
IMPACT_DAYS = 5
"""Consequences are looked for on so many of the days on which a file changes something."""


class _Undone(Exception):
    """Ends a trial."""


@many_objects()
def check(change_set_id: int, *, by: User, at: datetime) -> ChangeSet:
    """Read the file, compare it, keep the lines of the preview and the consequences. Again: no change."""
    change_set = ChangeSet.objects.get(pk=change_set_id)
    if change_set.state != ChangeSetState.CHECKING:
        return change_set
    choices = Choices(**change_set.options) if change_set.options else _remembered(change_set)
    return _check(change_set, _read(change_set, choices), by=by, at=at)


def _read(change_set: ChangeSet, choices: Choices) -> Table:
    """The rows of the file. Before the transaction, for nobody is to wait while they are read: files do not change."""
    return read_table(content_of(change_set), kind_of(change_set).columns, choices)


@transaction.atomic
def _check(read: ChangeSet, table: Table, *, by: User, at: datetime) -> ChangeSet:
    departments.hold_still()
    change_set = ChangeSet.objects.select_for_update().get(pk=read.pk)
    if change_set.state != ChangeSetState.CHECKING or change_set.options != read.options:
        return change_set  # somebody else has checked it, or another check was asked for meanwhile
    prepared, choices = compare(kind_of(change_set), table, as_of=change_set.as_of), table.choices
    consequences = _try(change_set, prepared, by=by, at=at)
    report = prepared.report
    change_set.options = asdict(choices)
    change_set.header_digest = _header_key(table.headers)
    change_set.checked = {
        "counts": {key: value for key, value in report.as_json().items() if isinstance(value, int)},
        "changed_fields": report.changed_fields(),
        "digest": report.digest(),
        "form": report.form,
        "header_row": table.header_row,
        "headers": table.headers,
        "names": table.names,
        "sample": table.sample,
        "questions": [asdict(question) for question in report.questions],
        "days": [day.isoformat() for day in _days(change_set, prepared)],
        "impacts": [asdict(impact) for impact in consequences],
    }
    change_set.save(update_fields=["options", "header_digest", "checked"])
    _keep_lines(change_set, prepared)
    return CHANGE_SET.move(change_set.pk, "refuse" if report.errors else "accept", by=by, at=at)


def _header_key(headers: list[str]) -> str:
    """The same for files of the same source: their header rows are the same."""
    return hashlib.sha256(fold("|".join(headers)).encode()).hexdigest()


def _remembered(change_set: ChangeSet) -> Choices:
    """How the last file with the same header row was read: encoding, columns, and what its kind remembers."""
    earlier = ChangeSet.objects.filter(kind=change_set.kind).exclude(pk=change_set.pk).exclude(options={})
    recent = earlier.order_by("-pk").values_list("header_digest", "options")[:SOURCES]
    chosen = {
        key: options
        for key, options in reversed(recent)
        if options["encoding"] or options["mapping"] or options.get("extra")
    }
    if not chosen:
        return Choices()  # most files are read as they come: do not read this one twice
    options = chosen.get(_header_key(read_table(content_of(change_set), kind_of(change_set).columns).headers), {})
    extra, remembers = options.get("extra", {}), kind_of(change_set).remembers
    return Choices(
        encoding=options.get("encoding", ""),
        mapping=options.get("mapping", {}),
        extra={key: extra[key] for key in remembers if key in extra},
    )


def _try(change_set: ChangeSet, prepared: Prepared, *, by: User, at: datetime) -> list[impacts.Impact]:
    """Write for trial, see what it means, and take it back; what the database refuses becomes an error."""
    report = prepared.report
    if prepared.plan is None or report.errors:
        return []
    found: list[impacts.Impact] = []
    try:
        with transaction.atomic():
            prepared.plan.write(by=by, at=at, reason="", journal=journal.TRIAL)
            for day in _days(change_set, prepared):
                found.extend(impacts.find(day))
            raise _Undone
    except _Undone:
        return found
    except RuleBroken as refusal:
        report.error(None, "", "", str(refusal))
        return []


def _days(change_set: ChangeSet, prepared: Prepared) -> list[date]:
    """The days on which the file changes something: its own day, or those of its rows."""
    if kind_of(change_set).dated:
        return [change_set.as_of]
    days = {record["on"] for record in prepared.table.records if "on" in record}
    return sorted(days)[-IMPACT_DAYS:]


def _keep_lines(change_set: ChangeSet, prepared: Prepared) -> None:
    """The preview: errors first, then warnings, then the records in the order of the file."""
    report = prepared.report
    ChangeLine.objects.filter(change_set=change_set).delete()
    bulk.insert_all(ChangeLine, _lines(change_set, report), keyed=False)


def _lines(change_set: ChangeSet, report: Report) -> Iterator[ChangeLine]:
    errors = (_remark_line(remark, LineOutcome.ERROR) for remark in report.errors)
    warnings = (_remark_line(remark, LineOutcome.WARNING) for remark in report.warnings)
    for position, line in enumerate(chain(errors, warnings, map(_change_line, report.changes))):
        line.change_set, line.position = change_set, position
        yield line


def _remark_line(remark: Remark, outcome: str) -> ChangeLine:
    return ChangeLine(
        row=remark.row, outcome=outcome, key=remark.column[:40], label=remark.value[:200], reason=remark.reason
    )


def _change_line(change: Change) -> ChangeLine:
    fields = {label: [_plain(old), _plain(new)] for label, (old, new) in change.fields.items()}
    return ChangeLine(
        row=change.row, outcome=change.outcome, key=change.key[:40], label=change.label[:200], fields=fields
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int)) else str(value)


@many_objects()
def apply(change_set_id: int, *, by: User, at: datetime) -> ChangeSet:
    """Write the file as it was shown, with a journal, all or nothing. Again: no change.

    Raises RuleBroken where the records have changed since the check, so that something else would be written.
    """
    change_set = ChangeSet.objects.get(pk=change_set_id)
    if change_set.state == ChangeSetState.APPLIED:
        return change_set
    return _apply(change_set.pk, _read(change_set, Choices(**change_set.options)), by=by, at=at)


@transaction.atomic
def _apply(change_set_id: int, table: Table, *, by: User, at: datetime) -> ChangeSet:
    departments.hold_still()
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set_id)
    if change_set.state == ChangeSetState.APPLIED:
        return change_set
    kind = kind_of(change_set)
    prepared = compare(kind, table, as_of=change_set.as_of)
    if prepared.plan is None or prepared.report.errors or prepared.report.digest() != change_set.checked["digest"]:
        raise RuleBroken(
            "確認のあとに記録が変わりました。何も書き込んでいません。「もう一度確認する」を押してください。"
        )
    kept = journal.KeptJournal(lambda **page: ChangePage.objects.create(change_set=change_set, **page))
    reason = f"{kind.title}の取込({change_set.file_name})"
    prepared.plan.write(by=by, at=at, reason=reason, journal=kept)
    kept.close()
    change_set.applied_at = at
    change_set.save(update_fields=["applied_at"])
    change_set = CHANGE_SET.move(change_set.pk, "apply", by=by, at=at)
    records_changed.send(sender=ChangeSet, by=by, at=at)
    return change_set


@many_objects()
@transaction.atomic
def undo(change_set_id: int, *, reason: str, by: User, at: datetime) -> ChangeSet:
    """Take an applied file back as a whole. Again: no change.

    Raises RuleBroken with the list of what depends on it by now.
    """
    departments.hold_still()
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set_id)
    if change_set.state == ChangeSetState.UNDONE:
        return change_set
    pages, undoing = ChangePage.objects.filter(change_set=change_set), kind_of(change_set).undoing
    follow = undoing(pages) if undoing else None
    journal.undo(pages)
    if follow:
        follow(by=by, at=at)
    change_set = CHANGE_SET.move(change_set.pk, "undo", by=by, at=at, reason=reason)
    records_changed.send(sender=ChangeSet, by=by, at=at)
    return change_set


def run_check(steps: Steps) -> dict[str, Any]:
    """The job of a check."""
    steps.at(0, 1, "ファイルを読み、記録と照らし合わせています。")
    return _done(check(steps.params["change_set"], by=_officer(steps), at=clock.now()))


def run_apply(steps: Steps) -> dict[str, Any]:
    """The job of an apply."""
    steps.at(0, 1, "記録に書き込んでいます。途中で止まっても、書きかけにはなりません。")
    return _done(apply(steps.params["change_set"], by=_officer(steps), at=clock.now()))


def run_undo(steps: Steps) -> dict[str, Any]:
    """The job of an undo."""
    steps.at(0, 1, "取込の前の記録に戻しています。")
    officer = _officer(steps)
    return _done(undo(steps.params["change_set"], reason=steps.params["reason"], by=officer, at=clock.now()))


def _officer(steps: Steps) -> User:
    return User.objects.select_related("employee").get(pk=steps.params["by"])


def _done(change_set: ChangeSet) -> dict[str, Any]:
    return {"change_set": change_set.pk, "state": change_set.state}
