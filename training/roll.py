"""What the pages of attendance show: the roll of one meeting, and everybody's presence at all meetings of a run."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from staff.models import Employee
from training.models import Attendance, CourseRun, Enrollment, EnrollmentStatus, RunSession
from training.services import attendance, judging, substitutions
from training.services.judging import Judgement

SORTS = {"place": "所属順", "kana": "五十音順"}


@dataclass
class Line:
    """One person on the roll; `presence`, `minutes` and `note` as they are typed, `seen` as they are on record."""

    row: Enrollment
    person: Any
    number: int
    presence: str = ""
    minutes: str = ""
    note: str = ""
    seen: str = ""
    error: str = ""

    @property
    def made_up_for(self) -> CourseRun | None:
        return self.row.substitutes.run if self.row.substitutes else None


@dataclass
class PersonLine:
    """One person and the presence at each meeting (None: not recorded), with the judgement. `typed`: the points."""

    row: Enrollment
    person: Any
    marks: list[Attendance | None]
    judged: Judgement
    typed: str = ""

    @property
    def may_substitute(self) -> bool:
        return not substitutions.why_not(self.judged)

    @property
    def differs(self) -> bool:
        """The state on record is not the one that follows from the attendance."""
        wanted = self.judged.state_of(self.row)
        judged = self.row.status in (EnrollmentStatus.COMPLETED, EnrollmentStatus.FAILED)
        return wanted is not None and wanted != self.row.status and not (judged and wanted == EnrollmentStatus.ATTENDED)


@dataclass(frozen=True)
class Sheet:
    """A run with its meetings and everybody's presence. `counts`: meeting → (recorded, there)."""

    run: CourseRun
    meetings: list[RunSession]
    lines: list[PersonLine]
    counts: dict[int, tuple[int, int]] = field(default_factory=dict)


def of_meeting(meeting: RunSession, *, on_day: Any, sort: str = "place") -> list[Line]:
    """Everybody with a seat, with what is on record; the same queries whatever the number of people."""
    rows = list(meeting.run.enrollments.seated().select_related("substitutes__run__course"))
    known = {row.enrollment_id: row for row in meeting.attendances.all()}
    lines = []
    for number, (row, person) in enumerate(_ordered(rows, on_day, sort), 1):
        line = Line(row, person, number)
        if there := known.get(row.pk):
            line.presence, line.minutes, line.note = there.presence, str(there.minutes), there.note
            line.seen = attendance.stamp(there)
        lines.append(line)
    return lines


def of_run(run: CourseRun, *, at: datetime, sort: str = "place") -> Sheet:
    """Everybody's presence at all meetings; the same queries whatever the number of people."""
    meetings = sorted(run.sessions.all(), key=lambda meeting: meeting.starts_at)
    judged = judging.of_run(run)
    rows = [row for found in judged.values() for row in found.chain if row.pk in judged and row.run_id == run.pk]
    lines = [
        PersonLine(
            row, person, [judged[row.pk].marks.get((row.pk, meeting.pk)) for meeting in meetings], judged[row.pk]
        )
        for row, person in _ordered(rows, day_of(at), sort)
    ]
    counts = {}
    for place, meeting in enumerate(meetings):
        known = [line.marks[place] for line in lines if line.marks[place]]
        counts[meeting.pk] = len(known), sum(bool(mark.minutes) for mark in known if mark)
    return Sheet(run, meetings, lines, counts)


def _ordered(rows: list[Enrollment], on_day: Any, sort: str) -> list[tuple[Enrollment, Any]]:
    """The bookings with the people and their department of the day, by 所属 or by kana."""
    people = Employee.objects.filter(pk__in=[row.employee_id for row in rows]).with_place(on_day)
    people = people.order_by("kana_key", "employee_number") if sort == "kana" else people.by_place()
    of_person = {row.employee_id: row for row in rows}
    return [(of_person[person.pk], person) for person in people]
