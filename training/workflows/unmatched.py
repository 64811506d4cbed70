"""未照合の結果: whose account it is, or nobody's; taken back, it waits again."""

from aomori_dx.kernel.workflow import Move, Workflow
from training import permissions as may
from training.models import UnmatchedResult
from training.models import UnmatchedState as S

UNMATCHED = Workflow(
    UnmatchedResult,
    [
        Move("match", "照合", frozenset({S.WAITING}), S.MATCHED, who=may.settle_result),
        Move("set_aside", "対象外", frozenset({S.WAITING}), S.SET_ASIDE, who=may.settle_result, reason_required=True),
        Move(
            "take_back",
            "照合の取消",
            frozenset({S.MATCHED, S.SET_ASIDE}),
            S.WAITING,
            who=may.settle_result,
            reason_required=True,
        ),
    ],
    field="state",
)
