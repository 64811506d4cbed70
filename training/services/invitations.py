"""Who is invited to a run that is not for everybody: put on the list, told, taken off it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aomori_dx.kernel import audit, bulk, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import CourseRun, Invitation, RunStatus
from training.services import seats

NOT_YOURS = "案内する職員を変更できるのは、人財育成・人事担当とDX推進担当だけです。"


@transaction.atomic
def invite(run_id: int, people: Collection[Employee], *, source: str, by: User, at: datetime) -> list[Invitation]:
    """Put people on the list of a run; those who are on it stay. Returns the new ones, who are told while the run takes
    bookings (else when it opens). Raises NotAllowed, or RuleBroken: the run is over."""
    run = _held(run_id, by, at)
    there = set(run.invitations.filter(withdrawn_at=None).values_list("employee_id", flat=True))
    new = {person.pk: person for person in people if person.pk not in there}
    rows = [Invitation(run=run, employee=person, source=source[:100], invited_at=at) for person in new.values()]
    bulk.insert_all(Invitation, rows)
    audit.record_all(audit.event(row, "created", by=by, at=at, after={"追加の方法": row.source}) for row in rows)
    _tell(run, rows, at)
    return rows


@transaction.atomic
def take_back(invitation_id: int, *, by: User, at: datetime) -> Invitation:
    """Take somebody off the list; a booking that is there stays. Raises NotAllowed, RuleBroken."""
    _held(Invitation.objects.values_list("run_id", flat=True).get(pk=invitation_id), by, at)
    row = Invitation.objects.get(pk=invitation_id)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        audit.record(row, "removed", by=by, at=at)
    return row


def tell_of(run: CourseRun, *, at: datetime) -> None:
    """The run opens: everybody on its list is told, once."""
    _tell(run, list(run.invitations.filter(withdrawn_at=None).select_related("employee")), at)


def _tell(run: CourseRun, rows: Collection[Invitation], at: datetime) -> None:
    if not run.invited_only or run.status != RunStatus.OPEN:
        return
    notices.write_all(
        (
            Message(
                key=f"invited:{row.pk}",
                to=row.employee,
                title=f"{run}のご案内",
                body=f"案内した職員だけが申し込める回です。申込は{format_date(run.closes_on)}までです。",
                url=f"/courses/{run.course.code}/",
                due=run.closes_on,
            )
            for row in rows
        ),
        at=at,
    )


def _held(run_id: int, by: User, at: datetime) -> CourseRun:
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    run = seats.hold(run_id)
    closing.ensure_open(run.fiscal_year)
    if run.status in (RunStatus.HELD, RunStatus.CANCELLED):
        raise RuleBroken(f"この回は「{run.get_status_display()}」のため、案内を変更できません。")
    return run
