"""Opening, closing and calling off runs; everybody concerned is told."""

from datetime import datetime

from django.db import transaction

from staff.models import User
from training.models import BOOKED, CourseRun
from training.services import seats
from training.workflows.course_run import COURSE_RUN
from training.workflows.enrollment import ENROLLMENT


def open_run(run_id: int, *, by: User, at: datetime) -> CourseRun:
    """募集開始. Raises NotAllowed, or RuleBroken: no meetings, the year is closed."""
    return COURSE_RUN.move(run_id, "open", by=by, at=at)


def close(run_id: int, *, by: User, at: datetime) -> CourseRun:
    """締切: no more bookings; the waiting list goes on moving until the last day of changes."""
    return COURSE_RUN.move(run_id, "close", by=by, at=at)


@transaction.atomic
def cancel(run_id: int, *, reason: str, by: User, at: datetime) -> CourseRun:
    """中止 (E16): every booking is called off with the reason and everybody told; nobody is absent.

    Raises NotAllowed, or RuleBroken: no reason, held already.
    """
    seats.hold(run_id)
    run = COURSE_RUN.move(run_id, "cancel", by=by, at=at, reason=reason)
    booked = run.enrollments.filter(status__in=BOOKED)
    ids = list(booked.values_list("pk", flat=True))
    booked.update(reason=reason.strip())
    ENROLLMENT.move_all(ids, "cancel_by_office", by=by, at=at, reason=reason)
    seats.recount(run)
    return run
