"""Seats that are kept for a department: written by the office, never more of them than are free."""

from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, User
from training import permissions as may
from training.models import CourseRun, RunStatus, SeatHold
from training.services import seats
from training.services.ledger import Ledger, kept_for_others

NOT_YOURS = "所属枠を変更できるのは、人財育成・人事担当とDX推進担当だけです。"


@transaction.atomic
def keep(run_id: int, department: Department, *, number: int, released_on: date, by: User, at: datetime) -> SeatHold:
    """Keep `number` seats for a department until the day before `released_on`; where it has a hold already, change it.

    Fewer seats than before go to the first in line at once. Raises NotAllowed, or RuleBroken: the run is over, more
    seats than are free, a day that is not to come or is after the start.
    """
    run = _held(run_id, by, at)
    before = SeatHold.objects.filter(run=run, department=department).first()
    row = before or SeatHold(run=run, department=department)
    old = _told(row) if before else None
    if not day_of(at) < released_on <= _last_day(run):
        raise RuleBroken(f"開放日は、明日から{format_date(_last_day(run))}までの日にしてください。")
    row.seats, row.released_on = number, released_on
    with constraints_as_rules():
        row.save()
    ledger = Ledger(run, day_of(at))
    if sum(ledger.kept.values()) > ledger.free:
        taken = number - ledger.kept[department.pk]
        most = max(0, ledger.free - kept_for_others(ledger.kept, [department.pk])) + max(0, taken)
        raise RuleBroken(f"空席が足りません。この所属の枠は{most}席までにしてください(すでに確定した人を含みます)。")
    audit.record(row, "edited" if before else "created", by=by, at=at, before=old, after=_told(row))
    seats.fill_free_seats(run.pk, at=at)
    return row


@transaction.atomic
def release(hold_id: int, *, by: User, at: datetime) -> SeatHold:
    """Release the seats now: those who wait have them. A second time changes nothing. Raises NotAllowed, RuleBroken."""
    run_id = SeatHold.objects.values_list("run_id", flat=True).get(pk=hold_id)
    _held(run_id, by, at)
    row = SeatHold.objects.get(pk=hold_id)
    if row.released_on <= day_of(at):
        return row
    before = _told(row)
    row.released_on = day_of(at)
    row.save(update_fields=["released_on"])
    audit.record(row, "edited", by=by, at=at, before=before, after=_told(row))
    seats.fill_free_seats(run_id, at=at)
    return row


def _held(run_id: int, by: User, at: datetime) -> CourseRun:
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    run = seats.hold(run_id)
    closing.ensure_open(run.fiscal_year)
    if run.status in (RunStatus.HELD, RunStatus.CANCELLED):
        raise RuleBroken(f"この回は「{run.get_status_display()}」のため、所属枠を変更できません。")
    return run


def _last_day(run: CourseRun) -> date:
    """A hold that nobody can fill any more is none: it ends with the day of changes at the latest."""
    return run.change_until


def _told(row: SeatHold) -> dict:
    return {"seats": row.seats, "released_on": row.released_on.isoformat()}
