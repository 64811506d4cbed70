"""What waits for one person today, by what that person is."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job, JobState
from reports import permissions as may_read
from staff import permissions as may_staff
from staff import roles
from staff.models import Department, Employee, User
from stages import permissions as may
from stages.models import Exemption, GrowthStage, Promoter, QuotaSnapshot, Route, StageStatus


@dataclass(frozen=True)
class Computation:
    """The newest figures of the year: as of which day, and when they were last looked at."""

    as_of: date
    confirmed_at: datetime


@dataclass(frozen=True)
class Slot:
    """This year's 推薦枠 of one department: owed or not, and by whom it is filled."""

    department: str
    owed: bool
    promoter: str = ""

    @property
    def is_open(self) -> bool:
        return self.owed and not self.promoter


@dataclass(frozen=True)
class Step:
    """One stage of the ladder as a promoter stands to it: done, current or todo; `status` as the rows say."""

    label: str
    state: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Climb:
    """A promoter's way: since when, and the ladder. A withdrawn one climbs no more."""

    cohort: FiscalYear
    department: str
    withdrawn: bool
    steps: tuple[Step, ...]

    @property
    def current(self) -> Step | None:
        return next((step for step in self.steps if step.state == "current"), None)


@dataclass(frozen=True)
class Place:
    """A posting as the person reads it."""

    bureau: str
    department: str
    title: str
    is_primary: bool
    is_head: bool


@dataclass(frozen=True)
class Today:
    """What the home page says. None means: not this person's business."""

    places: tuple[Place, ...] = ()
    owing: int | None = None
    computation: Computation | None = None
    sees_computation: bool = False
    failed_jobs: int | None = None
    unplaced: int | None = None
    slots: tuple[Slot, ...] = field(default=())
    climb: Climb | None = None

    @property
    def waits(self) -> bool:
        """Whether there is something to be done at all."""
        missing = self.sees_computation and self.computation is None
        return bool(self.owing or self.failed_jobs or self.unplaced or missing or self.open_slots)

    @property
    def open_slots(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.is_open]


def today(user: User, *, on: date) -> Today:
    """What waits for `user` on `on`."""
    year = FiscalYear.containing(on)
    mine = roles.of(user, on)
    sees = may_read.see_dashboard(user, on)
    return Today(
        places=tuple(_place(posting) for posting in mine.postings),
        owing=departments_owing(year, on=on) if may.see_promoters(user, on) else None,
        sees_computation=sees,
        computation=_computation(year) if sees else None,
        failed_jobs=failed_jobs() if may_staff.run_the_system(user, on) else None,
        unplaced=Employee.objects.unplaced(on).count() if may_read.see_unplaced(user, on) else None,
        slots=_slots(mine.headed, year) if mine.is_head else (),
        climb=_climb(user.employee_id, year) if user.employee_id else None,
    )


def _place(posting) -> Place:
    department = posting.department
    return Place(
        department.parent.name if department.parent else "",
        department.name,
        posting.title,
        posting.is_primary,
        posting.is_head,
    )


def _filled(year: FiscalYear):
    """Promoters of the year who were recommended by the department in hand and have not withdrawn."""
    return Promoter.objects.filter(
        department=OuterRef("pk"), cohort=year, route=Route.RECOMMENDED, withdrawn_on__isnull=True
    )


def _exempt(year: FiscalYear):
    return Exemption.objects.filter(department=OuterRef("pk"), fiscal_year=year)


def departments_owing(year: FiscalYear, *, on: date) -> int:
    """Departments that owe this year's nomination and have no appointed promoter through it."""
    owing = Department.objects.on(on).nominating()
    return owing.exclude(Exists(_exempt(year))).exclude(Exists(_filled(year))).count()


def _computation(year: FiscalYear) -> Computation | None:
    newest = QuotaSnapshot.objects.filter(fiscal_year=year).values("as_of", "confirmed_at").first()
    return Computation(**newest) if newest else None


def failed_jobs() -> int:
    """Jobs that failed and were not done since under the same key."""
    done_since = Job.objects.filter(key=OuterRef("key"), state=JobState.DONE, queued_at__gt=OuterRef("queued_at"))
    return Job.objects.filter(state=JobState.FAILED).exclude(Exists(done_since)).count()


def _slots(headed: frozenset[int], year: FiscalYear) -> tuple[Slot, ...]:
    rows = Department.objects.filter(pk__in=headed).annotate(
        exempt=Exists(_exempt(year)),
        promoter=Subquery(_filled(year).order_by("appointed_on").values("employee__name")[:1]),
    )
    return tuple(Slot(row.name, row.nominates and not row.exempt, row.promoter or "") for row in rows)


def _climb(employee_id: int, year: FiscalYear) -> Climb | None:
    promoter = Promoter.objects.filter(employee=employee_id).select_related("department").first()
    if promoter is None:
        return None
    mine = Q(enrollments__promoter=promoter)
    rows = (
        GrowthStage.objects.annotate(mine=FilteredRelation("enrollments", condition=mine))
        .annotate(taken_in=F("mine__fiscal_year"), status=F("mine__status"))
        .order_by("number", "taken_in")
    )
    newest = {row.number: row for row in rows}  # a repeated stage: its last year counts
    steps = tuple(_step(row, year) for row in newest.values())
    return Climb(promoter.cohort, promoter.department.name, promoter.withdrawn_on is not None, steps)


def _step(row, year: FiscalYear) -> Step:
    if row.status is None:
        return Step(row.label, "todo", "これから")
    state = {StageStatus.COMPLETED: "done", StageStatus.IN_PROGRESS: "current"}.get(row.status, "todo")
    return Step(row.label, state, StageStatus(row.status).label, f"{FiscalYear.parse(row.taken_in)}")
