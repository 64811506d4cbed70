"""Every waiting list at once: what a day has freed goes to those who wait."""

from datetime import datetime

from aomori_dx.kernel.clock import day_of
from training.models import CourseRun, RunStatus
from training.services import seats


def promote_all(*, at: datetime) -> int:
    """Move every waiting list up where a seat is free, each run in a transaction of its own; returns how many got one.

    A hold that was released today, a seat that was freed while the list stood still: what is due is done, once.
    """
    waiting = CourseRun.objects.filter(
        enrollments__status="waitlisted",
        status__in=(RunStatus.OPEN, RunStatus.CLOSED),
        promotes_by_hand=False,
        change_until__gte=day_of(at),
    )
    runs = waiting.order_by("pk").values_list("pk", flat=True).distinct()
    return sum(seats.fill_free_seats(pk, at=at) for pk in list(runs))
