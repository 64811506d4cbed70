"""The seats of a run: one ledger, held while it changes (rule 6). First come, first served."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff.models import Employee, User
from training import permissions as may
from training.models import BOOKED, CourseRun, Enrollment, EnrollmentStatus
from training.rules import booking as rules
from training.services.ledger import Ledger
from training.workflows.enrollment import ENROLLMENT

NOT_YOURS = "申し込めるのは、ご本人か研修の担当だけです。"
NOBODY_TO_MOVE = "繰り上げられる人がいません。空席がないか、空いている席はほかの所属の枠です。"
BOOKING = (
    rules.year_is_open,
    rules.run_takes_bookings,
    rules.run_has_not_begun,
    rules.in_service,
    rules.audience_fits,
    rules.is_invited,
)
BY_OFFICE = (
    rules.year_is_open,
    rules.run_is_alive,
    rules.run_has_not_begun,
    rules.in_service,
    rules.audience_fits,
    rules.is_invited,
)
"""The office may book before and after the days of booking; for whom a course is, holds for every way in (E9)."""


@transaction.atomic
def request(run_id: int, employee: Employee, *, by: User, at: datetime) -> Enrollment:
    """Ask for a seat: confirmed while one is free for the person, else on the waiting list.

    The same person a second time gets the booking that is there. Raises NotAllowed, or RuleBroken with every sentence
    that stands against it, also where the person has booked another run of the course (R43).
    """
    run = hold(run_id)
    office = may.edit_runs(by, day_of(at))
    row = Enrollment(employee=employee, run=run, course=run.course, requested_at=at)
    if not office and not may.change_own(by, row, at):
        raise NotAllowed(NOT_YOURS)
    standing = Enrollment.objects.filter(run=run, employee=employee, status__in=BOOKED).first()
    return standing or _book(row, BY_OFFICE if office else BOOKING, by=by, at=at)


def _book(row: Enrollment, wanted: Collection, *, by: User, at: datetime) -> Enrollment:
    if refusals := [reason for rule in wanted if (reason := rule(row, at))]:
        raise RuleBroken("\n".join(refusals))
    run = row.run
    _fill(run, at)  # what a day has released belongs to those who wait
    with constraints_as_rules():
        row.save()
    audit.record(row, "requested", by=by, at=at, after={"開催回": str(run)})
    seated = free_for(run, row.employee, day_of(at)) > 0 and next_in_line(run, at) is None
    if row.moved_from_id:
        placed = ENROLLMENT.move(row.pk, "confirm_moved" if seated else "queue_moved", by=by, at=at)
    else:
        placed = ENROLLMENT.move(row.pk, "confirm" if seated else "queue", by=None, at=at)
    recount(run)
    return placed


@transaction.atomic
def request_all(run_id: int, people: Collection[Employee], *, by: User, at: datetime) -> list[Enrollment]:
    """Book many for one run, in the order given: all or none. Raises NotAllowed, or RuleBroken naming each."""
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    booked, refusals = [], []
    for person in people:
        try:
            with transaction.atomic():
                booked.append(request(run_id, person, by=by, at=at))
        except RuleBroken as refusal:
            refusals.append(f"{person}: {'、'.join(str(refusal).splitlines())}")
    if refusals:
        raise RuleBroken("\n".join(refusals))
    return booked


@transaction.atomic
def move_over(old: Enrollment, run_id: int, *, by: User, at: datetime) -> Enrollment:
    """In place of a booking whose run was called off, one in another run of the course, which says where it is from.

    Nobody is told: who calls this tells everybody once. Raises RuleBroken.
    """
    run = hold(run_id)
    row = Enrollment(employee=old.employee, run=run, course=run.course, requested_at=at, moved_from=old)
    return _book(row, BY_OFFICE, by=by, at=at)


@transaction.atomic
def cancel(enrollment_id: int, *, by: User, at: datetime, reason: str = "", supplement: str = "") -> Enrollment:
    """Give the booking up; a seat that is freed goes to the first in line. Raises NotAllowed, RuleBroken.

    By oneself until the run's last day of changes; by the office at any time, with a reason.
    """
    return _give_up(enrollment_id, "", by=by, at=at, reason=reason, supplement=supplement)


@transaction.atomic
def decline(enrollment_id: int, *, by: User, at: datetime, reason: str = "") -> Enrollment:
    """Say no to a seat that came from the waiting list (E14); the next in line has it in the same transaction.

    Raises NotAllowed where it is somebody else's, RuleBroken: not moved up, the days of the answer are over, begun.
    """
    return _give_up(enrollment_id, "turn_down_seat", by=by, at=at, reason=reason)


def _give_up(pk: int, move: str, *, by: User, at: datetime, reason: str, supplement: str = "") -> Enrollment:
    run = hold(Enrollment.objects.values_list("run_id", flat=True).get(pk=pk))
    row = Enrollment.objects.select_related("employee", "run", "course").get(pk=pk)
    if row.status == EnrollmentStatus.CANCELLED:
        return row
    move = move or ("cancel" if may.change_own(by, row, at) else "cancel_by_office")
    Enrollment.objects.filter(pk=row.pk).update(reason=reason.strip(), supplement=supplement.strip())
    row = ENROLLMENT.move(row.pk, move, by=by, at=at, reason=reason.strip())
    recount(run)
    _fill(run, at)
    return row


@transaction.atomic
def change_run(
    enrollment_id: int, to_run_id: int, *, by: User, at: datetime, reason: str = "", supplement: str = ""
) -> Enrollment:
    """To another run of the same course (R45): the old booking is given up, the new one asked for; both or neither.

    Raises NotAllowed, or RuleBroken: another course, and what stands against either step.
    """
    old = Enrollment.objects.select_related("run", "employee").get(pk=enrollment_id)
    for pk in sorted({old.run_id, to_run_id}):
        hold(pk)
    target = CourseRun.objects.get(pk=to_run_id)
    if target.course_id != old.course_id:
        raise RuleBroken("同じ研修の別の回を選んでください。")
    cancel(old.pk, by=by, at=at, reason=reason or "別の回に変更", supplement=supplement)
    return request(to_run_id, old.employee, by=by, at=at)


@transaction.atomic
def fill_free_seats(run_id: int, *, at: datetime) -> int:
    """Move the waiting list up, first come, first served; returns how many got a seat. Again changes nothing.

    Until the last day of changes and never after the start. Somebody for whom no seat is free (they are kept for
    another department) waits on; the next in line for whom one is free moves up.
    """
    return _fill(hold(run_id), at)


def _fill(run: CourseRun, at: datetime) -> int:
    moved = 0
    while rules.waiting_list_moves(run, at) and (row := next_in_line(run, at)):
        ENROLLMENT.move(row.pk, "promote", by=None, at=at)
        recount(run)
        moved += 1
    return moved


@transaction.atomic
def promote_next(run_id: int, *, by: User, at: datetime) -> Enrollment:
    """By hand (R44): the first in line for whom a seat is free, after the last day of changes too, before the start.

    Raises NotAllowed, or RuleBroken: begun, no seat, nobody who could have it.
    """
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    run = hold(run_id)
    if (reason := rules.why_not_promote(run, at)) is not None:
        raise RuleBroken(reason)
    row = next_in_line(run, at)
    if row is None:
        raise RuleBroken(NOBODY_TO_MOVE)
    row = ENROLLMENT.move(row.pk, "promote", by=by, at=at)
    recount(run)
    return row


def next_in_line(run: CourseRun, at: datetime) -> Enrollment | None:
    """The first who waits, for whom a seat is free and who may still take it; None where there is nobody."""
    on = day_of(at)
    if Ledger(run, on).free <= 0:
        return None
    waiting = list(run.enrollments.waitlisted().first_come().select_related("employee", "course"))
    ledger = Ledger(run, on, [row.employee_id for row in waiting])
    for row in waiting:
        if ledger.free_for(row.employee_id) > 0 and not (rules.in_service(row, at) or rules.audience_fits(row, at)):
            return row
    return None


def hold(run_id: int) -> CourseRun:
    """Lock the run: whoever changes a seat holds it. Read what the seats depend on after this call."""
    return CourseRun.objects.select_for_update(of=("self",)).select_related("course").get(pk=run_id)


def recount(run: CourseRun) -> None:
    """Write how many seats are taken; the check constraint is the net under the lock."""
    run.seats_taken = run.enrollments.seated().count()
    with constraints_as_rules():
        run.save(update_fields=["seats_taken"])


def free_for(run: CourseRun, employee: Employee, on: date) -> int:
    """Seats that this person can have on `on`: the free ones without those that are kept for other departments."""
    return Ledger(run, on, [employee.pk]).free_for(employee.pk)


def rank(row: Enrollment) -> int:
    """The place in line of somebody on the waiting list, 1 the first."""
    ahead = row.run.enrollments.waitlisted().filter(
        Q(requested_at__lt=row.requested_at) | Q(requested_at=row.requested_at, pk__lt=row.pk)
    )
    return ahead.count() + 1
