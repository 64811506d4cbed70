"""Stage × fiscal year: who is where on the growth plan, beside what the plan says."""

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.quota.facts import Cell, Facts
from stages.quota.figure import Figure, Term


def continuing(facts: Facts, stage: int, fiscal_year: FiscalYear | None = None) -> Figure:
    """Promoters enrolled in `stage` in the year (the one asked about unless another is given), cohort by cohort."""
    cells = _cells(facts, stage, fiscal_year or facts.fiscal_year)
    return Figure.sum_of("continuing", tuple(Term("cohort", cell.people, of=str(cell.cohort)) for cell in cells))


def completed(facts: Facts, stage: int, fiscal_year: FiscalYear) -> int:
    """Of the people of a cell, those who completed the stage by the day."""
    return sum(cell.completed for cell in _cells(facts, stage, fiscal_year))


def planned(facts: Facts, stage: int, fiscal_year: FiscalYear) -> int | None:
    """What the plan says of a cell: the new promoters for the first stage. Of the others it decides nothing (None)."""
    return facts.targets[fiscal_year] if stage == facts.stages[0].number else None


def _cells(facts: Facts, stage: int, fiscal_year: FiscalYear) -> list[Cell]:
    return [cell for cell in facts.cells if cell.stage == stage and cell.fiscal_year == fiscal_year]
