"""Courses, runs with a meeting, and bookings in every state (walking the table)."""

from datetime import date, datetime, timedelta
from itertools import count

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee, OfficeRole
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories.stages import R8
from training.models import (
    Attendance,
    Certificate,
    ChangeRequest,
    Completion,
    CompletionRule,
    CompletionSource,
    Course,
    CourseAlias,
    CourseRun,
    Enrollment,
    Interest,
    Invitation,
    Method,
    Obligation,
    Obliged,
    PlatformAccount,
    Presence,
    Requirement,
    RunSession,
    RunStatus,
    SeatHold,
    UnmatchedResult,
)
from training.services import runs

_numbers = count(1)
MEETS = datetime(2026, 12, 15, 13, 0, tzinfo=TOKYO)


def course(**fields) -> Course:
    number = next(_numbers)
    defaults = {
        "code": f"C{number:03}",
        "name": f"研修{number}",
        "method": Method.CLASSROOM,
        "hours": 3,
        "completion_rule": CompletionRule.ATTENDANCE,
    }
    return Course.objects.create(**{**defaults, **fields})


def run(of: Course | None = None, *, meets: datetime | None = MEETS, **fields) -> CourseRun:
    """An open run of December 2026 that takes bookings in November."""
    defaults = {
        "course": of or course(),
        "fiscal_year": R8,
        "number": next(_numbers),
        "venue": "県庁西棟8階",
        "area": "東青",
        "capacity": 3,
        "opens_on": date(2026, 11, 2),
        "closes_on": date(2026, 11, 30),
        "change_until": date(2026, 12, 10),
        "status": RunStatus.OPEN,
    }
    row = CourseRun.objects.create(**{**defaults, **fields})
    if meets is not None:
        RunSession.objects.create(run=row, starts_at=meets, ends_at=meets + timedelta(hours=3))
    return row


def booking(of: CourseRun | None = None, person: Employee | None = None, **fields) -> Enrollment:
    """A row as it is, without the ledger."""
    of = of or run()
    defaults = {"run": of, "course": of.course, "requested_at": NOW}
    return Enrollment.objects.create(**{"employee": person or make.posting().employee, **defaults, **fields})


def hold(of: CourseRun, department: Department, **fields) -> SeatHold:
    """One seat until the 1st of December 2026."""
    defaults = {"seats": 1, "released_on": date(2026, 12, 1)}
    return SeatHold.objects.create(run=of, department=department, **{**defaults, **fields})


def invitation(of: CourseRun, person: Employee, **fields) -> Invitation:
    return Invitation.objects.create(run=of, employee=person, **{"invited_at": NOW, **fields})


def change_request(of: Enrollment, **fields) -> ChangeRequest:
    """To give the booking up."""
    return ChangeRequest.objects.create(enrollment=of, **{"reason": "業務の都合", "asked_at": NOW, **fields})


def interest(of: Course, person: Employee | None = None, **fields) -> Interest:
    person = person or make.posting().employee
    return Interest.objects.create(course=of, employee=person, **{"registered_at": NOW, **fields})


def attendance(of: Enrollment, **fields) -> Attendance:
    """The whole of the first meeting."""
    meeting = of.run.sessions.earliest("starts_at")
    defaults = {"session": meeting, "presence": Presence.PRESENT, "minutes": meeting.minutes, "recorded_at": NOW}
    return Attendance.objects.create(enrollment=of, **{**defaults, **fields})


def completion(person: Employee | None = None, of: Course | None = None, **fields) -> Completion:
    """By e-learning, in summer 2026, as it is: nobody is told."""
    of = of or course(method=Method.ELEARNING)
    day = fields.pop("completed_on", date(2026, 7, 10))
    defaults = {
        "completed_on": day,
        "fiscal_year": FiscalYear.containing(day),
        "source": CompletionSource.ELEARNING,
        "hours": of.hours,
        "recorded_at": NOW,
    }
    person = person or make.posting().employee
    return Completion.objects.create(employee=person, course=of, **{**defaults, **fields})


def requirement(of: Course | None = None, **fields) -> Requirement:
    """Of everybody, every year from 2026 on, by the end of December."""
    defaults = {"name": "全職員研修", "obliges": Obliged.EVERYBODY, "first_year": R8, "due_month": 12, "due_day": 31}
    return Requirement.objects.create(course=of or course(method=Method.ELEARNING), **{**defaults, **fields})


def obligation(of: Requirement | None = None, person: Employee | None = None, **fields) -> Obligation:
    """From 1 April to the end of December 2026."""
    year, since = fields.get("fiscal_year", R8), fields.get("obliged_on", date(2026, 4, 1))
    defaults = {"fiscal_year": year, "counts_from": year, "counts_until": year}
    defaults |= {"obliged_on": since, "due_on": date(2026, 12, 31), "present_from": since}
    person = person or make.posting().employee
    return Obligation.objects.create(requirement=of or requirement(), employee=person, **{**defaults, **fields})


def certificate(of: Completion | None = None, **fields) -> Certificate:
    """The first issue for a completion."""
    of = of or completion()
    number = next(_numbers)
    defaults = {
        "employee": of.employee,
        "subject": f"completion:{of.pk}",
        "completion": of,
        "fiscal_year": of.fiscal_year,
        "number": number,
        "code": f"CODE{number:06}",
        "name": of.employee.name,
        "title": of.course.name,
        "hours": of.hours,
        "completed_on": of.completed_on,
        "issued_on": NOW.date(),
    }
    return Certificate.objects.create(**{**defaults, **fields})


def change(of: CourseRun, **stated) -> CourseRun:
    """By an officer, now."""
    return runs.change(of.pk, by=officer(), at=NOW, **stated)


def account(of: Employee | None = None, **fields) -> PlatformAccount:
    """Matched by hand with a person; without one it is set aside."""
    defaults = {
        "platform": "Udemy",
        "account": f"u{next(_numbers)}@example.jp",
        "decided_at": NOW,
        "decided_by_name": "x",
    }
    row = PlatformAccount(employee=of, **{**defaults, "reason": "" if of else "研修の講師", **fields})
    row.key = row.account
    row.save()
    return row


def alias(of: Course | None = None, **fields) -> CourseAlias:
    title = f"名称{next(_numbers)}"
    defaults = {"platform": "Udemy", "title": title, "key": title, "said_at": NOW, "said_by_name": "x"}
    return CourseAlias.objects.create(course=of or course(), **{**defaults, **fields})


def unmatched(of: Course | None = None, **fields) -> UnmatchedResult:
    """Finished in summer 2026 by somebody whom nobody knows."""
    account = fields.pop("account", f"u{next(_numbers)}@example.jp")
    defaults = {
        "platform": "Udemy",
        "account": account,
        "key": account,
        "fiscal_year": R8,
        "completed_on": date(2026, 7, 10),
        "row": 2,
        "recorded_at": NOW,
    }
    return UnmatchedResult.objects.create(course=of or course(method=Method.ELEARNING), **{**defaults, **fields})


def officer():
    return make.office(OfficeRole.DX)
