"""修了証 of stages: issued with the judgement, taken back with it. What is certified is said here, the rest below."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed
from stages import permissions as may
from stages.models import StageEnrollment, StageProgress, StageStatus
from training.models import Certificate
from training.services import certificates
from training.services.certificates import Achievement

KIND = "stage"
"""The first word of `Certificate.subject`."""
NOT_YOURS = "ステージの修了証を発行できるのは、DX推進担当だけです。"


def subject_of(enrollment: int) -> str:
    """By which a certificate of this year (id) is known."""
    return f"{KIND}:{enrollment}"


def issue(rows: Any, *, by: Any, at: datetime) -> list[Certificate]:
    """Certificates for those of these years (a queryset) that are completed and have none, in their order.

    The caller has checked who may.
    """
    found = list(without(rows).select_related("promoter__employee", "stage").order_by("status_on", "pk"))
    hours = dict(
        StageProgress.objects.filter(enrollment__in=[row.pk for row in found]).values_list("enrollment", "hours_done")
    )
    return certificates.issue_all([_achieved(row, hours.get(row.pk)) for row in found], by=by, at=at)


def issue_for(rows: Any, *, by: Any, at: datetime) -> int:
    """As `issue`, for an officer who asks for it; returns how many are new. Raises NotAllowed."""
    if not may.judge_year(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    return len(issue(rows, by=by, at=at))


def without(rows: Any) -> Any:
    """Of these years those that are completed and have no valid certificate."""
    return rows.filter(status=StageStatus.COMPLETED).filter(~Exists(_valid()))


def of(rows: Any) -> list[Certificate]:
    """The valid certificates of these years (a queryset), in the order in which it stands."""
    ids = list(rows.values_list("pk", flat=True))
    known: dict[str, Certificate] = {}
    for start in range(0, len(ids), certificates.BATCH):
        subjects = [subject_of(pk) for pk in ids[start : start + certificates.BATCH]]
        valid = Certificate.objects.valid().filter(subject__in=subjects)
        known |= {row.subject: row for row in valid.select_related("employee")}
    return [known[name] for pk in ids if (name := subject_of(pk)) in known]


def revoke(row: StageEnrollment, *, reason: str, by: Any, at: datetime) -> None:
    """Whatever certifies this year is valid no more."""
    for paper in Certificate.objects.valid().filter(subject=subject_of(row.pk)):
        certificates.revoke(paper.pk, reason=reason[:200], by=by, at=at)


def _valid() -> Any:
    """The valid certificate of the year of the outer query."""
    return Certificate.objects.valid().filter(
        subject=Concat(Value(f"{KIND}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    )


def _achieved(row: StageEnrollment, hours: Decimal | None) -> Achievement:
    return Achievement(
        employee=row.promoter.employee,
        subject=subject_of(row.pk),
        title=f"DX推進員育成ステージ {row.stage.label}({row.fiscal_year})",
        completed_on=row.status_on,
        fiscal_year=row.fiscal_year,
        hours=hours or None,
    )
