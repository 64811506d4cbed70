"""How leave moves a deadline (E5): the days away after the start are added; while it is open, there is none."""

from collections.abc import Iterable
from datetime import date

from stages.folding.facts import Away


def moved(due: date | None, periods: Iterable[Away], *, since: date | None) -> date | None:
    """The deadline as it is after these absences; None where there is none, or where one has no end yet.

    Days before `since` (the start of the year in the stage) do not count, and of overlapping periods each day once.
    """
    if due is None:
        return None
    free = since or date.min
    for period in sorted(periods, key=lambda row: (row.first, row.until or date.max)):
        first = max(period.first, free)
        if period.until is not None and period.until <= first:
            continue
        if first > due:
            break
        if period.until is None:
            return None
        due += period.until - first
        free = period.until
    return due
