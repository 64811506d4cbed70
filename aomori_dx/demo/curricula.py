"""The demo's curricula: published for every stage and year that has begun, one of a track, a revision this year, and
drafts of the stages that somebody comes to in the years ahead."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from stages.models import CareerTrack, Curriculum, GrowthStage, ItemKind, StageEnrollment, TrainingPlan
from stages.services import curricula, curriculum_items
from training.models import Course

PRACTICE = Path(__file__).resolve().parent / "files" / "curricula.csv"
REASON = "生成AIの庁内利用が始まったため、「生成AIの使い方と注意」を選択から必修に改めます。"
OWN = ("data", 3, ("S4-01", "S4-03"))
"""A track with a curriculum of its own: its code, the stage, what it asks for besides."""
REVISED = (1, "S1-03")
"""The stage whose curriculum was revised in the present year, and the course that became required."""


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Write and publish them, all or none; returns the number of versions. A second time changes nothing.

    Who is in a stage gets a version by its publication, as in an office.
    """
    if Curriculum.objects.exists():
        return 0
    by = User.objects.get(username="dx")
    with PRACTICE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    courses = {course.code: course for course in Course.objects.all()}
    plan = TrainingPlan.objects.earliest("pk")
    this = FiscalYear.containing(on)
    first: dict[int, Curriculum] = {}
    for year in FiscalYear.between(plan.first_year, plan.last_year):
        for number in range(1, int(year) - int(plan.first_year) + 2):
            stage = GrowthStage.objects.filter(number=number).first()
            if stage is None or (year > this and number in first):
                continue
            if number in first:
                row = curricula.draft(stage, None, year, by=by, at=at, source=first[number])
            else:
                row = first[number] = _first(stage, year, lines, courses, by=by, at=at)
            if year <= this:
                curricula.publish(row.pk, by=by, at=at)
    _own(this, courses, by=by, at=at)
    _revise(this, courses, on=on, by=by, at=at)
    return Curriculum.objects.count()


def _first(
    stage: GrowthStage,
    year: FiscalYear,
    lines: list[dict[str, str]],
    courses: dict[str, Course],
    *,
    by: User,
    at: datetime,
) -> Curriculum:
    row = curricula.draft(stage, None, year, by=by, at=at)
    mine = [line for line in lines if int(line["stage"]) == stage.number]
    for line in mine:
        required = line["required"] == "1"
        if line["course"]:
            made = curriculum_items.add_courses(row.pk, [courses[line["course"]]], by=by, at=at, is_required=required)
            if line["skill"]:
                curriculum_items.change(made[0].pk, by=by, at=at, skill=line["skill"])
        else:
            kind = ItemKind(line["kind"])
            given = {"hours": Decimal(line["hours"]), "skill": line["skill"], "is_required": required}
            curriculum_items.add_other(row.pk, kind, title=line["title"], by=by, at=at, **given)
    return curricula.write(row.pk, by=by, at=at, electives=1) if any(x["required"] == "0" for x in mine) else row


def _own(year: FiscalYear, courses: dict[str, Course], *, by: User, at: datetime) -> None:
    """A curriculum of one track, with a few of its people: they were given it when the year began."""
    code, number, added = OWN
    track = CareerTrack.objects.filter(code=code).first()
    shared = Curriculum.objects.filter(stage__number=number, fiscal_year=year, track=None).first()
    if track is None or shared is None:
        return
    row = curricula.draft(shared.stage, track, year, by=by, at=at, source=shared)
    curriculum_items.add_courses(row.pk, [courses[key] for key in added], by=by, at=at, is_required=False)
    curricula.write(row.pk, by=by, at=at, electives=2)
    curricula.publish(row.pk, by=by, at=at)
    people = StageEnrollment.objects.filter(fiscal_year=year, stage=shared.stage).order_by("pk")
    of_the_track = list(people.values_list("pk", flat=True)[::4])
    StageEnrollment.objects.filter(pk__in=of_the_track).update(track=track, curriculum=row)


def _revise(year: FiscalYear, courses: dict[str, Course], *, on: date, by: User, at: datetime) -> None:
    """In the present year one course became required; those who had begun were left with the first version."""
    number, code = REVISED
    known = Curriculum.objects.filter(stage__number=number, fiscal_year=year, track=None).first()
    if known is None:
        return
    day = year.clamp(on - timedelta(days=30))
    row = curricula.revise(known.pk, reason=REASON, valid_from=day, by=by, at=at)
    item = row.items.get(course=courses[code])
    curriculum_items.change(item.pk, by=by, at=at, is_required=True)
    others = row.items.filter(is_required=False).count()
    curricula.write(row.pk, by=by, at=at, electives=min(1, others))
    curricula.publish(row.pk, by=by, at=at)
