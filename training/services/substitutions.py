"""振替: what was missed in one run is made up for in another of the same course; the hours count once (R47)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import User
from training import permissions as may
from training.models import BOOKED, Attendance, CourseRun, Enrollment, EnrollmentStatus, RunStatus
from training.rules import attendance as rules
from training.rules.booking import first_meeting
from training.services import judging, seats, walk_ins
from training.services.judging import Judgement
from training.workflows.enrollment import ENROLLMENT

NOT_YOURS = "振替を申し込めるのは、ご本人か研修の担当だけです。"
Status = EnrollmentStatus


@transaction.atomic
def book(enrollment_id: int, to_run_id: int, *, by: User, at: datetime) -> Enrollment:
    """Book another run for what was missed; the new booking says which one it makes up for. Through the ledger.

    Raises NotAllowed, or RuleBroken: nothing was missed, another 振替 stands, another course, no booking possible.
    """
    row = Enrollment.objects.select_related("employee").get(pk=enrollment_id)
    office = may.edit_runs(by, day_of(at))
    if not office and not may.change_own(by, row, at):
        raise NotAllowed(NOT_YOURS)
    for run_id in sorted({row.run_id, to_run_id}):
        seats.hold(run_id)
    judged = judging.of_bookings([(row.pk, row.substitutes_id)]).get(row.pk)
    if judged is None or (refusal := why_not(judged)):
        raise RuleBroken(refusal if judged else "この申込は取り消されています。")
    root = judged.root
    target = CourseRun.objects.prefetch_related("sessions").get(pk=to_run_id)
    if target.course_id != root.course_id:
        raise RuleBroken("同じ研修の別の回を選んでください。")
    if any(each.run_id == target.pk for each in judged.chain):
        raise RuleBroken("欠席した回とは別の回を選んでください。")
    _let_go(judged, at=at)
    begins = first_meeting(target)
    if office and begins is not None and begins <= at and target.status != RunStatus.HELD:
        [new] = walk_ins.add_all(target.pk, [root.employee], by=by, at=at)  # for a meeting of it that is still to come
    else:
        new = seats.request(target.pk, root.employee, by=by, at=at)
    new.substitutes = root
    new.save(update_fields=["substitutes"])
    audit.record(new, "substituted", by=by, at=at, after={"振替元": str(root.run), "振替先": str(target)})
    return new


def why_not(judged: Judgement) -> str:
    """Why nothing can be made up for, in a sentence; empty where it can."""
    if any(row.status == Status.COMPLETED for row in judged.chain):
        return "すでに修了しています。"
    attempts = [judged.attempts[row.pk] for row in judged.chain]
    pending = [row for row in judged.chain[1:] if row.status in BOOKED and not any_known(judged, row)]
    if pending:
        return f"すでに第{pending[0].run.number}回に振替を申し込んでいます。"
    owed = any(rules.missed_at(attempts, place) for place in range(len(attempts[0].lengths)))
    return "" if owed else "欠席または一部の出席として記録された日程がありません。"


def any_known(judged: Judgement, row: Enrollment) -> bool:
    """Whether the roll of one of the booking's meetings has been taken."""
    return any(minutes is not None for minutes in judged.attempts[row.pk].minutes)


def offered(judged: Judgement, *, at: datetime, office: bool) -> QuerySet[CourseRun]:
    """The runs in which it can be made up for: of the course, not over, with seats; for the office also begun ones."""
    runs = CourseRun.objects.filter(course=judged.root.course_id, status__in=(RunStatus.OPEN, RunStatus.CLOSED))
    runs = runs.exclude(pk__in=[row.run_id for row in judged.chain])
    runs = runs.annotate(
        free=F("capacity") - F("seats_taken"),
        waiting=Count("enrollments", filter=Q(enrollments__status="waitlisted"), distinct=True),
        first_at=Min("sessions__starts_at"),
        last_at=Max("sessions__ends_at"),
    )
    runs = runs.filter(last_at__gt=at) if office else runs.open_on(day_of(at)).filter(first_at__gt=at)
    return runs.select_related("course").prefetch_related("sessions").order_by("first_at", "pk")


def _let_go(judged: Judgement, *, at: datetime) -> None:
    """What was missed is no booking any more: it holds its seat, and another run of the course can be booked."""
    known = set(Attendance.objects.filter(enrollment__in=[row.pk for row in judged.chain]).values_list("enrollment"))
    for row in judged.chain:
        if row.status == Status.CONFIRMED and (row.pk,) in known:
            ENROLLMENT.move(row.pk, "attend" if judged.attempts[row.pk].was_there else "miss", by=None, at=at)
