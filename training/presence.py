"""Who was there, as the course's page tells it: everybody her own, a head the department's people."""

from dataclasses import dataclass, field
from datetime import datetime

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import User
from training.models import SEATED, Attendance, Course, Enrollment
from training.services import judging, substitutions
from training.services.judging import Judgement


@dataclass(frozen=True)
class Line:
    """One booking: presence at each meeting so far, and what is missing for 修了 in words."""

    row: Enrollment
    marks: list[Attendance]
    judged: Judgement
    may_substitute: bool


@dataclass(frozen=True)
class Seen:
    """`mine`: the own bookings; `department`: those of the people whom one heads, this fiscal year."""

    mine: list[Line] = field(default_factory=list)
    department: list[Line] = field(default_factory=list)


def of_course(course: Course, user: User, *, at: datetime) -> Seen:
    """The same queries whatever the number of people; one where nothing has begun."""
    who = roles.of(user, day_of(at))
    rows = Enrollment.objects.filter(course=course, status__in=SEATED, run__sessions__starts_at__lte=at)
    if who.sees_everybody or not who.headed:
        rows = rows.filter(employee=who.employee_id or 0)  # the offices have the pages of the runs
    else:
        rows = rows.visible_to(user, day_of(at))
    rows = rows.select_related("employee", "run__course", "substitutes__run").order_by("-run__fiscal_year", "pk")
    found = list(rows.distinct())
    if not found:
        return Seen()
    judged = judging.of_bookings([(row.pk, row.substitutes_id) for row in found])
    year = FiscalYear.containing(day_of(at))
    lines = [_line(row, judged[row.pk]) for row in found if row.pk in judged]
    return Seen(
        [line for line in lines if line.row.employee_id == who.employee_id],
        [line for line in lines if line.row.employee_id != who.employee_id and line.row.run.fiscal_year == year],
    )


def _line(row: Enrollment, judged: Judgement) -> Line:
    marks = [mark for (booking, _), mark in judged.marks.items() if booking == row.pk]
    last = judged.chain[-1].pk == row.pk
    return Line(row, marks, judged, may_substitute=last and not substitutions.why_not(judged))
