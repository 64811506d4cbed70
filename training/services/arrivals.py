"""受付: somebody arrives, by the code on the screen or at the door; presence and minutes follow from the moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff import roles
from staff.models import Employee, User
from training import check_in_codes as codes
from training import permissions as may
from training.models import BOOKED, SEATED, Attendance, Enrollment, RunSession, RunStatus
from training.rules import check_in as rules
from training.services import seats
from training.services.results import NOT_YOURS

EXPIRED = "この二次元コードは期限が切れています。会場の画面に表示されているコードを、もう一度読み取ってください。"
NOT_STAFF = "受付ができるのは、在職している職員です。"
TO_DESK = "会場の担当に申し出てください。"


@dataclass(frozen=True)
class Received:
    """What was recorded, or `again`: had been already."""

    row: Attendance
    again: bool = False

    @property
    def words(self) -> str:
        when = f"{self.row.recorded_at.astimezone(TOKYO):%-H:%M}"
        state = f"{self.row.get_presence_display()}({self.row.minutes}分)"
        return f"すでに{when}に受付が済んでいます。{state}" if self.again else f"{when}に受け付けました。{state}"


@transaction.atomic
def by_code(session_id: int, code: str, *, by: User, at: datetime) -> Received:
    """The person who is logged in is there. Raises NotAllowed, or RuleBroken with a plain answer: an expired code, too
    early, too late, not a participant."""
    me = roles.of(by, day_of(at)).employee_id
    if me is None:
        raise NotAllowed(NOT_STAFF)
    if not codes.is_valid(code, session_id, at=at, grace=rules.TO_CONFIRM):
        raise RuleBroken(EXPIRED)
    return _receive(session_id, me, by=by, at=at)


def look(meeting: RunSession, code: str, *, by: User, at: datetime) -> Attendance | None:
    """What is on record of the person who opens the code, before it is confirmed. Raises as `by_code` does."""
    me = roles.of(by, day_of(at)).employee_id
    if me is None:
        raise NotAllowed(NOT_STAFF)
    if not codes.is_valid(code, meeting.pk, at=at):
        raise RuleBroken(EXPIRED)
    there = Attendance.objects.filter(enrollment__employee=me, session=meeting, enrollment__status__in=SEATED).first()
    if there is None and (refusal := why_not(meeting, me, at=at)):
        raise RuleBroken(refusal)
    return there


@transaction.atomic
def at_door(session_id: int, employee: Employee, *, by: User, at: datetime) -> Received:
    """The office receives somebody at the door. Raises as `by_code` does."""
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    return _receive(session_id, employee.pk, by=by, at=at)


def why_not(meeting: RunSession, employee_id: int, *, at: datetime) -> str | None:
    """Why this person cannot be received at this meeting now, in a sentence; None where nothing stands against it."""
    run = meeting.run
    if run.status in (RunStatus.DRAFT, RunStatus.CANCELLED):
        return f"この回は「{run.get_status_display()}」です。{TO_DESK}"
    if refusal := rules.why_closed(meeting.starts_at, meeting.ends_at, at):
        return refusal
    if _seat(meeting, employee_id) is None:
        return _why_no_seat(meeting, employee_id)
    return closing.closed_years().why_not(run.fiscal_year)


def _receive(session_id: int, employee_id: int, *, by: Any, at: datetime) -> Received:
    meeting = RunSession.objects.get(pk=session_id)
    meeting.run = seats.hold(meeting.run_id)
    seat = _seat(meeting, employee_id)
    if seat and (there := Attendance.objects.filter(enrollment=seat, session=meeting).first()):
        return Received(there, again=True)
    if refusal := why_not(meeting, employee_id, at=at):
        raise RuleBroken(refusal)
    found = rules.arrival(meeting.starts_at, meeting.ends_at, at)
    row = Attendance(
        enrollment=seat, session=meeting, presence=found.presence, minutes=found.minutes, note="", recorded_at=at
    )
    row.save()
    told = {"presence": row.presence, "minutes": row.minutes, "受付": f"{at.astimezone(TOKYO):%H:%M}"}
    audit.record(row, "checked_in", by=by, at=at, after=told)
    return Received(row)


def _seat(meeting: RunSession, employee_id: int) -> Enrollment | None:
    rows = Enrollment.objects.filter(run=meeting.run_id, employee=employee_id, status__in=SEATED)
    return rows.select_related("employee", "run__course").first()


def _why_no_seat(meeting: RunSession, employee_id: int) -> str:
    booked = Enrollment.objects.filter(course=meeting.run.course_id, employee=employee_id, status__in=BOOKED)
    other = booked.select_related("run__course").first()
    if other is None:
        return f"この回に申し込んでいません。{TO_DESK}"
    if other.run_id == meeting.run_id:
        return f"この回では「{other.get_status_display()}」です。{TO_DESK}"
    return f"申し込んでいるのは第{other.run.number}回です。この会場は第{meeting.run.number}回です。{TO_DESK}"
