"""One run as the office sees it: who has a seat, who waits, and what can be done next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.workflow import Move
from staff.models import Employee, User
from training import permissions as may
from training.models import CourseRun, Enrollment, EnrollmentStatus
from training.workflows.course_run import COURSE_RUN

GONE = (EnrollmentStatus.CANCELLED, EnrollmentStatus.REJECTED)


@dataclass(frozen=True)
class Line:
    """One booking with the person's department of today; `rank` for who waits."""

    row: Enrollment
    person: Any
    rank: int = 0


@dataclass(frozen=True)
class Act:
    """A move of the run with what stands against it; calling off has a page of its own, which says so."""

    move: Move
    reasons: list[str]


@dataclass(frozen=True)
class Roster:
    """`seated` in the official order of departments, `waiting` in line, `gone` with why."""

    run: CourseRun
    seated: list[Line]
    waiting: list[Line]
    gone: list[Line]
    acts: list[Act]


def of(run: CourseRun, *, user: User, at: datetime) -> Roster:
    """Everything about a run, the same queries whatever the number of people."""
    rows = list(run.enrollments.first_come())
    people = Employee.objects.filter(pk__in=[row.employee_id for row in rows]).with_place(day_of(at)).by_place()
    order = {person.pk: (place, person) for place, person in enumerate(people)}
    lines = [Line(row, order[row.employee_id][1]) for row in rows]
    waiting = [line for line in lines if line.row.status == EnrollmentStatus.WAITLISTED]
    seated = [line for line in lines if line.row.status not in (*GONE, EnrollmentStatus.WAITLISTED)]
    return Roster(
        run=run,
        seated=sorted(seated, key=lambda line: order[line.row.employee_id][0]),
        waiting=[Line(line.row, line.person, rank) for rank, line in enumerate(waiting, 1)],
        gone=[line for line in lines if line.row.status in GONE],
        acts=[
            Act(move, [] if move.name == "cancel" else COURSE_RUN.blockers(run, move.name, by=user, at=at))
            for move in COURSE_RUN.moves.values()
            if run.status in move.sources and may.edit_runs(user, day_of(at))
        ],
    )
