"""年度の育成: how a promoter's year in a stage goes on and ends."""

from typing import Any

from aomori_dx.kernel.workflow import Move, Workflow
from stages import permissions as may
from stages.effects import enrollment as effects
from stages.models import StageEnrollment
from stages.models import StageStatus as S
from stages.rules import judgement
from stages.rules import progression as rules

DATED = (effects.date_the_status, effects.keep_the_judgement_true)
OPEN = (rules.year_is_open,)
RUNNING = frozenset({S.IN_PROGRESS, S.SUSPENDED})
TO_COMPLETE = (*OPEN, rules.stage_before_is_completed, rules.stage_is_not_completed_yet)
TO_TAKE_BACK = (*OPEN, judgement.was_judged, judgement.next_year_has_not_begun)


def _judged(name: str, label: str, sources: frozenset[S], target: S, **more: Any) -> Move:
    """A move that DX推進担当 makes, by the judgement or in the middle of the year."""
    told: dict[str, Any] = {"who": may.judge_progress, "needs": OPEN, "then_all": DATED, **more}
    return Move(name, label, sources, target, **told)


STAGE_ENROLLMENT = Workflow(
    StageEnrollment,
    [
        _judged("complete", "修了", frozenset({S.IN_PROGRESS}), S.COMPLETED, needs=TO_COMPLETE),
        _judged("recognise", "認定", RUNNING, S.COMPLETED, needs=TO_COMPLETE, reason_required=True),
        _judged("end_without_completion", "未修了", frozenset({S.IN_PROGRESS}), S.NOT_COMPLETED),
        _judged("repeat", "再履修", RUNNING, S.NOT_COMPLETED, reason_required=True),
        _judged("carry_on", "継続", RUNNING, S.NOT_COMPLETED, reason_required=True),
        _judged("suspend", "中断", frozenset({S.IN_PROGRESS}), S.SUSPENDED, reason_required=True),
        _judged(
            "stay_suspended",
            "中断のまま",
            frozenset({S.SUSPENDED}),
            S.SUSPENDED,
            then_all=(effects.keep_the_judgement_true,),
            reason_required=True,
        ),
        _judged(
            "resume",
            "再開",
            frozenset({S.SUSPENDED}),
            S.IN_PROGRESS,
            needs=(*OPEN, rules.promoter_goes_on),
        ),
        _judged("withdraw", "辞退", RUNNING, S.WITHDRAWN, reason_required=True),
        Move(
            "withdraw_with_promoter",
            "辞退",
            RUNNING,
            S.WITHDRAWN,
            who=may.end_with_promoter,
            needs=(*OPEN, rules.promoter_withdrew),
            then_all=DATED,
            reason_required=True,
        ),
        _judged(
            "take_back",
            "判定の取消",
            frozenset({S.COMPLETED, S.NOT_COMPLETED, S.WITHDRAWN}),
            S.IN_PROGRESS,
            needs=(*TO_TAKE_BACK, rules.promoter_goes_on),
            reason_required=True,
        ),
        _judged(
            "take_back_suspended",
            "判定の取消",
            frozenset({S.SUSPENDED}),
            S.SUSPENDED,
            needs=TO_TAKE_BACK,
            then_all=(effects.forget_the_judgement,),
            reason_required=True,
        ),
    ],
    related=("promoter__employee", "stage"),
    gather=rules.gather,
)
