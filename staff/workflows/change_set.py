"""The life of a change set: checked, applied as a whole, undone as a whole."""

from datetime import datetime

from aomori_dx.kernel.tables.importing import KINDS
from aomori_dx.kernel.workflow import Move, Workflow
from staff import permissions as may
from staff.models import ChangeSet, ChangeSetState, User

S = ChangeSetState


def _officer(by: User, change_set: ChangeSet, at: datetime) -> bool:
    return may.import_change_set(by, change_set, at)


def _can_be_undone(change_set: ChangeSet, at: datetime) -> str | None:
    """Some files start what cannot be taken back; their kind says why."""
    return KINDS[change_set.kind].no_undo or None


CHANGE_SET = Workflow(
    ChangeSet,
    [
        Move("accept", "確認", frozenset({S.CHECKING}), S.READY, who=_officer),
        Move("refuse", "エラーの検出", frozenset({S.CHECKING}), S.REFUSED, who=_officer),
        Move("recheck", "確認のやり直し", frozenset({S.READY, S.REFUSED}), S.CHECKING, who=_officer),
        Move("apply", "適用", frozenset({S.READY}), S.APPLIED, who=_officer),
        Move(
            "undo",
            "適用の取り消し",
            frozenset({S.APPLIED}),
            S.UNDONE,
            who=_officer,
            needs=(_can_be_undone,),
            reason_required=True,
        ),
        Move("discard", "破棄", frozenset({S.CHECKING, S.READY, S.REFUSED}), S.DISCARDED, who=_officer),
    ],
    field="state",
)
