"""The demo's progress of the present year: what promoters have finished so far, an exemption, and how they stand."""

from datetime import date, datetime, timedelta

from django.db import transaction

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from stages.models import CurriculumItem, ProgressRuling, RulingKind, StageEnrollment, StageStatus
from stages.services import recomputing, rulings
from training.models import Completion, CompletionSource, Course, Method
from training.services import completions

REASON = "前職で同じ内容の研修を修了しているため"
SHARES = (0, 1, 2, 4, 3, 4, 2, 4)
"""How many of the stage's e-learning courses one after another has finished: some nothing yet, some all."""


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Write completions for whoever is in a stage this year and compute everybody's progress, all or none; returns the
    number of completions. A second time changes nothing."""
    year = FiscalYear.containing(on)
    years = StageEnrollment.objects.filter(fiscal_year=year, status=StageStatus.IN_PROGRESS).select_related("promoter")
    lessons: dict[int, list[Course]] = {}
    for course in Course.objects.filter(method=Method.ELEARNING, level__isnull=False).order_by("code"):
        lessons.setdefault(course.level or 0, []).append(course)
    by = User.objects.get(username="dx")
    people = list(years.select_related("stage").order_by("promoter"))
    there = set(Completion.objects.standing().filter(fiscal_year=year).values_list("employee", "course"))
    rows = [row for number, person in enumerate(people) for row in _finished(person, lessons, number, on)]
    rows = [row for row in rows if (row.employee_id, row.course_id) not in there]
    completions.grant_all(rows, by=by, at=at)
    _exempt(people, by, at)
    recomputing.all_of_year(None, at=at)
    return len(rows)


def _exempt(people: list[StageEnrollment], by: User, at: datetime) -> None:
    """The first of them who has a curriculum need not take its last course."""
    someone = next((row for row in people if row.curriculum_id), None)
    if someone is None or ProgressRuling.objects.exists():
        return
    item = CurriculumItem.objects.filter(curriculum=someone.curriculum, course__isnull=False).last()
    if item is not None:
        rulings.rule(someone.pk, kind=RulingKind.EXEMPT, item=item, reason=REASON, by=by, at=at)


def _finished(person: StageEnrollment, lessons: dict[int, list[Course]], number: int, on: date) -> list[Completion]:
    """The first few courses of her stage, some days apart, until yesterday."""
    year = person.fiscal_year
    done = lessons.get(person.stage.number, [])[: SHARES[number % len(SHARES)]]
    days = [year.clamp(person.started_on + timedelta(days=20 + 30 * step + number % 17)) for step in range(len(done))]
    return [
        Completion(
            employee_id=person.promoter.employee_id,
            course=course,
            fiscal_year=year,
            completed_on=day,
            source=CompletionSource.ELEARNING,
            hours=course.hours,
        )
        for course, day in zip(done, days, strict=True)
        if day < on
    ]
