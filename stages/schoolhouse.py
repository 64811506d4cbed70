"""What the policy tells the schoolhouse: tracks and stages that courses serve, and the people of each stage."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import CareerTrack, GrowthStage, StageEnrollment, StageStatus
from training import invitees, programme
from training.models import CourseRun


@programme.register_tracks
def career_tracks() -> Iterable[tuple[str, str]]:
    """Code and name of every career track."""
    return CareerTrack.objects.values_list("code", "name")


@programme.register_levels
def growth_stages() -> Iterable[tuple[str, str]]:
    """Number and name of every stage."""
    return [(str(stage.number), f"ステージ{stage.number} {stage.name}") for stage in GrowthStage.objects.all()]


@invitees.register
def promoters_by_stage(run: CourseRun, on: date) -> Iterable[tuple[str, str, Any]]:
    """DX推進員 who are in a stage in the fiscal year of the run."""
    year: FiscalYear = run.fiscal_year
    for stage in GrowthStage.objects.all():
        rows = StageEnrollment.objects.filter(fiscal_year=year, stage=stage, status=StageStatus.IN_PROGRESS)
        name = f"{year}のDX推進員(ステージ{stage.number} {stage.name})"
        yield f"stage-{stage.number}", name, rows.values("promoter__employee")
