"""The demo's run that was held: people who came, who were late, who were absent, and one who makes up for it (振替)."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Posting, User
from training.models import Course, CourseRun, RunStatus
from training.services import attendance, results, runs, seats, substitutions
from training.services.attendance import Mark

CODE = "S1-05"
AGO = 21
PEOPLE = 18
EXCEPTIONS = {
    2: (Mark("late", 150, "電車の遅れ"), Mark("present")),
    5: (Mark("present"), Mark("left_early", 90)),
    8: (Mark("absent"), Mark("absent")),
    11: (Mark("present"), Mark("absent")),
    14: (Mark("handout"), Mark("handout", note="資料を送付")),
}
"""Place in the list → the two mornings; everybody else was there."""


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Plan, book, hold and settle one run of the past; returns how many people it had. Again changes nothing."""
    year, day = FiscalYear.containing(on), on - timedelta(days=AGO)
    course = Course.objects.filter(code=CODE).first()
    if course is None or day - timedelta(days=AGO) not in year or course.runs.filter(status=RunStatus.HELD).exists():
        return 0
    by = User.objects.get(username="dx")
    mornings = [datetime.combine(day + timedelta(days=more), time(9, 30), TOKYO) for more in (0, 1)]
    before = mornings[0] - timedelta(days=14)
    run = runs.plan(
        course,
        meetings=[(start, start + timedelta(hours=3)) for start in mornings],
        by=by,
        at=before,
        venue="県庁西棟8階 大会議室",
        area="東青",
        instructor="行政経営課",
        capacity=24,
        opens_on=day - timedelta(days=AGO),
        closes_on=day - timedelta(days=5),
        change_until=day - timedelta(days=2),
    )
    runs.open_run(run.pk, by=by, at=before)
    booked = seats.request_all(run.pk, _people(on), by=by, at=before)
    for place, meeting in enumerate(run.sessions.order_by("starts_at")):
        marks = {
            row.pk: EXCEPTIONS[number][place] if number in EXCEPTIONS else Mark("present")
            for number, row in enumerate(booked)
        }
        attendance.record(meeting.pk, marks, by=by, at=meeting.ends_at)
    after = mornings[-1] + timedelta(hours=4)
    runs.hold_run(run.pk, by=by, at=after)
    results.conclude(run.pk, by=by, at=after)
    _make_up_for(booked[11].pk, course, by=by, at=at)
    return len(booked)


def _make_up_for(booking: int, course: Course, *, by: User, at: datetime) -> None:
    """The one who missed the second morning has booked the next run with a free seat."""
    open_runs = CourseRun.objects.filter(course=course, status=RunStatus.OPEN).with_seats().filter(free__gt=0)
    if following := open_runs.order_by("first_at").first():
        substitutions.book(booking, following.pk, by=by, at=at)


def _people(on: date) -> list[Employee]:
    """Plain staff, others than those who have booked the runs to come."""
    plain = Posting.objects.primary().on(on).filter(is_head=False, employee__in=Employee.objects.in_service(on))
    free = Employee.objects.filter(pk__in=plain.values("employee"), trainings=None)
    return list(free.order_by("-pk")[:PEOPLE])
