"""The seats of a run: one ledger, held while it changes (rule 6). First come, first served."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff.models import Department, Employee, Posting, User
from training import permissions as may
from training.models import BOOKED, CourseRun, Enrollment, EnrollmentStatus, SeatHold
from training.rules import booking as rules
from training.workflows.enrollment import ENROLLMENT

NOT_YOURS = "申し込めるのは、ご本人か研修の担当だけです。"
BOOKING = (
    rules.year_is_open,
    rules.run_takes_bookings,
    rules.run_has_not_begun,
    rules.in_service,
    rules.audience_fits,
)
BY_OFFICE = (rules.year_is_open, rules.run_has_not_begun, rules.in_service)
"""The office may book late, and for whom a course was not meant."""


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
    if standing is not None:
        return standing
    if refusals := [reason for rule in (BY_OFFICE if office else BOOKING) if (reason := rule(row, at))]:
        raise RuleBroken("\n".join(refusals))
    with constraints_as_rules():
        row.save()
    audit.record(row, "requested", by=by, at=at, after={"開催回": str(run)})
    seated = free_for(run, employee, day_of(at)) > 0 and not _somebody_waits(run, employee, day_of(at))
    row = ENROLLMENT.move(row.pk, "confirm" if seated else "queue", by=None, at=at)
    recount(run)
    return row


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
def cancel(enrollment_id: int, *, by: User, at: datetime, reason: str = "") -> Enrollment:
    """Give the booking up; a seat that is freed goes to the first in line. Raises NotAllowed, RuleBroken.

    By oneself until the run's last day of changes; by the office at any time, with a reason.
    """
    run = hold(Enrollment.objects.values_list("run_id", flat=True).get(pk=enrollment_id))
    row = Enrollment.objects.select_related("employee", "run", "course").get(pk=enrollment_id)
    if row.status == EnrollmentStatus.CANCELLED:
        return row
    move = "cancel" if may.change_own(by, row, at) else "cancel_by_office"
    Enrollment.objects.filter(pk=row.pk).update(reason=reason.strip())
    row = ENROLLMENT.move(row.pk, move, by=by, at=at, reason=reason.strip())
    recount(run)
    fill_free_seats(run.pk, at=at)
    return row


@transaction.atomic
def change_run(enrollment_id: int, to_run_id: int, *, by: User, at: datetime, reason: str = "") -> Enrollment:
    """To another run of the same course (R45): the old booking is given up, the new one asked for; both or neither.

    Raises NotAllowed, or RuleBroken: another course, and what stands against either step.
    """
    old = Enrollment.objects.select_related("run", "employee").get(pk=enrollment_id)
    for pk in sorted({old.run_id, to_run_id}):
        hold(pk)
    target = CourseRun.objects.get(pk=to_run_id)
    if target.course_id != old.course_id:
        raise RuleBroken("同じ研修の別の回を選んでください。")
    cancel(old.pk, by=by, at=at, reason=reason or "別の回に変更")
    return request(to_run_id, old.employee, by=by, at=at)


@transaction.atomic
def fill_free_seats(run_id: int, *, at: datetime) -> int:
    """Move the waiting list up, first come, first served; returns how many got a seat. Again changes nothing.

    Until the last day of changes and never after the start. Somebody for whom no seat is free (they are kept for
    another department) waits on; the next in line for whom one is free moves up.
    """
    run = hold(run_id)
    if not rules.waiting_list_moves(run, at):
        return 0
    moved, on = 0, day_of(at)
    for row in run.enrollments.waitlisted().first_come().select_related("employee"):
        if run.seats_taken >= run.capacity:
            break
        if free_for(run, row.employee, on) > 0 and row.employee.in_service_on(on):
            ENROLLMENT.move(row.pk, "confirm", by=None, at=at)
            recount(run)
            moved += 1
    return moved


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
    mine = Posting.objects.primary().on(on).filter(employee=employee).values_list("department_id", flat=True)
    here = Department.with_former_names(list(mine))
    return run.capacity - run.enrollments.seated().count() - _kept(run, on, but=here)


def _kept(run: CourseRun, on: date, *, but: Collection[int]) -> int:
    """Seats that are still kept for departments (not `but`) whose people have not taken them."""
    holds = list(SeatHold.objects.filter(run=run, released_on__gt=on).exclude(department__in=but))
    if not holds:
        return 0
    places = {row.department_id for row in holds}
    of_day = Q(employee__postings__is_primary=True, employee__postings__valid_from__lte=on) & (
        Q(employee__postings__valid_to__gt=on) | Q(employee__postings__valid_to__isnull=True)
    )
    rows = run.enrollments.seated().filter(of_day, employee__postings__department__in=places)
    taken: dict[Any, int] = dict(rows.order_by().values_list("employee__postings__department").annotate(Count("pk")))
    return sum(max(0, row.seats - taken.get(row.department_id, 0)) for row in holds)


def _somebody_waits(run: CourseRun, employee: Employee, on: date) -> bool:
    """Whether somebody in line could have the seat as well: who comes later does not pass by."""
    waiting = run.enrollments.waitlisted().select_related("employee")
    return any(free_for(run, row.employee, on) > 0 for row in waiting)


def rank(row: Enrollment) -> int:
    """The place in line of somebody on the waiting list, 1 the first."""
    ahead = row.run.enrollments.waitlisted().filter(
        Q(requested_at__lt=row.requested_at) | Q(requested_at=row.requested_at, pk__lt=row.pk)
    )
    return ahead.count() + 1


def why_not_book(rows: Sequence[Enrollment], *, at: datetime) -> list[list[str]]:
    """For each of these bookings that are not made yet, of one person and course, why they cannot be: the sentences of
    the refusal. The same queries whatever their number."""
    if not rows:
        return []
    closed = closing.closed_years()
    of_the_person = [rule(rows[0], at) for rule in (rules.in_service, rules.audience_fits)]
    found = []
    for row in rows:
        of_the_run = [rule(row, at) for rule in (rules.run_takes_bookings, rules.run_has_not_begun)]
        reasons = [closed.why_not(row.run.fiscal_year), *of_the_run, *of_the_person]
        found.append([reason for reason in reasons if reason])
    return found


def why_not_cancel(row: Enrollment, *, at: datetime) -> list[str]:
    """Why the person cannot cancel by herself any more."""
    return [reason for rule in (rules.may_still_change, rules.run_has_not_begun) if (reason := rule(row, at))]
