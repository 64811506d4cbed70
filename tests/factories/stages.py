"""The plan, the stages, promoters and their years."""

from datetime import date

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee
from stages.models import (
    AnnualTarget,
    GrowthStage,
    PlanRevision,
    Promoter,
    Route,
    StageEnrollment,
    StageStatus,
    TrainingPlan,
)
from tests.factories import staff as make

R6, R7, R8, R9, R10 = FiscalYear.between(FiscalYear(2024), FiscalYear(2028))
STAGE_NAMES = ["業務効率化", "業務改善", "業務改革", "データ利活用", "AI等活用"]


def plan(new_promoters: int = 200) -> PlanRevision:
    """The policy's plan with its first revision and five stages; returns the revision."""
    row = TrainingPlan.objects.create(code="r6-r10", name="育成計画", first_year=R6, last_year=R10)
    revision = PlanRevision.objects.create(
        plan=row,
        number=1,
        decided_on=date(2024, 2, 1),
        effective_from=date(2024, 2, 1),
        reason="策定",
        author="行政経営課",
    )
    AnnualTarget.objects.bulk_create(
        AnnualTarget(revision=revision, fiscal_year=year, new_promoters=new_promoters)
        for year in FiscalYear.between(R6, R10)
    )
    stages()
    return revision


def stages() -> list[GrowthStage]:
    return [
        GrowthStage.objects.get_or_create(number=number, defaults={"name": name})[0]
        for number, name in enumerate(STAGE_NAMES, 1)
    ]


def promoter(
    person: Employee | None = None,
    *,
    cohort: FiscalYear = R8,
    route: str = Route.RECOMMENDED,
    department: Department | None = None,
    **fields,
) -> Promoter:
    """An appointed person, without any year of training."""
    return Promoter.objects.create(
        employee=person or make.employee(),
        cohort=cohort,
        route=route,
        department=department or make.department(),
        **{"appointed_on": date(cohort.start_year, 6, 3), **fields},
    )


def enrollment(
    who: Promoter | None = None,
    *,
    stage: int = 1,
    fiscal_year: FiscalYear | None = None,
    status: str = StageStatus.IN_PROGRESS,
    **fields,
) -> StageEnrollment:
    who = who or promoter()
    year = fiscal_year or who.cohort
    started = date(year.start_year, 6, 3)
    return StageEnrollment.objects.create(
        promoter=who,
        fiscal_year=year,
        stage=stages()[stage - 1],
        status=status,
        **{"started_on": started, "status_on": started, **fields},
    )
