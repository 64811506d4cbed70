"""年度の育成: how a promoter's year in a stage goes on and ends."""

from aomori_dx.kernel.workflow import Move, Workflow
from stages import permissions as may
from stages.effects import enrollment as effects
from stages.models import StageEnrollment
from stages.models import StageStatus as S
from stages.rules import progression as rules

DATED = (effects.date_the_status,)
OPEN = (rules.year_is_open,)

STAGE_ENROLLMENT = Workflow(
    StageEnrollment,
    [
        Move(
            "complete",
            "修了",
            frozenset({S.IN_PROGRESS}),
            S.COMPLETED,
            who=may.judge_progress,
            needs=(*OPEN, rules.stage_before_is_completed, rules.stage_is_not_completed_yet),
            then=DATED,
        ),
        Move(
            "end_without_completion",
            "未修了",
            frozenset({S.IN_PROGRESS}),
            S.NOT_COMPLETED,
            who=may.judge_progress,
            needs=OPEN,
            then=DATED,
        ),
        Move(
            "suspend",
            "中断",
            frozenset({S.IN_PROGRESS}),
            S.SUSPENDED,
            who=may.judge_progress,
            needs=OPEN,
            then=DATED,
            reason_required=True,
        ),
        Move(
            "resume",
            "再開",
            frozenset({S.SUSPENDED}),
            S.IN_PROGRESS,
            who=may.judge_progress,
            needs=(*OPEN, rules.promoter_goes_on),
            then=DATED,
        ),
        Move(
            "withdraw",
            "辞退",
            frozenset({S.IN_PROGRESS, S.SUSPENDED}),
            S.WITHDRAWN,
            who=may.judge_progress,
            needs=OPEN,
            then=DATED,
            reason_required=True,
        ),
        Move(
            "withdraw_with_promoter",
            "辞退",
            frozenset({S.IN_PROGRESS, S.SUSPENDED}),
            S.WITHDRAWN,
            who=may.end_with_promoter,
            needs=(*OPEN, rules.promoter_withdrew),
            then=DATED,
            reason_required=True,
        ),
    ],
)
