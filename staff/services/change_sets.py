"""A file on its way into the records: what an officer asks for. The slow steps are jobs: `change_set_jobs`."""

import hashlib
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import Job
from aomori_dx.kernel.tables.importing import KINDS, FileKind
from aomori_dx.kernel.tables.reading import Choices, Remark
from staff.models import ChangeSet, ChangeSetFile, ChangeSetState, LineOutcome, User
from staff.workflows.change_set import CHANGE_SET

CHECK, APPLY, UNDO = "check_change_set", "apply_change_set", "undo_change_set"


def kind_of(change_set: ChangeSet) -> FileKind:
    return KINDS[change_set.kind]


def content_of(change_set: ChangeSet) -> bytes:
    return bytes(ChangeSetFile.objects.get(change_set=change_set).content)


@transaction.atomic
def upload(kind: str, *, name: str, content: bytes, as_of: date | None, by: User, at: datetime) -> ChangeSet:
    """Keep a file and ask for its check. `as_of` is today for kinds whose rows carry their own dates.

    Raises NotAllowed where this person may not load such files, RuleBroken where there are none.
    """
    file_kind = KINDS[kind]
    if file_kind.by_hand:
        raise RuleBroken(f"{file_kind.title}は、ファイルではなく画面で行います。")
    if not file_kind.who(by, clock.day_of(at)):
        raise NotAllowed(f"{file_kind.title}を取り込む権限がありません。")
    change_set = ChangeSet.objects.create(
        kind=kind,
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        as_of=as_of or clock.day_of(at),
        uploaded_by_id=by.pk,
        uploaded_by_name=str(by),
        uploaded_at=at,
    )
    ChangeSetFile.objects.create(change_set=change_set, content=content)
    _ask(CHECK, change_set, by=by, at=at)
    return change_set


@transaction.atomic
def recheck(change_set_id: int, *, choices: Choices, as_of: date, by: User, at: datetime) -> ChangeSet:
    """Read the same file again, or in another way. A check that failed is asked for again."""
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set_id)
    if change_set.state != ChangeSetState.CHECKING:
        change_set = CHANGE_SET.move(change_set_id, "recheck", by=by, at=at)
    change_set.options, change_set.as_of = asdict(choices), as_of
    change_set.save(update_fields=["options", "as_of"])
    _ask(CHECK, change_set, by=by, at=at)
    return change_set


@transaction.atomic
def request_apply(change_set_id: int, *, by: User, at: datetime) -> Job:
    """Ask for the apply. Raises RuleBroken or NotAllowed where it is not possible."""
    return _request(change_set_id, "apply", APPLY, by=by, at=at)


@transaction.atomic
def request_undo(change_set_id: int, *, reason: str, by: User, at: datetime) -> Job:
    """Ask for the undo, with a reason. Raises RuleBroken or NotAllowed where it is not possible."""
    if not reason.strip():
        raise RuleBroken("取り消しの理由を入力してください。")
    return _request(change_set_id, "undo", UNDO, by=by, at=at, reason=reason)


def discard(change_set_id: int, *, by: User, at: datetime) -> ChangeSet:
    """Put a file aside that is not to be applied. It stays in the list."""
    return CHANGE_SET.move(change_set_id, "discard", by=by, at=at)


def _request(change_set_id: int, move: str, kind: str, *, by: User, at: datetime, reason: str = "") -> Job:
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set_id)
    if blockers := CHANGE_SET.blockers(change_set, move, by=by, at=at):
        raise RuleBroken("\n".join(blockers))
    return _ask(kind, change_set, by=by, at=at, reason=reason)


def _ask(kind: str, change_set: ChangeSet, *, by: User, at: datetime, reason: str = "") -> Job:
    params = {"change_set": change_set.pk, "by": by.pk, "reason": reason}
    return progress.enqueue(kind, key=f"{kind}:{change_set.pk}", params=params, by=by, at=at)


def remarks_of(change_set: ChangeSet) -> list[Remark]:
    """What is wrong with the file, and what is worth knowing, by row and column."""
    lines = change_set.lines.filter(outcome__in=[LineOutcome.ERROR, LineOutcome.WARNING])
    return [Remark(line.row, line.key, line.label, line.reason) for line in lines]
