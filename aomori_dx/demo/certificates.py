"""The demo's finished courses of the people with a login, and of their departments: some with a certificate."""

from datetime import date, datetime, timedelta

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Posting, User
from training.models import BOOKED, Completion, CompletionSource, Course, CourseRun, Enrollment
from training.services import certificates, completions, seats

LOGINS = ("employee", "promoter", "head")
FINISHED = (("ALL-01", 40), ("S1-01", 75), ("S1-02", 110), ("S1-03", 420))
"""Course, and how many days ago it was finished."""
MOST = 24


def create(*, on: date, at: datetime) -> int:
    """Completions by e-learning, and certificates for two in three; returns the number of certificates.

    What somebody has finished already stays as it is.
    """
    courses = Course.objects.in_bulk([code for code, _ in FINISHED], field_name="code")
    rows = []
    for number, person in enumerate(_people(on)):
        for code, days in FINISHED[: 1 + number % len(FINISHED)]:
            rows.append(_row(person, courses[code], on - timedelta(days=days + number), at))
    known = set(Completion.objects.values_list("employee", "course", "fiscal_year"))
    new = [row for row in rows if (row.employee_id, row.course_id, row.fiscal_year) not in known]
    by = User.objects.get(username="hr")
    completions.grant_all(new, by=by, at=at, reason="eラーニングの受講結果")
    finished = [row for number, row in enumerate(new) if number % 3]
    issued = certificates.issue_all([certificates.of_completion(row) for row in finished], by=by, at=at)
    if issued:
        certificates.reissue(issued[0].pk, reason="紛失のため", by=by, at=at)
    _book(on=on, by=by, at=at)
    return len(issued)


def _book(*, on: date, by: User, at: datetime) -> None:
    """Each login has a seat in one run to come, and waits for another that is full."""
    people = [user.employee for user in User.objects.filter(username__in=LOGINS).select_related("employee")]
    for code in ("S1-06", "S1-05"):
        run = CourseRun.objects.open_on(on).filter(course__code=code).order_by("-number").first()
        booked = set(Enrollment.objects.filter(course__code=code, status__in=BOOKED).values_list("employee", flat=True))
        if run is not None:
            free = [person for person in people if person and person.pk not in booked]
            seats.request_all(run.pk, free, by=by, at=at)


def _people(on: date) -> list[Employee]:
    """Those with a login first, then the colleagues of the head."""
    users = User.objects.filter(username__in=LOGINS).select_related("employee").order_by("username")
    known = [user.employee for user in users if user.employee]
    places = Posting.objects.primary().on(on).filter(employee__in=known).values("department")
    here = Posting.objects.primary().on(on).filter(department__in=places).values("employee")
    others = Employee.objects.in_service(on).filter(pk__in=here).exclude(pk__in=[person.pk for person in known])
    return [*known, *others.order_by("employee_number")[:MOST]]


def _row(person: Employee, course: Course, day: date, at: datetime) -> Completion:
    return Completion(
        employee=person,
        course=course,
        fiscal_year=FiscalYear.containing(day),
        completed_on=day,
        source=CompletionSource.ELEARNING,
        hours=course.hours,
        platform="練習用",
        recorded_at=at,
    )
