"""Changes that are asked of the office when the day of one's own changes is over (R45)."""

from datetime import datetime

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff.models import OfficeRole, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import BOOKED, ChangeRequest, CourseRun, Enrollment
from training.services import reasons, seats

NOT_YOURS = "ご自身の受講の変更だけを申し出られます。"
OFFICE_ONLY = "変更の申出を処理できるのは、研修の担当だけです。"
SETTLED = "この申出は、すでに処理されています。"
OVER = "この申込は、すでに取消などになっています。"
OTHER_COURSE = "同じ研修の別の回を選んでください。"


@transaction.atomic
def ask(
    enrollment_id: int, *, to_run: CourseRun | None, reason: str, supplement: str, by: User, at: datetime
) -> ChangeRequest:
    """Ask the office to cancel the own booking, or to change it to another run of the course; HR is told.

    Raises NotAllowed, or RuleBroken: it can still be done by oneself, the final moment is over, asked already.
    """
    row = (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("run__course", "employee")
        .get(pk=enrollment_id)
    )
    if not may.change_own(by, row, at):
        raise NotAllowed(NOT_YOURS)
    if row.status not in BOOKED:
        raise RuleBroken(OVER)
    if refusals := reasons.why_not_ask(row, at=at):
        raise RuleBroken("\n".join(refusals))
    if to_run is not None and (to_run.course_id != row.course_id or to_run.pk == row.run_id):
        raise RuleBroken(OTHER_COURSE)
    wish = ChangeRequest(
        enrollment=row, to_run=to_run, reason=reason.strip(), supplement=supplement.strip(), asked_at=at
    )
    with constraints_as_rules():
        wish.save()
    audit.record(wish, "requested", by=by, at=at, reason=wish.reason)
    what = f"第{to_run.number}回への変更" if to_run else "取消"
    title = f"{row.run}: {row.employee.name}さんから{what}の申出がありました。"
    notices.write(
        Message(key=f"change:{wish.pk}", to=OfficeRole.HR, title=title, body=wish.reason, url=f"/runs/{row.run_id}/"),
        at=at,
    )
    return wish


@transaction.atomic
def settle(request_id: int, *, grant: bool, answer: str, by: User, at: datetime) -> ChangeRequest:
    """Do what was asked, or say why not; the person is told. Raises NotAllowed, or RuleBroken: settled, no answer where
    it is refused, and what stands against the cancellation or the other run."""
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(OFFICE_ONLY)
    wish = (
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("enrollment__run__course", "enrollment__employee")
        .get(pk=request_id)
    )
    if wish.settled_at is not None:
        raise RuleBroken(SETTLED)
    if not grant and not answer.strip():
        raise RuleBroken("承認しない理由を入力してください。")
    row = wish.enrollment
    if grant and wish.to_run_id:
        seats.change_run(row.pk, wish.to_run_id, by=by, at=at, reason=wish.reason, supplement=wish.supplement)
    elif grant:
        seats.cancel(row.pk, by=by, at=at, reason=wish.reason, supplement=wish.supplement)
    wish.settled_at, wish.granted, wish.answer = at, grant, answer.strip()
    wish.save(update_fields=["settled_at", "granted", "answer"])
    audit.record(wish, "edited", by=by, at=at, after={"granted": grant, "answer": wish.answer})
    if not grant:
        title = f"{row.run}の変更の申出は、承認されませんでした。"
        url = f"/courses/{row.run.course.code}/"
        notices.write(Message(key=f"settled:{wish.pk}", to=row.employee, title=title, body=wish.answer, url=url), at=at)
    return wish
