"""What an officer of the demo finds on the desk: kept seats, invitations, a message, a wish, a seat that moved up."""

from datetime import date, datetime, timedelta

from aomori_dx.kernel.errors import RuleBroken
from staff.models import Department, Employee, User
from training.models import Course, CourseRun, Interest
from training.services import holds, invitations, messages, runs, seats

WISHES = 6


def create(*, by: User, on: date, at: datetime) -> None:
    """Something of everything around the runs that are there."""
    free = CourseRun.objects.filter(course__code="S1-06").first()
    full = CourseRun.objects.filter(course__code="S1-05").with_seats().filter(waiting__gt=0).first()
    if free is None or full is None:
        return  # near the turn of the year there are none
    place = Department.objects.on(on).below_bureaus().in_official_order().first()
    assert place is not None
    holds.keep(free.pk, place, number=3, released_on=on + timedelta(days=7), by=by, at=at)
    messages.send(
        free.pk, to="confirmed", subject="持ち物のご案内", body="職員証と筆記用具をお持ちください。", by=by, at=at
    )
    booked = full.enrollments.filter(status="confirmed").order_by("pk").first()
    assert booked is not None
    seats.cancel(booked.pk, by=by, at=at, reason="業務の都合により")
    _wishes(at)
    _invited(full.course, by=by, on=on, at=at)


def _wishes(at: datetime) -> None:
    course = Course.objects.filter(runs=None, level__isnull=False).order_by("code").first()
    people = Employee.objects.order_by("-pk")[:WISHES]
    if course is not None:
        Interest.objects.bulk_create([Interest(employee=row, course=course, registered_at=at) for row in people])


def _invited(course: Course, *, by: User, on: date, at: datetime) -> None:
    """A run of next month in preparation, for invited people."""
    day = at + timedelta(days=40)
    start = day.replace(hour=13, minute=0, second=0, microsecond=0)
    stated = {"venue": "自治研修所", "area": "東青", "capacity": 20, "invited_only": True}
    days = {"opens_on": on, "closes_on": on + timedelta(days=30), "change_until": on + timedelta(days=26)}
    try:
        run = runs.plan(course, meetings=[(start, start + timedelta(hours=3))], by=by, at=at, **stated, **days)
    except RuleBroken:
        return  # the year is closed already
    invitations.invite(run.pk, list(Employee.objects.order_by("pk")[:5]), source="職員番号", by=by, at=at)
