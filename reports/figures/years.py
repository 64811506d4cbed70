"""The fiscal years that the figures can be asked for: those of the plan."""

from dataclasses import dataclass
from datetime import date

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import TrainingPlan


@dataclass(frozen=True)
class Years:
    """The plan's years and the one that is asked for; `problem` says in words why there is none."""

    all: tuple[FiscalYear, ...]
    chosen: FiscalYear | None
    problem: str = ""


def choose(asked: str, *, on: date) -> Years:
    """Read `?fiscal_year=` (2026, R8, 令和8年度); without it this year, or the plan's nearest."""
    plan = TrainingPlan.objects.order_by("-first_year").first()
    if plan is None:
        return Years((), FiscalYear.containing(on))
    years = tuple(FiscalYear.between(plan.first_year, plan.last_year))
    if not asked:
        return Years(years, min(max(FiscalYear.containing(on), years[0]), years[-1]))
    try:
        chosen = FiscalYear.parse(asked)
    except ValueError as reason:
        return Years(years, None, str(reason))
    if chosen not in years:
        return Years(years, None, f"{chosen}は育成計画の期間({years[0]}から{years[-1]}まで)の外です。")
    return Years(years, chosen)
