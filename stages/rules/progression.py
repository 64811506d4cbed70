"""How the stages are climbed: in order, one a fiscal year (rule 9). Each function says why not, or None."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import TOKYO
from stages.models import GrowthStage, StageEnrollment, StageStatus


@dataclass(frozen=True)
class Gathered:
    """What was read once for many years: the closed years, the stages in order, what each promoter completed (stage
    and year, by their ids)."""

    closed: closing.Closed
    stages: tuple[GrowthStage, ...]
    completed: dict[int, set[tuple[int, int]]]


def gather(rows: list[StageEnrollment]) -> None:
    """Give each of the rows what the rules ask for, in three queries for all of them."""
    done: Any = StageEnrollment.objects.filter(status=StageStatus.COMPLETED)
    done = done.filter(promoter__in={row.promoter_id for row in rows}).order_by()
    completed: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for promoter, stage, pk in done.values_list("promoter", "stage", "pk"):
        completed[promoter].add((stage, pk))
    found = Gathered(closing.hold(), tuple(GrowthStage.objects.order_by("number")), completed)
    for row in rows:
        row.gathered = found


def stage_before_is_completed(enrollment: StageEnrollment, at: datetime) -> str | None:
    """Rule 9: nobody jumps. The first stage has none before it."""
    before = _stage_before(enrollment)
    if before is None or _has_completed(enrollment, before):
        return None
    return f"「{before.label}」を修了していません。ステージは順番に進みます。"


def _stage_before(enrollment: StageEnrollment) -> GrowthStage | None:
    number = enrollment.stage.number
    if enrollment.gathered is None:
        return GrowthStage.objects.filter(number__lt=number).order_by("-number").first()
    return next((row for row in reversed(enrollment.gathered.stages) if row.number < number), None)


def _has_completed(enrollment: StageEnrollment, stage: GrowthStage) -> bool:
    """In another year."""
    if enrollment.gathered is None:
        return _years_of(enrollment).filter(stage=stage, status=StageStatus.COMPLETED).exists()
    known = enrollment.gathered.completed.get(enrollment.promoter_id, ())
    return any(of == stage.pk and pk != enrollment.pk for of, pk in known)


def stage_is_not_completed_yet(enrollment: StageEnrollment, at: datetime) -> str | None:
    """Rule 9: what was not completed is repeated; what was completed is not taken again."""
    if _has_completed(enrollment, enrollment.stage):
        return f"「{enrollment.stage.label}」はすでに修了しています。"
    return None


def one_stage_a_year(enrollment: StageEnrollment, at: datetime) -> str | None:
    """Rule 9: one stage a fiscal year, however it ended."""
    if other := _years_of(enrollment).filter(fiscal_year=enrollment.fiscal_year).select_related("stage").first():
        return f"{enrollment.fiscal_year}はすでに「{other.stage.label}」に登録されています。"
    return None


def year_is_not_before_appointment(enrollment: StageEnrollment, at: datetime) -> str | None:
    """A promoter's training starts in the year of the appointment."""
    cohort = enrollment.promoter.cohort
    if enrollment.fiscal_year < cohort:
        return f"任命年度({cohort})より前の年度には登録できません。"
    return None


def promoter_goes_on(enrollment: StageEnrollment, at: datetime) -> str | None:
    """Who withdrew as a promoter has no further year; who left the staff neither."""
    day, promoter = at.astimezone(TOKYO).date(), enrollment.promoter
    if promoter.withdrawn_on is not None and promoter.withdrawn_on <= day:
        return "このDX推進員はすでに辞退しています。"
    if not promoter.employee.in_service_on(day):
        return "この職員は在職していません。"
    return None


def promoter_withdrew(enrollment: StageEnrollment, at: datetime) -> str | None:
    """辞退 as a promoter ends the year that is going on."""
    return None if enrollment.promoter.withdrawn_on is not None else "このDX推進員は辞退していません。"


def year_is_open(enrollment: StageEnrollment, at: datetime) -> str | None:
    """A year of training belongs to its fiscal year, whatever the day of the act: a closed one stays as it is."""
    closed = enrollment.gathered.closed if enrollment.gathered is not None else closing.hold()
    return closed.why_not(enrollment.fiscal_year)


def _years_of(enrollment: StageEnrollment):
    return StageEnrollment.objects.filter(promoter=enrollment.promoter).exclude(pk=enrollment.pk)
