"""Progress from facts, kept for lists: recomputed when a fact changes, and every night. Again it changes nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from aomori_dx.kernel import progress as jobs
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job
from stages import permissions as may
from stages.folding.conditions import Condition
from stages.folding.progress import Missing, Progress
from stages.folding.standing import Verdict
from stages.models import StageEnrollment, StageProgress
from stages.services import progress_facts
from stages.services.progress_facts import Case

KIND = "recompute_progress"
"""The kind of the job that computes everybody's progress."""
PORTION = 2_000
KEPT = (
    "done",
    "asked",
    "hours_done",
    "hours_asked",
    "met_on",
    "missing",
    "conditions",
    "standing",
    "proposal",
    "last_fact_on",
)
_TENTH = Decimal("0.1")
NOT_YOURS = "進み具合を計算し直せるのは、担当課だけです。"

Report = Callable[[int, int, str], None]


@transaction.atomic
def of_enrollments(enrollment_ids: Collection[int], *, at: datetime) -> int:
    """Compute these years (ids) again, at once, in the caller's transaction; returns how many came out otherwise.

    Their rows are locked first: who changes another fact of theirs at the same moment computes after us, and sees ours.
    The state of a year is never changed here: 修了 is judged by people.
    """
    _lock(enrollment_ids)
    return sum(_of_portion(ids, day_of(at), at) for ids in _portions(enrollment_ids))


@transaction.atomic
def of_employees(employees: Collection[int], *, at: datetime) -> int:
    """All years of those of these employees (ids) who are promoters."""
    rows = StageEnrollment.objects.filter(promoter__employee__in=employees)
    return of_enrollments(list(rows.order_by("promoter", "fiscal_year").values_list("pk", flat=True)), at=at)


def all_of_year(
    fiscal_year: FiscalYear | None, *, at: datetime, report: Report = lambda done, total, message: None
) -> int:
    """Everybody's year (without one: every year of everybody), portion by portion; returns how many changed.

    Each portion is a transaction of its own: after an interruption another run completes the rest.
    """
    rows = StageEnrollment.objects.all()
    if fiscal_year is not None:
        rows = rows.filter(fiscal_year=fiscal_year)
    ids = list(rows.order_by("promoter", "fiscal_year").values_list("pk", flat=True))
    changed = done = 0
    for portion in _portions(ids):
        report(done, len(ids), f"{done:,}件を計算しました。")
        changed += of_enrollments(portion, at=at)
        done += len(portion)
    report(done, len(ids), "計算が終わりました。")
    return changed


def request(*, by: Any, at: datetime) -> Job:
    """Ask for everybody's progress in the background. One that still waits answers for both. Raises NotAllowed."""
    if by is not None and not may.compute_quotas(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    return jobs.enqueue(KIND, key=KIND, params={}, by=by, at=at)


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(ids)
    while portion := list(islice(waiting, PORTION)):
        yield portion


def _lock(enrollment_ids: Collection[int]) -> None:
    """All of them, everybody in the same order: two who compute for the same people do not wait for each other."""
    for ids in _portions(sorted(enrollment_ids)):
        locked = StageEnrollment.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        list(locked.values_list("pk", flat=True))


def _of_portion(ids: list[int], day: date, at: datetime) -> int:
    kept = {row.enrollment_id: row for row in StageProgress.objects.filter(enrollment__in=ids)}
    changed = []
    for case in progress_facts.load(ids, as_of=day):
        progress = case.fold()
        row = _row(case, progress, case.verdict(progress), at)
        old = kept.get(case.enrollment.pk)
        if old is None or any(getattr(old, name) != getattr(row, name) for name in KEPT):
            changed.append(row)
    StageProgress.objects.bulk_create(
        changed,
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["enrollment"],
        update_fields=[*KEPT, "computed_at"],
    )
    return len(changed)


def _row(case: Case, progress: Progress, verdict: Verdict, at: datetime) -> StageProgress:
    return StageProgress(
        enrollment_id=case.enrollment.pk,
        done=progress.done,
        asked=progress.asked,
        hours_done=progress.hours_done.quantize(_TENTH),
        hours_asked=progress.hours_asked.quantize(_TENTH),
        met_on=progress.met_on,
        missing=[_told(row) for row in progress.missing],
        conditions=[_condition(row) for row in case.conditions(progress)],
        standing=verdict.standing,
        proposal=verdict.proposal[:300],
        last_fact_on=progress.last_on,
        computed_at=at,
    )


def _told(row: Missing) -> dict[str, Any]:
    return {"words": row.words, "item": row.pk or None, "due": row.due.isoformat() if row.due else None}


def _condition(row: Condition) -> dict[str, Any]:
    return {
        "code": row.code,
        "state": row.state,
        "done": row.done,
        "asked": row.asked,
        "missing": list(row.missing),
    }
