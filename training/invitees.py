"""Lists of people whom an officer may invite to a run: a registry that the floors above fill with what they know."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from training.models import CourseRun, Interest

Finder = Callable[[CourseRun, date], Iterable[tuple[str, str, Any]]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add a finder: for a run and a day it gives (code, name, ids of the people as a lazy query)."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def of(run: CourseRun, on: date) -> dict[str, tuple[str, Any]]:
    """Code → name and people of every list for this run."""
    return {code: (name, people) for finder in _finders for code, name, people in finder(run, on)}


@register
def who_waits_for_a_run(run: CourseRun, on: date) -> Iterable[tuple[str, str, Any]]:
    """Those who have said that they would take the course."""
    rows = Interest.objects.filter(course=run.course_id, withdrawn_at__isnull=True)
    yield "interest", "受講の希望を登録した職員", rows.values("employee")
