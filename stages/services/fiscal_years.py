"""Closing the plan's fiscal years and opening them again: who may, in which order, what hangs on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import FiscalYearClosing
from staff.models import User
from stages import permissions as may
from stages.models import StageEnrollment, StageStatus, TrainingPlan

NOT_YOURS = "年度を締めたり、締めを解除したりできるのは、DX推進担当だけです。"
UNFINISHED = (StageStatus.IN_PROGRESS, StageStatus.SUSPENDED)


@dataclass(frozen=True)
class Standing:
    """How one year of the plan stands. `acts`: what was done to it, newest first."""

    year: FiscalYear
    is_closed: bool
    is_over: bool
    why_not_close: str | None
    acts: list[FiscalYearClosing] = field(default_factory=list)

    @property
    def last_act(self) -> FiscalYearClosing | None:
        return self.acts[0] if self.acts else None


def plan_years() -> list[FiscalYear]:
    """Every year of every plan, the first one first."""
    plans = TrainingPlan.objects.all()
    return sorted({year for plan in plans for year in FiscalYear.between(plan.first_year, plan.last_year)})


def standings(*, on: date) -> list[Standing]:
    """The years of the plan, the first one first."""
    closed, years = closing.closed_years(), plan_years()
    acts: dict[FiscalYear, list[FiscalYearClosing]] = {}
    for row in FiscalYearClosing.objects.order_by("-pk"):
        acts.setdefault(row.fiscal_year, []).append(row)
    return [
        Standing(
            year=year,
            is_closed=closed.holds(year),
            is_over=year.last_day < on,
            why_not_close=_why_not(year, years, closed, on=on),
            acts=acts.get(year, []),
        )
        for year in years
    ]


def _why_not(year: FiscalYear, years: Iterable[FiscalYear], closed: closing.Closed, *, on: date) -> str | None:
    """The plan's years are closed from its first one on."""
    if reason := closing.why_not_close(year, closed, on=on):
        return reason
    earlier = next((other for other in years if other < year and not closed.holds(other)), None)
    return f"先に{earlier}を締めてください。年度は順番に締めます。" if earlier else None


def why_not_close(year: FiscalYear, *, on: date) -> str | None:
    """Why a year of the plan cannot be closed on `on`; None if it can."""
    return _why_not(year, plan_years(), closing.closed_years(), on=on)


def unfinished(year: FiscalYear) -> int:
    """How many people's training of the year has no outcome yet: after the closing it could get none."""
    return StageEnrollment.objects.filter(fiscal_year=year, status__in=UNFINISHED).count()


def close(year: FiscalYear, *, reason: str, by: User, at: datetime) -> FiscalYearClosing:
    """Close a year of the plan.

    Raises NotAllowed, or RuleBroken: it is not over, it is closed, an earlier one is open, no reason.
    """
    _check_who(by, at)
    if refusal := why_not_close(year, on=day_of(at)):
        raise RuleBroken(refusal)
    return closing.close(year, by=by, at=at, reason=reason)


def reopen(year: FiscalYear, *, reason: str, by: User, at: datetime) -> list[FiscalYearClosing]:
    """Open a closed year and the later ones. Raises NotAllowed, or RuleBroken: it is not closed, no reason."""
    _check_who(by, at)
    return closing.reopen(year, by=by, at=at, reason=reason)


def _check_who(by: User, at: datetime) -> None:
    if not may.close_years(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
