"""Calling a run off (E16, R50): everybody is told once, and moved in order to another run; nobody is absent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import Employee, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import BOOKED, CourseRun, Enrollment, EnrollmentStatus, RunStatus
from training.services import seats
from training.workflows.course_run import COURSE_RUN
from training.workflows.enrollment import ENROLLMENT

NOT_CALLED_OFF = "中止した回の人だけを、まとめて別の回に移せます。"
OTHER_COURSE = "移す先には、同じ研修の別の回を選んでください。"
NOT_YOURS = "別の回に移せるのは、研修の担当だけです。"


@dataclass
class Moved:
    """`rows`: the new bookings, in order; `left`: who could not be moved, with why."""

    rows: list[Enrollment] = field(default_factory=list)
    left: list[tuple[Employee, str]] = field(default_factory=list)

    @property
    def sure(self) -> int:
        return sum(row.status == EnrollmentStatus.CONFIRMED for row in self.rows)


@transaction.atomic
def call_off(run_id: int, *, reason: str, by: User, at: datetime, to_run_id: int | None = None) -> Moved:
    """中止: every booking is called off with the reason; with `to_run_id` the people are moved there, in their order.

    Each is told in one notice what became of the booking. Raises NotAllowed, or RuleBroken: no reason, held already,
    another course.
    """
    _hold_both(run_id, to_run_id)
    run = COURSE_RUN.move(run_id, "cancel", by=by, at=at, reason=reason)
    booked = run.enrollments.filter(status__in=BOOKED)
    before = dict(booked.values_list("pk", "status"))
    for status in BOOKED:
        ids = [pk for pk, was in before.items() if was == status]
        Enrollment.objects.filter(pk__in=ids).update(called_off_as=status, reason=reason.strip())
    ENROLLMENT.move_all(list(before), "cancel_with_run", by=by, at=at, reason=reason)
    seats.recount(run)
    if to_run_id is not None:
        return move(run_id, to_run_id, by=by, at=at)
    _tell(run, _to_be_moved(run), {}, at)
    return Moved()


@transaction.atomic
def move(run_id: int, to_run_id: int, *, by: User, at: datetime) -> Moved:
    """Move the people of a run that was called off, who are not moved yet: those with seats first, each in the order of
    arrival. Who cannot be moved is named with the reason, and told. Raises NotAllowed, RuleBroken."""
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    _hold_both(run_id, to_run_id)
    run = CourseRun.objects.select_related("course").get(pk=run_id)
    if run.status != RunStatus.CANCELLED:
        raise RuleBroken(NOT_CALLED_OFF)
    found, new = Moved(), {}
    people = _to_be_moved(run)
    for old in people:
        try:
            with transaction.atomic():
                new[old.pk] = seats.move_over(old, to_run_id, by=by, at=at)
            found.rows.append(new[old.pk])
        except RuleBroken as refusal:
            why = "、".join(str(refusal).splitlines())
            found.left.append((old.employee, why))
            Enrollment.objects.filter(pk=old.pk).update(supplement=f"別の回に移せませんでした: {why}")
    _tell(run, people, new, at)
    return found


def _hold_both(run_id: int, to_run_id: int | None) -> None:
    """Lock in one order, whoever calls; the target is another run of the same course."""
    held = [seats.hold(pk) for pk in sorted({run_id, to_run_id or run_id})]
    if to_run_id is not None and (len(held) == 1 or held[0].course_id != held[1].course_id):
        raise RuleBroken(OTHER_COURSE)


def _to_be_moved(run: CourseRun) -> list[Enrollment]:
    rows = run.enrollments.exclude(called_off_as="").filter(moved_to=None).first_come()
    seated_first = {EnrollmentStatus.CONFIRMED: 0}
    return sorted(rows.select_related("employee"), key=lambda row: seated_first.get(row.called_off_as, 1))


def _tell(run: CourseRun, people: Iterable[Enrollment], new: dict[int, Enrollment], at: datetime) -> None:
    """One notice each: the run is off, why, and what became of the booking."""
    notices.write_all(
        (
            Message(
                key=f"called-off:{old.pk}:{at:%Y%m%dT%H%M%S%f}",
                to=old.employee,
                title=f"{run}は中止になりました。{_became(new.get(old.pk))}",
                body=f"{old.reason}\n欠席にはなりません。",
                url=f"/courses/{run.course.code}/",
            )
            for old in people
        ),
        at=at,
    )


def _became(row: Enrollment | None) -> str:
    if row is None:
        return "申込を取り消しました。"
    if row.status == EnrollmentStatus.CONFIRMED:
        return f"第{row.run.number}回({row.run.fiscal_year.short})の席が確定しました。"
    return f"第{row.run.number}回({row.run.fiscal_year.short})のキャンセル待ちになりました。"
