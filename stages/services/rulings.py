"""免除・認定・不認定: what a person decides about somebody's progress (rule 10). Taken back, never deleted.

The progress is computed again in the same transaction; no later computation takes a decision away.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from stages import permissions as may
from stages.models import CurriculumItem, ProgressRuling, RulingKind, StageEnrollment, StageStatus
from stages.services import recomputing

NOT_YOURS = "免除・認定・不認定を登録できるのは、DX推進担当だけです。"
NEEDS_REASON = "理由を入力してください。"
TAKEN_BACK = "この判断はすでに取り消されています。"
WITHDRAWN = "辞退した年度には、免除・認定・不認定を登録できません。"
ANOTHERS_ITEM = "この項目は、本人のカリキュラムにありません。画面を読み込み直してください。"
TO_COME = "判断日は今日までの日付にしてください。"
TOO_EARLY = "判断日は、この年度の育成の開始日以後にしてください。"


@transaction.atomic
def rule(
    enrollment_id: int,
    *,
    kind: str,
    reason: str,
    by: Any,
    at: datetime,
    item: CurriculumItem | None = None,
    ruled_on: date | None = None,
) -> ProgressRuling:
    """Decide about an item of the year's curriculum, or (without one) about the stage; the newest decision holds.

    Raises NotAllowed, or RuleBroken: no reason, a day to come, an item of another curriculum, a year that is closed
    or withdrawn from, 免除 of a whole stage.
    """
    enrollment = _held(enrollment_id, by=by, at=at)
    day = ruled_on or day_of(at)
    if refusal := _why_not(enrollment, item, day, reason, at):
        raise RuleBroken(refusal)
    row = ProgressRuling(
        enrollment=enrollment,
        item=item,
        kind=RulingKind(kind),
        ruled_on=day,
        reason=reason.strip(),
        by_name=actor_name(by),
        recorded_at=at,
    )
    with constraints_as_rules():
        row.save(force_insert=True)
    audit.record(enrollment, "ruled", by=by, at=at, after=_told(row), reason=row.reason)
    recomputing.of_enrollments([enrollment.pk], at=at)
    return row


@transaction.atomic
def revoke(ruling_id: int, *, reason: str, by: Any, at: datetime) -> ProgressRuling:
    """Take a decision back: it is as if it had never been. Raises NotAllowed, or RuleBroken: no reason, taken back
    already, a closed year."""
    enrollment = _held(ProgressRuling.objects.values_list("enrollment", flat=True).get(pk=ruling_id), by=by, at=at)
    row = ProgressRuling.objects.select_related("item").get(pk=ruling_id)
    if not reason.strip():
        raise RuleBroken(NEEDS_REASON)
    if row.revoked_at is not None:
        raise RuleBroken(TAKEN_BACK)
    row.revoked_at, row.revoked_reason = at, reason.strip()
    row.save(update_fields=["revoked_at", "revoked_reason"])
    audit.record(enrollment, "ruling_revoked", by=by, at=at, before=_told(row), reason=row.revoked_reason)
    recomputing.of_enrollments([enrollment.pk], at=at)
    return row


def _why_not(
    enrollment: StageEnrollment, item: CurriculumItem | None, day: date, reason: str, at: datetime
) -> str | None:
    if not reason.strip():
        return NEEDS_REASON
    if day > day_of(at):
        return TO_COME
    if day < enrollment.started_on:
        return TOO_EARLY
    if enrollment.status == StageStatus.WITHDRAWN:
        return WITHDRAWN
    return ANOTHERS_ITEM if item is not None and item.curriculum_id != enrollment.curriculum_id else None


def _held(enrollment_id: int, *, by: Any, at: datetime) -> StageEnrollment:
    """The year, locked until the end of the transaction."""
    rows = StageEnrollment.objects.select_for_update(of=("self",)).select_related("promoter__employee", "stage")
    enrollment = rows.get(pk=enrollment_id)
    if not may.judge_progress(by, enrollment, at):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(enrollment.fiscal_year)
    return enrollment


def _told(row: ProgressRuling) -> dict[str, str]:
    about = row.item.title if row.item else "ステージ全体"
    return {"item": about, "kind": str(row.get_kind_display()), "ruled_on": row.ruled_on.isoformat()}
