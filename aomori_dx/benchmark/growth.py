"""A thousand promoters with five years each, nine things a year, most of them done."""

from datetime import date, datetime

from aomori_dx.kernel.bulk import insert_all
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee
from stages.models import (
    Curriculum,
    CurriculumItem,
    CurriculumState,
    GrowthStage,
    ItemKind,
    Promoter,
    Route,
    StageEnrollment,
    StageStatus,
)
from training.models import Completion, CompletionRule, CompletionSource, Course, Method

PROMOTERS, YEARS, COURSES, DONE = 1_000, 5, 8, 7
FIRST = FiscalYear(2022)


def settle(*, at: datetime) -> int:
    """Write them for people who are there; returns how many years in a stage there are."""
    place = Department.objects.below_bureaus().earliest("pk")
    rows = [
        Promoter(employee=person, cohort=FIRST, route=Route.RECOMMENDED, department=place, appointed_on=FIRST.first_day)
        for person in Employee.objects.order_by("pk")[:PROMOTERS]
    ]
    insert_all(Promoter, rows)
    stages = [GrowthStage.objects.get_or_create(number=n, defaults={"name": str(n)})[0] for n in range(1, YEARS + 1)]
    years: list[StageEnrollment] = []
    for number, stage in enumerate(stages):
        year = FiscalYear(FIRST.start_year + number)
        asked, courses = _curriculum(stage, year)
        day = date(year.start_year, 7, 1)
        last = {"status": StageStatus.IN_PROGRESS if number == YEARS - 1 else StageStatus.COMPLETED}
        fields = {"fiscal_year": year, "stage": stage, "curriculum": asked, "started_on": year.first_day, **last}
        years += [StageEnrollment(promoter=row, status_on=day, **fields) for row in rows]
        done = {"fiscal_year": year, "completed_on": day, "source": CompletionSource.ELEARNING, "hours": 3}
        insert_all(
            Completion,
            [
                Completion(employee_id=row.employee_id, course=course, recorded_at=at, **done)
                for row in rows
                for course in courses[:DONE]
            ],
        )
    insert_all(StageEnrollment, years)
    return len(years)


def _curriculum(stage: GrowthStage, year: FiscalYear) -> tuple[Curriculum, list[Course]]:
    fields = {"method": Method.ELEARNING, "hours": 3, "completion_rule": CompletionRule.MARK}
    courses = [
        Course.objects.create(code=f"B{stage.number}-{n}", name=f"研修{stage.number}-{n}", **fields)
        for n in range(COURSES)
    ]
    asked = Curriculum.objects.create(
        stage=stage,
        fiscal_year=year,
        state=CurriculumState.PUBLISHED,
        valid_from=year.first_day,
        deadline=date(year.start_year + 1, 2, 28),
    )
    items = [CurriculumItem(curriculum=asked, kind=ItemKind.COURSE, course=row, title=row.name) for row in courses]
    items.append(CurriculumItem(curriculum=asked, kind=ItemKind.PRACTICE, title="実践報告"))
    CurriculumItem.objects.bulk_create(items)
    return asked, courses
