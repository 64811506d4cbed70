"""The order of the stages over a promoter's years, as a list of past years may tell it. Plain Python."""

from dataclasses import dataclass

from aomori_dx.kernel.fiscal_year import FiscalYear

COMPLETED = "completed"


@dataclass(frozen=True)
class TakenStage:
    """Which stage was taken, and how it ended."""

    stage: int
    status: str


def why_not(fiscal_year: FiscalYear, years: dict[FiscalYear, TakenStage]) -> str:
    """Rule 9: why the stage of `fiscal_year` does not fit the years before it. Empty where it does."""
    taken = years[fiscal_year].stage
    earlier = [year for day, year in years.items() if day < fiscal_year and year.status == COMPLETED]
    completed = {year.stage for year in earlier}
    if taken in completed:
        return f"ステージ{taken}はそれより前の年度に修了しています。"
    if taken > 1 and taken - 1 not in completed:
        return f"前の年度までにステージ{taken - 1}を修了していません。ステージは順番に進みます。"
    return ""
