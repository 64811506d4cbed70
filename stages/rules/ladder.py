"""How far the plan takes whom (R22): one stage a fiscal year from the appointment on. Pure."""

from collections.abc import Sequence

from aomori_dx.kernel.fiscal_year import FiscalYear


def highest_stage(cohort: FiscalYear, last_year: FiscalYear, stages: Sequence[int]) -> int | None:
    """The highest stage that people appointed in `cohort` can reach by the plan's `last_year`, one a year without a
    break: R6 comes to the fifth in R10, R9 to the second. `stages`: the numbers there are, the first one first. None
    for a cohort after the plan's end, or where there are no stages."""
    years = int(last_year) - int(cohort) + 1
    return stages[min(years, len(stages)) - 1] if years > 0 and stages else None


def first_year_of(stage: int, first_cohort: FiscalYear, stages: Sequence[int]) -> FiscalYear:
    """The first fiscal year in which somebody can be in `stage`: the first cohort, one stage a year."""
    return FiscalYear(int(first_cohort) + stages.index(stage))


def why_beyond(
    stage: int, fiscal_year: FiscalYear, *, first_year: FiscalYear, last_year: FiscalYear, stages: Sequence[int]
) -> str | None:
    """The sentence that warns of a stage planned for a year in which nobody can be in it; None where somebody can.

    It is a warning: who was recognised for prior learning may be further than the years say.
    """
    if fiscal_year > last_year:
        return f"{fiscal_year}は、育成計画({first_year.short}から{last_year.short}まで)の後の年度です。"
    if fiscal_year < first_year:
        return f"{fiscal_year}は、育成計画({first_year.short}から{last_year.short}まで)の前の年度です。"
    earliest = first_year_of(stage, first_year, stages)
    if fiscal_year >= earliest:
        return None
    if earliest > last_year:
        return f"育成計画の最終年度({last_year.short})までに、この段階に進む人はいません。"
    return f"この段階に進む人が出るのは、{earliest}からです({first_year.short}に任命した人が、1年度に1段階進む場合)。"
