"""What follows a move of a promoter's year: since when the new state holds, and which judgement still does."""

from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import constraints_as_rules
from stages.models import StageEnrollment
from stages.rules import judgement as rules

UNJUDGED: dict[str, Any] = {"outcome": "", "outcome_reason": "", "judged_by_name": "", "judged_on": None}


def date_the_status(rows: list[StageEnrollment], *, by: Any, at: datetime) -> None:
    """The states hold from the day of the move on. Raises RuleBroken for a day before the start."""
    day = day_of(at)
    with constraints_as_rules():
        _of(rows).update(status_on=day)
    for row in rows:
        row.status_on = day


def keep_the_judgement_true(rows: list[StageEnrollment], *, by: Any, at: datetime) -> None:
    """A draft, or a judgement of another state, is of no account any more."""
    forget_the_judgement([row for row in rows if row.outcome and not rules.is_judged_as(row)], by=by, at=at)


def forget_the_judgement(rows: list[StageEnrollment], *, by: Any, at: datetime) -> None:
    """The year waits for its judgement again."""
    if not rows:
        return
    _of(rows).update(**UNJUDGED)
    for row in rows:
        for name, value in UNJUDGED.items():
            setattr(row, name, value)


def _of(rows: list[StageEnrollment]) -> Any:
    return StageEnrollment.objects.filter(pk__in=[row.pk for row in rows])
