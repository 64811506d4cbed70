"""未照合の結果: an officer says whose account it is, or sets it aside; remembered, and taken back as a whole."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.journal import NO_JOURNAL
from staff.models import Employee, User
from training import permissions as may
from training.models import Completion, CompletionSource, PlatformAccount, UnmatchedResult, UnmatchedState
from training.services import completions, elearning
from training.workflows.unmatched import UNMATCHED

NOT_YOURS = "結果を照合できるのは、人財育成・人事担当とDX推進担当だけです。"
NOTHING_WAITS = "このアカウントに未照合の結果はありません。ほかの担当が先に照合したかもしれません。"


@transaction.atomic
def match(platform: str, key: str, employee: Employee, *, by: User, at: datetime) -> list[Completion]:
    """This account is this person's: every result that waits becomes a completion, later files know it too.

    Again with the same person changes nothing. Raises NotAllowed, or RuleBroken: nothing waits, a closed year.
    """
    _ensure_allowed(by, at)
    decided = _standing(platform, key)
    if decided is not None and decided.employee_id == employee.pk:
        return []
    rows = _waiting(platform, key)
    closing.ensure_open(*{row.fiscal_year for row in rows})
    decision = _decide(rows[0], decided, by=by, at=at, employee=employee)
    done = set(Completion.objects.standing().filter(employee=employee).values_list("course", "fiscal_year"))
    made = {row.pk: _completion(row, employee) for row in rows if (row.course_id, row.fiscal_year) not in done}
    reason = f"{decision}の照合"
    new = list(made.values())
    elearning.finish_bookings(new, by=by, at=at, reason=reason, journal=NO_JOURNAL)
    completions.grant_all(new, by=by, at=at, reason=reason)
    for row in rows:
        row.decision, row.completion = decision, made.get(row.pk)
    _settle(rows, "match", by=by, at=at)
    told = {"employee": employee.employee_number, "completions": len(new)}
    audit.record(decision, "account_matched", by=by, at=at, after=told)
    return new


@transaction.atomic
def set_aside(platform: str, key: str, *, reason: str, by: User, at: datetime) -> int:
    """This account is nobody's of ours, with why: its results are not asked about again. Returns how many waited."""
    _ensure_allowed(by, at)
    if not reason.strip():
        raise RuleBroken("理由を入力してください。")
    rows = _waiting(platform, key)
    decision = _decide(rows[0], _standing(platform, key), by=by, at=at, reason=reason.strip()[:200])
    for row in rows:
        row.decision = decision
    _settle(rows, "set_aside", by=by, at=at, reason=reason.strip())
    audit.record(decision, "account_set_aside", by=by, at=at, reason=reason.strip())
    return len(rows)


@transaction.atomic
def take_back(decision_id: int, *, reason: str, by: User, at: datetime) -> int:
    """The decision was wrong: its completions are revoked, its results wait again. Returns how many.

    Again changes nothing. Raises NotAllowed, or RuleBroken: no reason, a closed year.
    """
    _ensure_allowed(by, at)
    if not reason.strip():
        raise RuleBroken("理由を入力してください。")
    decision = PlatformAccount.objects.select_for_update(of=("self",)).select_related("employee").get(pk=decision_id)
    if decision.ended_at is not None:
        return 0
    rows = list(UnmatchedResult.objects.select_for_update(of=("self",)).filter(decision=decision).order_by("pk"))
    completions.revoke_all([row.completion_id for row in rows if row.completion_id], reason=reason, by=by, at=at)
    for row in rows:
        row.decision, row.completion = None, None
    _settle(rows, "take_back", by=by, at=at, reason=reason.strip())
    decision.ended_at = at
    decision.save(update_fields=["ended_at"])
    audit.record(decision, "account_taken_back", by=by, at=at, reason=reason.strip())
    return len(rows)


def _settle(rows: list[UnmatchedResult], move: str, *, by: User, at: datetime, reason: str = "") -> None:
    """The decision with its completions, and the move; who waits has none, so it goes last there."""
    pks = [row.pk for row in rows]
    if move == "take_back":
        UNMATCHED.move_all(pks, move, by=by, at=at, reason=reason)
    UnmatchedResult.objects.bulk_update(rows, ["decision", "completion"], batch_size=500)
    if move != "take_back":
        UNMATCHED.move_all(pks, move, by=by, at=at, reason=reason)


def _ensure_allowed(by: User, at: datetime) -> None:
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)


def _standing(platform: str, key: str) -> PlatformAccount | None:
    rows = PlatformAccount.objects.filter(platform=platform, key=key, ended_at__isnull=True)
    return rows.select_for_update().first()


def _waiting(platform: str, key: str) -> list[UnmatchedResult]:
    """The account's results, held; two officers at once: the second finds none."""
    found = UnmatchedResult.objects.select_for_update(of=("self",)).select_related("course")
    rows = list(found.filter(platform=platform, key=key, state=UnmatchedState.WAITING).order_by("pk"))
    if not rows:
        raise RuleBroken(NOTHING_WAITS)
    return rows


def _decide(
    row: UnmatchedResult, before: PlatformAccount | None, *, by: User, at: datetime, **said: Any
) -> PlatformAccount:
    if before is not None:
        before.ended_at = at
        before.save(update_fields=["ended_at"])
    decision = PlatformAccount(
        platform=row.platform, account=row.account, key=row.key, decided_at=at, decided_by_name=actor_name(by), **said
    )
    with constraints_as_rules():
        decision.save()
    return decision


def _completion(row: UnmatchedResult, employee: Employee) -> Completion:
    return Completion(
        employee=employee,
        course=row.course,
        fiscal_year=row.fiscal_year,
        completed_on=row.completed_on,
        started_on=row.started_on,
        source=CompletionSource.ELEARNING,
        hours=row.course.hours,
        score=row.score,
        platform=row.platform,
    )
