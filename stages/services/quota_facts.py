"""Loading what the quota engine is told: grouped counts, a fixed number of queries whatever the number of people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, Employee, Posting
from stages.models import (
    AnnualTarget,
    Exemption,
    GrowthStage,
    PlanRevision,
    Promoter,
    StageEnrollment,
    TrainingPlan,
)
from stages.quota import facts as told

NO_PLAN = "育成計画がありません。はじめに manage.py load_policy で計画を登録してください。"


@dataclass(frozen=True)
class PlanInForce:
    """The revision that counts on a day, and the target of each of the plan's years."""

    revision: PlanRevision
    targets: dict[FiscalYear, AnnualTarget]


class Organisation:
    """All departments of all times: which bureau one belongs to, whatever the depth of the tree."""

    def __init__(self) -> None:
        self.rows = {row.pk: row for row in Department.objects.in_official_order()}

    def bureau_of(self, department_id: int) -> int:
        row = self.rows[department_id]
        while row.parent_id is not None:
            row = self.rows[row.parent_id]
        return row.pk

    def nominating_on(self, day: date) -> list[Department]:
        """Officially ordered by bureau, then by the department's own place."""
        rows = [row for row in self.rows.values() if row.nominates and row.holds_on(day)]
        return sorted(rows, key=lambda row: (*self.place(self.bureau_of(row.pk)), row.sort_order, row.code, row.pk))

    def place(self, bureau_id: int) -> tuple[int, str, int]:
        bureau = self.rows[bureau_id]
        return bureau.sort_order, bureau.name, bureau.pk


def load(fiscal_year: FiscalYear, *, as_of: date) -> tuple[PlanRevision, told.Facts]:
    """The facts of `fiscal_year` as they stood on `as_of`, and the revision of the plan they were read under.

    The revision is the newest one in force on `as_of`, for a past year too: asked today, a year is measured by
    today's plan; asked as of its own time, by the plan of that time. A year that this revision leaves out keeps the
    target of the revision before.

    Raises DomainError where no plan covers the year or none is in force yet.
    """
    plan = plan_in_force(as_of, covering=fiscal_year)
    target = plan.targets[fiscal_year]
    stages = _stages()
    organisation = Organisation()
    promoters = _Promoters(plan, as_of, stages)
    counted_on = target.reference_date or fiscal_year.first_day
    in_service_on = fiscal_year.clamp(as_of)
    people = promoters.by_bureau(organisation)
    departments = _departments(organisation, fiscal_year, counted_on, promoters)
    this_cohort = [row.bureau_id for row in people if row.cohort == fiscal_year]
    return plan.revision, told.Facts(
        fiscal_year=fiscal_year,
        as_of=as_of,
        reference_date=counted_on,
        in_service_on=in_service_on,
        plan=_plan(plan),
        stages=stages,
        bureaus=_bureaus(organisation, in_service_on, [*this_cohort, *(row.bureau_id for row in departments)]),
        departments=departments,
        people=people,
        cells=_cells(plan, as_of),
        climbs=_climbs(plan, as_of),
    )


def plan_in_force(as_of: date, *, covering: FiscalYear | None = None) -> PlanInForce:
    """The plan for a year (without one: the newest begun) as last revised by `as_of`.

    Raises DomainError with the reason where there is none.
    """
    plans = TrainingPlan.objects.covering(covering) if covering else TrainingPlan.objects.all()
    revisions = list(
        PlanRevision.objects.in_force(as_of).filter(plan__in=plans).select_related("plan").prefetch_related("targets")
    )
    if not revisions:
        raise DomainError(_why_no_plan(as_of, covering))
    plan = max((revision.plan for revision in revisions), key=lambda plan: (plan.first_year, plan.pk))
    of_plan = [revision for revision in revisions if revision.plan_id == plan.pk]
    stated = [target for revision in reversed(of_plan) for target in revision.targets.all()]
    newest = {target.fiscal_year: target for target in stated}  # a later revision's word replaces the earlier one's
    years = list(FiscalYear.between(plan.first_year, plan.last_year))
    if missing := [year for year in years if year not in newest]:
        raise DomainError(
            f"{plan.name}に{'、'.join(map(str, missing))}の目標がありません。計画の改定を確認してください。"
        )
    return PlanInForce(revision=of_plan[0], targets={year: newest[year] for year in years})


def reference_date(fiscal_year: FiscalYear, *, as_of: date) -> date:
    """The day on which the nominating departments of the year are counted: 1 April unless the plan says another."""
    try:
        target = plan_in_force(as_of, covering=fiscal_year).targets[fiscal_year]
    except DomainError:  # no plan covers the year yet: a call may be written before
        return fiscal_year.first_day
    return target.reference_date or fiscal_year.first_day


def _why_no_plan(as_of: date, covering: FiscalYear | None) -> str:
    plans = list(TrainingPlan.objects.all())
    if not plans:
        return NO_PLAN
    if covering and not any(plan.first_year <= covering <= plan.last_year for plan in plans):
        periods = "、".join(f"{plan.first_year}から{plan.last_year}まで" for plan in plans)
        return f"{covering}は育成計画の期間({periods})の外です。"
    return f"{format_date(as_of)}の時点で適用されている育成計画がありません。"


