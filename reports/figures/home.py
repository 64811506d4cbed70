"""What waits for one person today, by what that person is."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, Subquery

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job, JobState
from reports import permissions as may_read
from staff import permissions as may_staff
from staff import roles
from staff.models import Department, Employee, User
from staff.models.department import SAME_PLACE
from staff.organisation import Vacancies, vacancies
from stages import errands, standings
from stages import permissions as may
from stages.models import Exemption, GrowthStage, Promoter, QuotaSnapshot, Route, StageStatus
from training import errands as training_errands
from training import permissions as may_training
from training import required
from training.required import RuleLine

NOTHING = errands.Waiting()


@dataclass(frozen=True)
class Computation:
    """The newest figures of the year: as of which day, when last looked at, what they say."""

    as_of: date
    confirmed_at: datetime
    summary: str
    unfilled: int


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
class Waiting:
    """So many people have no department from a day to come, as far as is known."""

    on: date
    count: int


@dataclass(frozen=True)
class Today:
    """What the home page says. None means: not this person's business."""

    places: tuple[Place, ...] = ()
    computation: Computation | None = None
    sees_computation: bool = False
    sees_nominations: bool = False
    failed_jobs: int | None = None
    unplaced: int | None = None
    to_be_unplaced: "Waiting | None" = None
    vacancies: Vacancies | None = None
    slots: tuple[Slot, ...] = field(default=())
    waiting: errands.Waiting = NOTHING
    training: tuple[training_errands.Errand, ...] = ()
    required: tuple[RuleLine, ...] = ()
    climb: Climb | None = None
    at_risk: int | None = None

    @property
    def waits(self) -> bool:
        """Whether there is something to be done at all."""
        waiting = (self.uncomputed, self.owing, self.failed_jobs, self.unplaced, self.to_be_unplaced, self.open_slots)
        asked = (*self.waiting.errands, *self.training)
        return any(waiting) or bool(self.at_risk) or self.vacant or bool(asked)

    @property
    def may_apply_until(self) -> date | None:
        """自薦 is open: said quietly to everybody who is no promoter yet."""
        return None if self.climb else self.waiting.apply_until

    @property
    def vacant(self) -> bool:
        return self.vacancies is not None and self.vacancies.count > 0

    @property
    def uncomputed(self) -> bool:
        return self.sees_computation and self.computation is None

    @property
    def owing(self) -> int:
        """Departments that owe this year's nomination and have nobody appointed, as last computed."""
        return self.computation.unfilled if self.computation and self.sees_nominations else 0

    @property
    def open_slots(self) -> list[Slot]:
        """Without a call: once there is one, its answer is the errand."""
        return [slot for slot in self.slots if slot.is_open and not self.waiting.is_called]


def today(user: User, *, on: date, waiting: errands.Waiting = NOTHING) -> Today:
    """What waits for `user` on `on`; `waiting`: what the nominations ask of her (`stages.errands`)."""
    year = FiscalYear.containing(on)
    mine = roles.of(user, on)
    sees = may_read.see_dashboard(user, on)
    return Today(
        places=tuple(_place(row) for row in sorted(mine.postings, key=lambda row: not row.is_primary)),
        sees_nominations=may.see_promoters(user, on),
        sees_computation=sees,
        computation=_computation(year) if sees else None,
        failed_jobs=failed_jobs() if may_staff.run_the_system(user, on) else None,
        unplaced=Employee.objects.unplaced(on).count() if may_read.see_unplaced(user, on) else None,
        to_be_unplaced=_to_be_unplaced(on) if may_read.see_unplaced(user, on) else None,
        vacancies=vacancies(user, on, on=on) if may_staff.import_people(user, on) else None,
        slots=_slots(mine.headed, year) if mine.is_head else (),
        waiting=waiting,
        training=tuple(training_errands.of(user, on=on)),
        required=tuple(required.rules(year, on=on)) if may_training.see_requirements(user, on) else (),
        climb=_climb(user.employee_id) if user.employee_id else None,
        at_risk=standings.at_risk(on) if may.see_promoters(user, on) else None,
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
    """Promoters of the year who were recommended by the department in hand, under its present name or the one before,
    and have not withdrawn."""
    heir = {"department__successions__successor": OuterRef("pk"), "department__successions__kind__in": SAME_PLACE}
    recommended = Promoter.objects.filter(cohort=year, route=Route.RECOMMENDED, withdrawn_on__isnull=True)
    return recommended.filter(Q(department=OuterRef("pk")) | Q(**heir))


def _exempt(year: FiscalYear):
    return Exemption.objects.filter(department=OuterRef("pk"), fiscal_year=year)


def _computation(year: FiscalYear) -> Computation | None:
    newest = QuotaSnapshot.objects.of_year(year).values(
        "as_of", "confirmed_at", summary=F("figures__summary"), unfilled=F("figures__unfilled_departments")
    )
    row = newest.first()
    return Computation(**row) if row else None


def _to_be_unplaced(on: date) -> Waiting | None:
    """Who loses the department by what is planned, and has no other yet: as of the last day that is known of."""
    day = Department.objects.filter(valid_to__gt=on).aggregate(day=Max("valid_to"))["day"]
    if day is None:
        return None
    count = Employee.objects.unplaced(day).exclude(pk__in=Employee.objects.unplaced(on)).count()
    return Waiting(day, count) if count else None


def failed_jobs() -> int:
    """Jobs that failed and after which none of their kind was done: a later success puts it right."""
    done_since = Job.objects.filter(kind=OuterRef("kind"), state=JobState.DONE, queued_at__gt=OuterRef("queued_at"))
    return Job.objects.filter(state=JobState.FAILED).exclude(Exists(done_since)).count()


def _slots(headed: frozenset[int], year: FiscalYear) -> tuple[Slot, ...]:
    rows = Department.objects.filter(pk__in=headed).annotate(
        exempt=Exists(_exempt(year)),
        promoter=Subquery(_filled(year).order_by("appointed_on").values("employee__name")[:1]),
    )
    return tuple(Slot(row.name, row.nominates and not row.exempt, row.promoter or "") for row in rows)


def _climb(employee_id: int) -> Climb | None:
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
    steps = tuple(_step(row) for row in newest.values())
    return Climb(promoter.cohort, promoter.department.name, promoter.withdrawn_on is not None, steps)


def _step(row) -> Step:
    if row.status is None:
        return Step(row.label, "todo", "これから")
    state = {StageStatus.COMPLETED: "done", StageStatus.IN_PROGRESS: "current"}.get(row.status, "todo")
    return Step(row.label, state, StageStatus(row.status).label, str(row.taken_in))
