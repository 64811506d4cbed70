"""The import contract: every kind of file is read, planned and written in the same way, all or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.journal import NO_JOURNAL, Journal
from aomori_dx.kernel.memory import many_objects
from aomori_dx.kernel.tables.reading import DEFAULT_CHOICES, Choices, Column, Table, read_table
from aomori_dx.kernel.tables.report import Report


class Plan(Protocol):
    """What a file would change. It was made without writing; `write` does it, inside the caller's transaction."""

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None: ...


Planner = Callable[[Table, Report, date], Plan]


@dataclass(frozen=True)
class FileKind:
    """A kind of file. `plan` looks at the table, fills the report (errors too) and says what to write.

    `dated`: the file is about one day. `complete`: it lists everybody as of that day, and who is missing has ended.
    `who`: may this person, on this day, load such a file? `by_hand`: there is no such file; an act on a page of its
    own is kept as a change set, so that it stands in the same list and can be undone in the same way. `totals`: what
    it counts beside its rows. `no_undo`: why a file that was applied cannot be undone as a whole; empty where it can.
    it counts beside its rows. `remembers`: keys of its questions whose answers hold for the next file of the same form
    too. `undoing` is given the journal's pages before a file is taken back, and says what is to be done after that.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    plan: Planner
    who: Callable[[Any, date], bool]
    dated: bool = False
    complete: bool = False
    by_hand: bool = False
    totals: tuple[str, ...] = ()
    no_undo: str = ""
    remembers: tuple[str, ...] = ()
    undoing: Callable[[Iterable[Any]], Callable[..., None]] | None = None


KINDS: dict[str, FileKind] = {}
"""The kinds of files that the import screen offers, by code, in the order of registration."""


def register(kind: FileKind) -> None:
    """Offer a kind of file. Called in `AppConfig.ready`."""
    KINDS[kind.code] = kind


@dataclass(frozen=True)
class Prepared:
    """A file, read and compared with the records, not written. `plan` is None where the file cannot be read."""

    table: Table
    report: Report
    plan: Plan | None


def prepare(kind: FileKind, content: bytes, *, as_of: date, choices: Choices = DEFAULT_CHOICES) -> Prepared:
    """Read a file as of a date and say what it would change. Writes nothing; locks what it compares with."""
    return compare(kind, read_table(content, kind.columns, choices), as_of=as_of)


def compare(kind: FileKind, table: Table, *, as_of: date) -> Prepared:
    """Say what a file that was read would change. Writes nothing; locks what it compares with."""
    report = Report(
        kind.code,
        read=table.read,
        errors=list(table.errors),
        warnings=list(table.warnings),
        totals=dict.fromkeys(kind.totals, 0),
        form=table.form,
    )
    plan = None if table.errors and not table.records else kind.plan(table, report, as_of)
    report.in_file_order()
    return Prepared(table, report, plan)


@many_objects()
@transaction.atomic
def import_file(
    kind: FileKind, content: bytes, *, as_of: date, by: Any, at: datetime, source: str, dry_run: bool = False
) -> Report:
    """Read a file as of a date and write it, unless it has an error or `dry_run` is set.

    One transaction: rows are locked before they are compared, so that what the report says is what is written.
    A dry run writes too and takes it back, so that it finds what only the database refuses.
    Loading the same file again changes nothing.
    """
    prepared = prepare(kind, content, as_of=as_of)
    report = prepared.report
    if prepared.plan is not None and not report.errors:
        try:
            with transaction.atomic():
                prepared.plan.write(by=by, at=at, reason=f"{kind.title}の取込({source})", journal=NO_JOURNAL)
                transaction.set_rollback(dry_run)
        except RuleBroken as refusal:
            report.error(None, "", "", str(refusal))
    return report
