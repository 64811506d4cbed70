"""The catalogue as one person sees it: courses, their runs with seats left, and the own booking in each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from aomori_dx.kernel.clock import day_of
from staff.models import Employee
from training.models import BOOKED, Course, CourseRun, Enrollment, EnrollmentStatus, Interest, RunStatus
from training.rules import booking as rules
from training.services import seats

SHOWN = (RunStatus.OPEN, RunStatus.CLOSED)


@dataclass(frozen=True)
class RunLine:
    """A run: `free` seats that nobody has, `waiting` people in line. `reasons`: why this person cannot book it.

    `mine` is the own booking, `rank` its place in line (1 the first), `clashes` what else is at that time.
    """

    run: Any
    sessions: list[Any]
    mine: Enrollment | None = None
    rank: int = 0
    reasons: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    may_cancel: bool = False

    @property
    def is_full(self) -> bool:
        return self.run.free <= 0


@dataclass(frozen=True)
class CoursePage:
    """A course with its runs to come. `booked`: the own booking of whichever run; `wishes_for_one`: the own wish."""

    course: Course
    lines: list[RunLine]
    booked: Enrollment | None
    wishes_for_one: bool
    waiting_for_a_run: int


def courses(rows: Iterable[Course], *, at: datetime) -> list[tuple[Course, Any]]:
    """Each course with the next of its runs that takes bookings (None: there is none), in two queries."""
    found = list(rows)
    runs = CourseRun.objects.open_on(day_of(at)).filter(course__in=found).with_seats().order_by("first_at", "pk")
    first: dict[int, Any] = {}
    for run in runs:
        first.setdefault(run.course_id, run)
    return [(course, first.get(course.pk)) for course in found]


def of_course(course: Course, employee: Employee | None, *, at: datetime) -> CoursePage:
    """What `employee` (None: an office's login without a person) sees of a course."""
    mine = Enrollment.objects.filter(course=course, employee=employee).select_related("employee", "run", "course")
    booked = {row.run_id: row for row in mine.filter(status__in=BOOKED)} if employee else {}
    shown = CourseRun.objects.filter(course=course, status__in=SHOWN).select_related("course").with_seats()
    runs = list(shown.prefetch_related("sessions").order_by("first_at", "pk"))
    lines = _of_person(runs, employee, booked, at) if employee else [RunLine(run, run.sessions.all()) for run in runs]
    standing = Interest.objects.filter(course=course, withdrawn_at__isnull=True)
    wishes = standing.aggregate(of_all=Count("pk"), mine=Count("pk", filter=Q(employee=employee)))
    return CoursePage(
        course=course,
        lines=[line for line in lines if line.mine or not _is_over(line, at)],
        booked=next(iter(booked.values()), None),
        wishes_for_one=bool(wishes["mine"]),
        waiting_for_a_run=wishes["of_all"],
    )


def _is_over(line: RunLine, at: datetime) -> bool:
    return bool(line.sessions) and line.sessions[0].starts_at <= at


def _of_person(runs: list[Any], person: Employee, booked: dict[int, Enrollment], at: datetime) -> list[RunLine]:
    wanted = [Enrollment(employee=person, run=run, course=run.course, requested_at=at) for run in runs]
    reasons = seats.why_not_book(wanted, at=at)
    others = rules.other_meetings(person, runs[0].course) if runs else []
    found = []
    for run, why_not in zip(runs, reasons, strict=True):
        mine, meetings = booked.get(run.pk), list(run.sessions.all())
        if mine is None:
            found.append(RunLine(run, meetings, reasons=why_not, clashes=list(rules.clashes(run, others))))
            continue
        rank = seats.rank(mine) if mine.status == EnrollmentStatus.WAITLISTED else 0
        found.append(RunLine(run, meetings, mine, rank, may_cancel=not seats.why_not_cancel(mine, at=at)))
    return found
