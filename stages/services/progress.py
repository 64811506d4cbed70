"""A promoter's years of training. Every function: one transaction, one audit record, who and when."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from stages import permissions as may
from stages.models import GrowthStage, Promoter, StageEnrollment
from stages.rules import progression as rules
from stages.services import curricula, quotas, recomputing
from stages.workflows.stage_enrollment import STAGE_ENROLLMENT

TO_START = (
    rules.year_is_open,
    rules.promoter_goes_on,
    rules.year_is_not_before_appointment,
    rules.one_stage_a_year,
    rules.stage_is_not_completed_yet,
    rules.stage_before_is_completed,
)
"""What must hold before a stage is started (rule 9; the year is not closed)."""


@transaction.atomic
def start(promoter_id: int, *, stage: int, fiscal_year: FiscalYear, by: Any, at: datetime) -> StageEnrollment:
    """Enrol a promoter in a stage for a fiscal year, from today.

    Raises NotAllowed, or RuleBroken with every reason why the stage cannot be started.
    """
    promoter = Promoter.objects.select_for_update(of=("self",)).select_related("employee").get(pk=promoter_id)
    day = at.astimezone(TOKYO).date()
    enrollment = StageEnrollment(
        promoter=promoter,
        stage=GrowthStage.objects.get(number=stage),
        fiscal_year=fiscal_year,
        started_on=day,
        status_on=day,
    )
    if not may.judge_progress(by, enrollment, at):
        raise NotAllowed("育成の登録を行う権限がありません。")
    if reasons := [reason for rule in TO_START if (reason := rule(enrollment, at))]:
        raise RuleBroken("\n".join(reasons))
    curricula.assign([enrollment], on=day)
    with constraints_as_rules():
        enrollment.save(force_insert=True)
    audit.record(enrollment, "start", by=by, at=at, after=enrollment.status)
    recomputing.of_enrollments([enrollment.pk], at=at)
    quotas.request(by=None, at=at)
    return enrollment


def complete(enrollment_id: int, *, by: Any, at: datetime) -> StageEnrollment:
    """修了"""
    return _move(enrollment_id, "complete", by=by, at=at)


def end_without_completion(enrollment_id: int, *, by: Any, at: datetime, reason: str = "") -> StageEnrollment:
    """未修了: the stage is repeated next year or ended."""
    return _move(enrollment_id, "end_without_completion", by=by, at=at, reason=reason)


def suspend(enrollment_id: int, *, by: Any, at: datetime, reason: str) -> StageEnrollment:
    """中断 (leave, secondment)"""
    return _move(enrollment_id, "suspend", by=by, at=at, reason=reason)


def resume(enrollment_id: int, *, by: Any, at: datetime) -> StageEnrollment:
    """再開"""
    return _move(enrollment_id, "resume", by=by, at=at)


def withdraw(enrollment_id: int, *, by: Any, at: datetime, reason: str) -> StageEnrollment:
    """辞退 from this year's training; the person stays a promoter."""
    return _move(enrollment_id, "withdraw", by=by, at=at, reason=reason)


@transaction.atomic
def _move(enrollment_id: int, name: str, *, by: Any, at: datetime, reason: str = "") -> StageEnrollment:
    enrollment = STAGE_ENROLLMENT.move(enrollment_id, name, by=by, at=at, reason=reason)
    recomputing.of_enrollments([enrollment.pk], at=at)
    quotas.request(by=None, at=at)  # the figures follow soon; many moves wait for one computation
    return enrollment
