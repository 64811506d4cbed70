"""What an e-learning file says, written as a whole: completions, corrections, results without a person, bookings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, bulk
from aomori_dx.kernel.errors import constraints_as_rules
from aomori_dx.kernel.journal import Journal
from training.models import (
    Completion,
    CourseAlias,
    Enrollment,
    EnrollmentStatus,
    Method,
    UnmatchedResult,
)
from training.services import completions
from training.workflows.enrollment import ENROLLMENT

ASKED = 5_000
"""So many ids are given to the database at a time."""
UNDER_WAY = (EnrollmentStatus.CONFIRMED, EnrollmentStatus.ATTENDED)
Booked = dict[tuple[int, int, int], int]


@transaction.atomic
def take_in(
    new: Sequence[Completion],
    queue: Sequence[UnmatchedResult],
    *,
    corrected: Mapping[int, Mapping[str, Any]],
    revoked: Sequence[int],
    by: Any,
    at: datetime,
    reason: str,
    journal: Journal,
) -> None:
    """Write what a file says, all or none; who had booked an e-learning period has finished it.

    The caller has compared the file with the records and checked who may. Raises RuleBroken: a closed year, or what a
    constraint refuses because somebody else was faster.
    """
    if revoked:
        journal.changing(Completion, revoked)
        completions.revoke_all(revoked, reason=reason or "取込の確認", by=by, at=at)
    completions.correct_all(corrected, reason=reason, by=by, at=at, journal=journal)
    finish_bookings(new, by=by, at=at, reason=reason, journal=journal)
    completions.grant_all(new, by=by, at=at, reason=reason, journal=journal)
    for row in queue:
        row.recorded_at, row.file_name = at, _file_of(reason)
    with constraints_as_rules():
        bulk.insert_all(UnmatchedResult, queue)
    journal.created(queue)


def _file_of(reason: str) -> str:
    """The name of the file, which stands in brackets in the reason of an import."""
    return reason.partition("(")[2].removesuffix(")")[:200]


def finish_bookings(new: Sequence[Completion], *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
    """Link new completions to a seat in an e-learning run of the course and year, and move that seat on to 修了.

    Call it before the completions are written.
    """
    booked = _booked({row.course_id for row in new})
    moved = []
    for row in new:
        seat = booked.get((row.employee_id, row.course_id, row.fiscal_year.start_year))
        if seat is not None:
            row.enrollment_id = seat
            moved.append(seat)
    for start in range(0, len(moved), ASKED):
        part = moved[start : start + ASKED]
        journal.changing(Enrollment, part)
        ENROLLMENT.move_all(part, "finish", by=by, at=at, reason=reason)


def _booked(courses: set[int]) -> Booked:
    """Seats in e-learning runs: person, course and year → the seat."""
    rows = Enrollment.objects.filter(
        course__in=courses, course__method=Method.ELEARNING, status__in=UNDER_WAY
    ).values_list("employee", "course", "run__fiscal_year", "pk")
    return {(person, course, year.start_year): pk for person, course, year, pk in rows.iterator(chunk_size=ASKED)}


@transaction.atomic
def remember(
    new: Sequence[CourseAlias], changed: Sequence[CourseAlias], *, by: Any, at: datetime, journal: Journal
) -> None:
    """Keep which course a title of a platform is, for the next file."""
    journal.changing(CourseAlias, [row.pk for row in changed])
    with constraints_as_rules():
        bulk.insert_all(CourseAlias, new)
        CourseAlias.objects.bulk_update(changed, ["course", "said_at", "said_by_name"])
    journal.created(new)
    audit.record_all(
        audit.event(row, "course_named", by=by, at=at, after={"course": row.course.name if row.course else "対象外"})
        for row in (*new, *changed)
    )
