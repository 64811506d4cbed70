"""年度更新: from the dry run to its end."""

from aomori_dx.kernel.workflow import Move, Workflow
from stages import permissions as may
from stages.models import Rollover
from stages.models import RolloverState as S
from stages.rules import turning as rules

ROLLOVER = Workflow(
    Rollover,
    [
        Move(
            "start",
            "実行",
            frozenset({S.PLANNED}),
            S.RUNNING,
            who=may.turn_this_year,
            needs=(rules.year_has_begun, rules.year_is_open, rules.nobody_else_is_at_it),
        ),
        Move("finish", "完了", frozenset({S.RUNNING}), S.DONE, who=may.end_the_turn),
        Move("discard", "破棄", frozenset({S.PLANNED}), S.DISCARDED, who=may.turn_this_year),
    ],
    field="state",
)
