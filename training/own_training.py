"""マイページ: one person's runs to come, what is finished, and what was taken in earlier years."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery, Sum

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Notice, User
from training import own_requirements
from training import permissions as may
from training.models import BOOKED, Certificate, Completion, Enrollment, EnrollmentStatus, RunSession
from training.own_requirements import Own
from training.services import reasons

PAST = (EnrollmentStatus.ATTENDED, EnrollmentStatus.ABSENT, EnrollmentStatus.FAILED, EnrollmentStatus.COMPLETED)


@dataclass(frozen=True)
class OwnRun:
    """A booking whose run is not over: its meetings, the place in line (0: has a seat), whether it can be given up."""

    row: Enrollment
    meetings: list[RunSession]
    rank: int
    may_cancel: bool


@dataclass(frozen=True)
class Record:
    """A line of what was taken: a completion, or a booking of which nothing came."""

    year: FiscalYear
    day: date
    course: Any
    status: str
    words: str
    hours: Decimal | None = None
    completion: Completion | None = None
    certificate: Certificate | None = None
    withdrawn: bool = False
    """The certificate was taken back and not replaced: the office decides about another."""


@dataclass(frozen=True)
class YearOfTraining:
    """The records of a fiscal year, the newest first."""

    year: FiscalYear
    records: list[Record]

    @property
    def hours(self) -> Decimal:
        return sum((row.hours for row in self.records if row.hours is not None), Decimal(0))

    @property
    def completed(self) -> int:
        return sum(row.completion is not None for row in self.records)


@dataclass(frozen=True)
class OwnTraining:
    """Everything that the page shows. `asks`: unread notices that want an answer by a day."""

    owed: list[Own]
    runs: list[OwnRun]
    this_year: YearOfTraining
    earlier: list[YearOfTraining]
    asks: list[Notice] = field(default_factory=list)

    @property
    def open(self) -> int:
        return sum(line.to_do for line in self.owed)


def of(person: Employee, *, user: User, at: datetime) -> OwnTraining:
    """The same queries whatever there is to show."""
    on = day_of(at)
    bookings = list(
        Enrollment.objects.filter(employee=person)
        .select_related("employee", "course", "run__course")
        .prefetch_related("run__sessions")
    )
    years = _by_year(records(person, bookings))
    this_year = FiscalYear.containing(on)
    return OwnTraining(
        owed=own_requirements.of(person, on),
        runs=_to_come(bookings, at),
        this_year=years.pop(this_year, YearOfTraining(this_year, [])),
        earlier=[years[year] for year in sorted(years, reverse=True)],
        asks=list(Notice.objects.visible_to(user, on).unread_by(user, on).filter(employee=person, due__gte=on)),
    )


def _to_come(bookings: Iterable[Enrollment], at: datetime) -> list[OwnRun]:
    rows = [row for row in bookings if row.status in BOOKED and not _is_over(row, at)]
    ranks = _ranks([row for row in rows if row.status == EnrollmentStatus.WAITLISTED])
    found = [
        OwnRun(row, list(row.run.sessions.all()), ranks.get(row.pk, 0), not reasons.why_not_cancel(row, at=at))
        for row in rows
    ]
    return sorted(found, key=lambda line: (not line.meetings, _begins(line)))


def _begins(line: OwnRun) -> tuple[datetime, int]:
    upcoming = [meeting.starts_at for meeting in line.meetings]
    return (min(upcoming, default=line.row.requested_at), line.row.pk)


def _is_over(row: Enrollment, at: datetime) -> bool:
    """After the last meeting, or the last day of its fiscal year where there is none."""
    ends = max((meeting.ends_at for meeting in row.run.sessions.all()), default=None)
    return ends < at if ends else row.run.fiscal_year.last_day < day_of(at)


def _ranks(rows: list[Enrollment]) -> dict[int, int]:
    """The place in line of each, in one query."""
    if not rows:
        return {}
    waiting = Enrollment.objects.waitlisted().filter(run__in=[row.run_id for row in rows]).first_come()
    seen: dict[int, int] = {}
    found = {}
    for pk, run in waiting.values_list("pk", "run_id"):
        found[pk] = seen[run] = seen.get(run, 0) + 1
    return found


def records(person: Employee, bookings: Iterable[Enrollment]) -> list[Record]:
    """What was finished, and runs that were taken without being finished, the newest first."""
    completions = list(Completion.objects.standing().filter(employee=person).select_related("course"))
    papers: dict[int | None, Certificate] = {}
    issued = Certificate.objects.filter(employee=person).exclude(completion=None)
    for paper in issued.order_by("issue"):
        papers[paper.completion_id] = paper  # the newest issue
    found = [_finished(row, papers.get(row.pk)) for row in completions]
    done = {row.enrollment_id for row in completions} - {None}
    finished = {(row.course_id, row.fiscal_year) for row in completions}
    for row in bookings:
        settled = row.pk in done or (row.course_id, row.run.fiscal_year) in finished
        if row.status in PAST and not settled:
            found.append(_taken(row))
    return sorted(found, key=lambda record: record.day, reverse=True)


def _finished(row: Completion, paper: Certificate | None) -> Record:
    valid = paper if paper and paper.is_valid else None
    return Record(
        year=row.fiscal_year,
        day=row.completed_on,
        course=row.course,
        status="completed",
        words="修了",
        hours=row.hours,
        completion=row,
        certificate=valid,
        withdrawn=paper is not None and valid is None,
    )


def _taken(row: Enrollment) -> Record:
    begins = min((meeting.starts_at for meeting in row.run.sessions.all()), default=row.requested_at)
    return Record(row.run.fiscal_year, day_of(begins), row.course, row.status, row.get_status_display())


def _by_year(rows: Iterable[Record]) -> dict[FiscalYear, YearOfTraining]:
    years: dict[FiscalYear, YearOfTraining] = {}
    for row in rows:
        years.setdefault(row.year, YearOfTraining(row.year, [])).records.append(row)
    return years


@dataclass(frozen=True)
class InOneLine:
    """For the home page. `owed`: required courses still to be done; `due`: the nearest day of them."""

    owed: int
    due: date | None
    next_name: str
    next_at: datetime | None
    completed: int
    hours: Decimal


def in_one_line(user: User, *, at: datetime) -> InOneLine | None:
    """The own training of a login in two queries or three; None where nobody in service has it."""
    on, person = day_of(at), user.employee
    if person is None or not may.book(user, on):
        return None
    due = [own.due for own in own_requirements.of(person, on) if own.to_do]
    mine = Enrollment.objects.filter(run=OuterRef("run"), employee=person, status=EnrollmentStatus.CONFIRMED)
    coming = RunSession.objects.filter(Exists(mine), ends_at__gte=at).order_by("starts_at")
    done = Completion.objects.standing().filter(employee=OuterRef("pk"), fiscal_year=FiscalYear.containing(on))
    counted = done.order_by().values("employee")
    row = Employee.objects.values_list(
        Subquery(coming.values("run__course__name")[:1]),
        Subquery(coming.values("starts_at")[:1]),
        Subquery(counted.annotate(number=Count("pk")).values("number")),
        Subquery(counted.annotate(sum=Sum("hours")).values("sum")),
    ).get(pk=person.pk)
    name, moment, number, hours = row
    return InOneLine(len(due), min(due, default=None), name or "", moment, number or 0, hours or Decimal(0))
