"""One run as the office sees it: who has a seat, who waits, and what can be done next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.workflow import Move
from staff.models import Employee, User
from training import overlaps
from training import permissions as may
from training.models import ChangeRequest, CourseRun, Enrollment, EnrollmentStatus, SeatHold
from training.services.ledger import kept_seats
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
class Kept:
    """A hold, and how many of its seats nobody has taken yet."""

    hold: SeatHold
    left: int


@dataclass(frozen=True)
class Roster:
    """`seated` in the official order of departments, `waiting` in line, `gone` with why.

    `kept`: the seats that are kept for departments, `requests`: changes that people ask for, `clashes`: what else needs
    the room or the instructor at that time.
    """

    run: CourseRun
    seated: list[Line]
    waiting: list[Line]
    gone: list[Line]
    acts: list[Act]
    kept: list[Kept] = field(default_factory=list)
    requests: list[ChangeRequest] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)

    @property
    def kept_seats(self) -> int:
        return sum(each.left for each in self.kept)

    @property
    def free(self) -> int:
        """Seats that anybody can have."""
        return max(0, self.run.capacity - self.run.seats_taken - self.kept_seats)

    @property
    def lacks(self) -> int:
        """How many people the run needs to take place."""
        running = self.run.status in ("draft", "open", "closed")
        return max(0, self.run.minimum - self.run.seats_taken) if running else 0

    @property
    def can_promote(self) -> bool:
        """Somebody waits while a seat is there: for an officer's hand."""
        return bool(self.waiting) and self.run.capacity > self.run.seats_taken and self.run.status in ("open", "closed")


def of(run: Any, *, user: User, at: datetime) -> Roster:
    """Everything about a run (`views.answers.run_of`), the same queries whatever the number of people."""
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
        kept=_kept(run, at) if run.keeps else [],
        requests=list(_requests(run)) if run.asks else [],
        clashes=overlaps.of(run),
    )


def _kept(run: CourseRun, at: datetime) -> list[Kept]:
    on = day_of(at)
    holds = SeatHold.objects.filter(run=run, released_on__gt=on).select_related("department")
    left = kept_seats([run], on)[run.pk] if (found := list(holds)) else {}
    return [Kept(row, left[row.department_id]) for row in found]


def _requests(run: CourseRun) -> Any:
    open_ones = ChangeRequest.objects.filter(enrollment__run=run, settled_at=None)
    return open_ones.select_related("enrollment__employee", "to_run")
