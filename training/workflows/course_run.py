"""開催回: from the plan to the day."""

from aomori_dx.kernel.workflow import Move, Workflow
from training import permissions as may
from training.models import CourseRun
from training.models import RunStatus as S
from training.rules import runs as rules

OPEN = (rules.year_is_open,)

COURSE_RUN = Workflow(
    CourseRun,
    [
        Move(
            "open",
            "募集開始",
            frozenset({S.DRAFT, S.CLOSED}),
            S.OPEN,
            who=may.run_the_run,
            needs=(*OPEN, rules.has_meetings),
        ),
        Move("close", "締切", frozenset({S.OPEN}), S.CLOSED, who=may.run_the_run, needs=OPEN),
        Move(
            "hold", "実施済", frozenset({S.OPEN, S.CLOSED}), S.HELD, who=may.run_the_run, needs=(*OPEN, rules.has_begun)
        ),
        Move(
            "cancel",
            "中止",
            frozenset({S.DRAFT, S.OPEN, S.CLOSED}),
            S.CANCELLED,
            who=may.run_the_run,
            needs=OPEN,
            reason_required=True,
        ),
    ],
    related=("course",),
)
