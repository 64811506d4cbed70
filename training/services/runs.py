"""Planning, changing, opening, closing and calling off runs; everybody concerned is told."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Max

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from training import permissions as may
from training.models import Course, CourseRun, RunStatus
from training.services import calling_off, interests, invitations, seats, surveys
from training.services import meetings as meetings_of_runs
from training.services.ledger import Ledger
from training.workflows.course_run import COURSE_RUN

NOT_YOURS = "開催回を登録し変更できるのは、人財育成・人事担当とDX推進担当だけです。"
Meeting = tuple[datetime, datetime]
STATED = (
    "venue", "area", "is_online", "instructor", "capacity", "minimum", "opens_on", "closes_on", "change_until",
    "final_at", "promotes_by_hand", "answer_days", "invited_only", "note",
)  # fmt: skip


@transaction.atomic
def plan(course: Course, *, meetings: Sequence[Meeting], by: User, at: datetime, **stated: Any) -> CourseRun:
    """A new run in preparation (準備中), numbered within its course and fiscal year.

    The year is that of the first meeting, without meetings that of the first day of booking. `stated`: columns of
    `STATED`. Raises NotAllowed, or RuleBroken: a closed year, meetings that overlap, a constraint.
    """
    _ensure_allowed(by, at)
    year = FiscalYear.containing(day_of(min(start for start, _ in meetings)) if meetings else stated["opens_on"])
    closing.ensure_open(year)
    Course.objects.select_for_update().get(pk=course.pk)  # two who plan at once get two numbers
    last = CourseRun.objects.filter(course=course, fiscal_year=year).aggregate(last=Max("number"))["last"]
    run = CourseRun(course=course, fiscal_year=year, number=(last or 0) + 1, **stated)
    with constraints_as_rules():
        run.save()
    _set_meetings(run, meetings, at)
    audit.record(run, "created", by=by, at=at, after=_told(run, meetings))
    return run


@transaction.atomic
def change(run_id: int, *, meetings: Sequence[Meeting], by: User, at: datetime, **stated: Any) -> CourseRun:
    """Other days, another place, another capacity. More seats go to the first in line at once.

    Raises NotAllowed, or RuleBroken: held or called off already, a closed year, fewer seats than are taken.
    """
    _ensure_allowed(by, at)
    run = seats.hold(run_id)
    closing.ensure_open(run.fiscal_year)
    if run.status in (RunStatus.HELD, RunStatus.CANCELLED):
        raise RuleBroken(f"この回は「{run.get_status_display()}」のため、変更できません。")
    before = _told(run, [(row.starts_at, row.ends_at) for row in run.sessions.all()])
    for name, value in stated.items():
        setattr(run, name, value)
    _ensure_room(run, before["capacity"], at)
    with constraints_as_rules():
        run.save()
    _set_meetings(run, meetings, at)
    after = _told(run, meetings)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        audit.record(run, "edited", by=by, at=at, before=old, after=new)
    if any(name in meetings_of_runs.SHOWN_IN_CALENDARS for name in changed):
        meetings_of_runs.touch(run, at=at)
    seats.fill_free_seats(run.pk, at=at)
    return run


def _ensure_room(run: CourseRun, before: int, at: datetime) -> None:
    """The capacity holds those who have a seat, and the seats that are kept for departments."""
    ledger = Ledger(run, day_of(at))
    if ledger.free < 0:
        raise RuleBroken("定員を、すでに確定している人数より少なくすることはできません。")
    if run.capacity < before and (kept := sum(ledger.kept.values())) > ledger.free:
        raise RuleBroken(f"所属枠として{kept}席を確保しているため、定員をこれより少なくできません。")


def _ensure_allowed(by: User, at: datetime) -> None:
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)


def _set_meetings(run: CourseRun, meetings: Sequence[Meeting], at: datetime) -> None:
    """Exactly these meetings; one that stays or moves keeps its row."""
    ordered = sorted(meetings)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise RuleBroken("日程の時間が重なっています。")
    if any(FiscalYear.containing(day_of(start)) != run.fiscal_year for start, _ in ordered):
        raise RuleBroken(f"日程は{run.fiscal_year}の日付にしてください。")
    meetings_of_runs.set_all(run, ordered, at=at)


def _told(run: CourseRun, meetings: Sequence[Meeting]) -> dict[str, Any]:
    stated = {name: getattr(run, name) for name in STATED}
    return {**stated, "日程": [[start.isoformat(), end.isoformat()] for start, end in sorted(meetings)]}


@transaction.atomic
def open_run(run_id: int, *, by: User, at: datetime) -> CourseRun:
    """募集開始: who has waited for a run of the course, or is invited to this one, is told.

    Raises NotAllowed, or RuleBroken: no meetings, the year is closed.
    """
    run = COURSE_RUN.move(run_id, "open", by=by, at=at)
    interests.tell_of(run, at=at)
    invitations.tell_of(run, at=at)
    return run


def close(run_id: int, *, by: User, at: datetime) -> CourseRun:
    """締切: no more bookings; the waiting list goes on moving until the last day of changes."""
    return COURSE_RUN.move(run_id, "close", by=by, at=at)


def cancel(run_id: int, *, reason: str, by: User, at: datetime) -> CourseRun:
    """中止 (E16): every booking is called off with the reason and everybody told; nobody is absent.

    Raises NotAllowed, or RuleBroken: no reason, held already.
    """
    calling_off.call_off(run_id, reason=reason, by=by, at=at)
    return CourseRun.objects.get(pk=run_id)


@transaction.atomic
def hold_run(run_id: int, *, by: User, at: datetime) -> CourseRun:
    """実施済; those who were there are asked for their opinion. Raises NotAllowed, or RuleBroken: it has not begun."""
    run = COURSE_RUN.move(run_id, "hold", by=by, at=at)
    surveys.open_for(run, at=at)
    return run