def _plan(plan: PlanInForce) -> told.Plan:
    targets = (
        told.YearTarget(year, target.new_promoters, target.revision.number) for year, target in plan.targets.items()
    )
    return told.Plan(name=plan.revision.plan.name, revision=plan.revision.number, targets=tuple(targets))


def _stages() -> tuple[told.Stage, ...]:
    stages = tuple(told.Stage(row.number, row.name, row.label) for row in GrowthStage.objects.order_by("number"))
    if not stages:
        raise DomainError("育成ステージがありません。はじめに manage.py load_policy で登録してください。")
    return stages


def _departments(
    organisation: Organisation, fiscal_year: FiscalYear, day: date, promoters: "_Promoters"
) -> tuple[told.NominatingDepartment, ...]:
    exempt = frozenset(Exemption.objects.filter(fiscal_year=fiscal_year).values_list("department_id", flat=True))
    filled = promoters.departments_filled(fiscal_year)
    return tuple(
        told.NominatingDepartment(
            id=row.pk,
            code=row.code,
            name=row.name,
            bureau_id=organisation.bureau_of(row.pk),
            exempt=row.pk in exempt,
            filled=row.pk in filled,
        )
        for row in organisation.nominating_on(day)
    )


def _bureaus(organisation: Organisation, day: date, others: Iterable[int]) -> tuple[told.Bureau, ...]:
    """Bureaus with staff on the day, and `others`."""
    staff: dict[int, int] = defaultdict(int)
    counts = (
        Posting.objects.primary()
        .on(day)
        .filter(employee__in=Employee.objects.in_service(day))
        .order_by()
        .values_list("department_id")
        .annotate(people=Count("pk"))
    )
    for department_id, number in counts:
        staff[organisation.bureau_of(department_id)] += number
    ids = sorted({*staff, *others}, key=organisation.place)
    return tuple(
        told.Bureau(id=pk, name=organisation.rows[pk].name, order=place, in_service=staff[pk])
        for place, pk in enumerate(ids)
    )


class _Promoters:
    """Counts of the plan's promoters by cohort, route and nominating department."""

    def __init__(self, plan: PlanInForce, as_of: date, stages: tuple[told.Stage, ...]) -> None:
        self.as_of = as_of
        self.rows = Promoter.objects.of_cohorts(*_period(plan)).appointed_by(as_of)
        self.counts: dict[tuple, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTED, 0))
        gone = Q(withdrawn_on__lte=as_of)
        self._count(self.rows, appointed=Count("pk"), withdrawn=Count("pk", filter=gone))
        # A filter beside the count would be asked once a row; as a condition the database joins.
        self._count(self.rows.filter(employee__in=Employee.objects.in_service(as_of)), in_service=Count("pk"))
        first_stage = StageEnrollment.objects.completed_by(as_of).filter(stage__number=stages[0].number)
        self._count(self.rows.filter(pk__in=first_stage.values("promoter")), trained=Count("pk"))

    def _count(self, rows: Any, **counted: Count) -> None:
        for row in rows.order_by().values("cohort", "route", "department").annotate(**counted):
            key = row.pop("cohort"), row.pop("route"), row.pop("department")
            self.counts[key].update(row)

    def by_bureau(self, organisation: Organisation) -> tuple[told.People, ...]:
        sums: dict[tuple, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTED, 0))
        for (cohort, route, department_id), counts in self.counts.items():
            bureau = sums[cohort, route, organisation.bureau_of(department_id)]
            for what, number in counts.items():
                bureau[what] += number
        officially = sorted(sums, key=lambda key: (key[0], key[1], organisation.place(key[2])))
        return tuple(
            told.People(cohort=cohort, route=route, bureau_id=bureau_id, **sums[cohort, route, bureau_id])
            for cohort, route, bureau_id in officially
        )

    def departments_filled(self, fiscal_year: FiscalYear) -> frozenset[int]:
        """Departments with a recommended promoter of the year; one who withdrew within the year left the place."""
        holding = self.rows.holding_the_place(fiscal_year, self.as_of)
        return frozenset(holding.order_by().values_list("department", flat=True).distinct())


_COUNTED = ("appointed", "withdrawn", "trained", "in_service")


def _cells(plan: PlanInForce, as_of: date) -> tuple[told.Cell, ...]:
    rows = (
        _enrolled(plan, as_of)
        .values_list("promoter__cohort", "fiscal_year", "stage__number")
        .annotate(people=Count("pk"), completed=Count("pk", filter=StageEnrollment.objects.completion(as_of)))
    )
    return tuple(told.Cell(*row) for row in sorted(rows))


def _climbs(plan: PlanInForce, as_of: date) -> tuple[told.Climb, ...]:
    rows = (
        _enrolled(plan, as_of)
        .values_list("promoter__cohort", "stage__number")
        .annotate(people=Count("promoter", distinct=True))
    )
    return tuple(told.Climb(*row) for row in sorted(rows))


def _enrolled(plan: PlanInForce, as_of: date) -> Any:
    first, last = _period(plan)
    rows = StageEnrollment.objects.started_by(as_of)
    return rows.filter(fiscal_year__gte=first, fiscal_year__lte=last).order_by()


def _period(plan: PlanInForce) -> tuple[FiscalYear, FiscalYear]:
    return plan.revision.plan.first_year, plan.revision.plan.last_year
