"""修了: grant, correct, revoke. What is asked of stages and certificates hears of it in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, bulk, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import NO_JOURNAL, Journal
from staff.models import Employee, User
from training import permissions as may
from training.models import Completion, CompletionSource, Course
from training.signals import completion_changed

NOT_YOURS = "修了を登録し訂正できるのは、人財育成・人事担当とDX推進担当だけです。"
ALREADY_REVOKED = "この修了はすでに取り消されています。"
NEEDS_REASON = "理由を入力してください。"
NOT_YET = "修了日は今日までの日付にしてください。"
ASKED = 5_000


@transaction.atomic
def grant_all(
    rows: Sequence[Completion], *, by: Any, at: datetime, reason: str = "", journal: Journal = NO_JOURNAL
) -> None:
    """Write new completions set-based, all or none; a record of each and one signal for all (not in a trial).

    The caller has checked that nobody has the course of that year already, and who may. Raises RuleBroken where a
    fiscal year is closed or a constraint refuses.
    """
    if not rows:
        return
    closing.ensure_open(*{row.fiscal_year for row in rows})
    for row in rows:
        row.recorded_at = at
    with constraints_as_rules():
        bulk.insert_all(Completion, rows)
    if journal.trial:
        return
    journal.created(rows)
    audit.record_all(
        audit.event(row, "granted", by=by, at=at, after=_told(row), reason=reason or row.reason) for row in rows
    )
    _tell(rows, by=by, at=at)


@transaction.atomic
def enter(
    employee: Employee,
    course: Course,
    *,
    completed_on: date,
    reason: str,
    by: User,
    at: datetime,
    fiscal_year: FiscalYear | None = None,
    score: int | None = None,
    hours: Decimal | None = None,
) -> Completion:
    """A completion that an officer knows of, with the reason. `fiscal_year` is that of the day unless given (E25).

    Raises NotAllowed, or RuleBroken: no reason, a day to come, a closed year, or the course of that year is done.
    """
    _ensure_allowed(by, at)
    if not reason.strip():
        raise RuleBroken(NEEDS_REASON)
    if completed_on > day_of(at):
        raise RuleBroken(NOT_YET)
    row = Completion(
        employee=employee,
        course=course,
        fiscal_year=fiscal_year or FiscalYear.containing(completed_on),
        completed_on=completed_on,
        source=CompletionSource.ENTERED,
        hours=course.hours if hours is None else hours,
        score=score,
        reason=reason.strip(),
    )
    grant_all([row], by=by, at=at)
    return row


@transaction.atomic
def enter_all(
    people: Sequence[Employee], course: Course, *, completed_on: date, reason: str, by: User, at: datetime, **more: Any
) -> list[Completion]:
    """`enter` for many: all or none. Raises NotAllowed, or RuleBroken, also naming those who have it already."""
    _ensure_allowed(by, at)
    year = more.get("fiscal_year") or FiscalYear.containing(completed_on)
    if refusal := why_not_enter(people, course, completed_on=completed_on, fiscal_year=year, reason=reason, at=at):
        raise RuleBroken(refusal)
    rows = [
        Completion(
            employee=person,
            course=course,
            fiscal_year=year,
            completed_on=completed_on,
            source=CompletionSource.ENTERED,
            hours=course.hours if more.get("hours") is None else more["hours"],
            score=more.get("score"),
            started_on=more.get("started_on"),
            reason=reason.strip(),
        )
        for person in people
    ]
    grant_all(rows, by=by, at=at)
    return rows


def why_not_enter(
    people: Sequence[Employee],
    course: Course,
    *,
    completed_on: date,
    fiscal_year: FiscalYear,
    reason: str,
    at: datetime,
) -> str:
    """What stands against entering a completion for these people, in sentences; empty where nothing does."""
    if not reason.strip():
        return NEEDS_REASON
    if completed_on > day_of(at):
        return NOT_YET
    done = Completion.objects.standing().filter(course=course, fiscal_year=fiscal_year, employee__in=people)
    names = [str(row.employee) for row in done.select_related("employee").order_by("employee__employee_number")]
    if names:
        return f"{fiscal_year}の「{course.name}」の修了がすでに登録されています: {'、'.join(names)}"
    return closing.hold().why_not(fiscal_year) or ""


@transaction.atomic
def correct_all(
    stated: Mapping[int, Mapping[str, Any]], *, reason: str, by: Any, at: datetime, journal: Journal = NO_JOURNAL
) -> None:
    """Another day or score for many that stand: id → (`completed_on`, `score`), with why. The caller has checked who
    may, and that the day is of the same fiscal year. Raises RuleBroken for a closed year."""
    if not stated:
        return
    journal.changing(Completion, stated)
    found = Completion.objects.select_for_update(of=("self",)).standing().filter(pk__in=list(stated))
    rows = list(found.select_related("employee", "course").order_by("pk"))
    closing.ensure_open(*{row.fiscal_year for row in rows})
    events = []
    for row in rows:
        before = _told(row)
        row.completed_on, row.score = stated[row.pk]["completed_on"], stated[row.pk]["score"]
        events.append(audit.event(row, "edited", by=by, at=at, before=before, after=_told(row), reason=reason))
    Completion.objects.bulk_update(rows, ["completed_on", "score"], batch_size=1000)
    audit.record_all(events)
    _tell(rows, by=by, at=at)


def after_undo(completion_ids: Sequence[int]) -> Callable[..., None]:
    """Whose completions an undone file takes along; call what comes back when they are gone."""
    parts = [completion_ids[start : start + ASKED] for start in range(0, len(completion_ids), ASKED)]
    people = {pk for part in parts for pk in Completion.objects.filter(pk__in=part).values_list("employee", flat=True)}

    def tell(*, by: Any, at: datetime) -> None:
        completion_changed.send(sender=Completion, employees=sorted(people), by=by, at=at)

    return tell


@transaction.atomic
def revoke_all(completion_ids: Sequence[int], *, reason: str, by: Any, at: datetime) -> list[Completion]:
    """Take completions back, with why; the rows stay. Again changes nothing. Raises RuleBroken: no reason, closed year.

    The caller has checked who may.
    """
    if not reason.strip():
        raise RuleBroken(NEEDS_REASON)
    found = Completion.objects.select_for_update(of=("self",)).standing().filter(pk__in=completion_ids)
    rows = list(found.select_related("employee", "course").order_by("pk"))
    closing.ensure_open(*{row.fiscal_year for row in rows})
    for row in rows:
        row.revoked_at, row.revoked_reason = at, reason.strip()
    Completion.objects.bulk_update(rows, ["revoked_at", "revoked_reason"], batch_size=1000)
    audit.record_all(
        audit.event(row, "revoked", by=by, at=at, before=_told(row), reason=reason.strip()) for row in rows
    )
    _tell(rows, by=by, at=at)
    return rows


@transaction.atomic
def revoke(completion_id: int, *, reason: str, by: User, at: datetime) -> Completion:
    """One completion was wrong. Raises NotAllowed, or RuleBroken: revoked already, no reason, a closed year."""
    _ensure_allowed(by, at)
    rows = revoke_all([completion_id], reason=reason, by=by, at=at)
    if not rows:
        raise RuleBroken(ALREADY_REVOKED)
    return rows[0]


@transaction.atomic
def correct(completion_id: int, *, reason: str, by: User, at: datetime, **stated: Any) -> Completion:
    """Another day, year, score or number of hours for a completion that stands (`completed_on`, `fiscal_year`,
    `score`, `hours`), with why. Raises NotAllowed, or RuleBroken: revoked, no reason, a closed year, a constraint."""
    _ensure_allowed(by, at)
    if not reason.strip():
        raise RuleBroken(NEEDS_REASON)
    row = Completion.objects.select_for_update(of=("self",)).select_related("employee", "course").get(pk=completion_id)
    if row.revoked_at is not None:
        raise RuleBroken(ALREADY_REVOKED)
    before, old_year = _told(row), row.fiscal_year
    for name, value in stated.items():
        setattr(row, name, value)
    if row.completed_on > day_of(at):
        raise RuleBroken(NOT_YET)
    closing.ensure_open(old_year, row.fiscal_year)
    with constraints_as_rules():
        row.save(update_fields=list(stated))
    audit.record(row, "edited", by=by, at=at, before=before, after=_told(row), reason=reason.strip())
    _tell([row], by=by, at=at)
    return row


def _ensure_allowed(by: User, at: datetime) -> None:
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)


def _tell(rows: Sequence[Completion], *, by: Any, at: datetime) -> None:
    completion_changed.send(sender=Completion, employees=sorted({row.employee_id for row in rows}), by=by, at=at)


def _told(row: Completion) -> dict[str, Any]:
    return {
        "course": row.course.name,
        "fiscal_year": row.fiscal_year,
        "completed_on": row.completed_on.isoformat(),
        "score": row.score,
        "hours": str(row.hours),
    }
