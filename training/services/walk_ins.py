"""当日受付: somebody without a booking comes, and a seat is free. Through the ledger, as every seat."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff.models import Employee, User
from training import permissions as may
from training.models import SEATED, CourseRun, Enrollment, RunStatus
from training.rules import booking as rules
from training.services import seats
from training.services.results import NOT_YOURS
from training.workflows.enrollment import ENROLLMENT

FULL = "空席がありません。"


@transaction.atomic
def add_all(run_id: int, people: Collection[Employee], *, by: User, at: datetime) -> list[Enrollment]:
    """A seat for each of them now, also after the start: all or none. Who has one keeps it; who waits gets it.

    Raises NotAllowed, or RuleBroken with a line a person: no seat is free, another run of the course is booked.
    """
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    run = seats.hold(run_id)
    closing.ensure_open(run.fiscal_year)
    if run.status in (RunStatus.DRAFT, RunStatus.CANCELLED):
        raise RuleBroken(f"この回は「{run.get_status_display()}」のため、受け付けられません。")
    added, refusals = [], []
    for person in people:
        try:
            with transaction.atomic():
                added.append(_seat(run, person, by=by, at=at))
        except RuleBroken as refusal:
            refusals.append(f"{person}: {'、'.join(str(refusal).splitlines())}")
    if refusals:
        raise RuleBroken("\n".join(refusals))
    return added


def _seat(run: CourseRun, person: Employee, *, by: User, at: datetime) -> Enrollment:
    there = Enrollment.objects.filter(run=run, employee=person, status__in=(*SEATED, "waitlisted", "requested"))
    row = there.select_related("run", "course", "employee").first()
    if row is not None and row.status in SEATED:
        return row
    if row is None:
        row = Enrollment(employee=person, run=run, course=run.course, requested_at=at)
    if refusal := rules.in_service(row, at):
        raise RuleBroken(refusal)
    if seats.free_for(run, person, day_of(at)) <= 0:
        raise RuleBroken(FULL)
    if row.pk is None:
        with constraints_as_rules():
            row.save()
        audit.record(row, "requested", by=by, at=at, after={"開催回": str(run), "当日受付": "はい"})
    row = ENROLLMENT.move(row.pk, "admit", by=by, at=at)
    seats.recount(run)
    return row
