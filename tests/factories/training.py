"""Courses, runs with a meeting, and bookings in every state (walking the table)."""

from datetime import date, datetime, timedelta
from itertools import count

from aomori_dx.kernel.clock import TOKYO
from staff.models import Employee, OfficeRole
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories.stages import R8
from training.models import (
    CompletionRule,
    Course,
    CourseRun,
    Enrollment,
    Method,
    RunSession,
    RunStatus,
)

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


def officer():
    return make.office(OfficeRole.DX)
