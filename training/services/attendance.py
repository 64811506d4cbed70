"""出欠: taking the roll of a meeting by the list, correcting it, and the arrival of one person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, bulk, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff.models import User
from training import permissions as may
from training.models import Attendance, Enrollment, EnrollmentStatus, RunSession, RunStatus
from training.rules import attendance as rules
from training.rules.check_in import EARLY
from training.services import judging, results, seats
from training.services.results import NOT_YOURS

MEANWHILE = "表示したあとで、ほかの人が「{now}」と記録しました。確かめて、もう一度保存してください。"
NEEDS_REASON = "結果を確定したあとの訂正には、理由を入力してください。"


@dataclass(frozen=True)
class Mark:
    """What is said of one person: presence, the minutes where they are not a matter of course, a note.

    `seen`: what was on record when it was said (`stamp`); None where that does not matter.
    """

    presence: str
    minutes: int | None = None
    note: str = ""
    seen: str | None = None


class RowsRefused(RuleBroken):
    """Some people's marks cannot be written; `reasons` by booking."""

    def __init__(self, reasons: dict[int, str], names: dict[int, str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(f"{names.get(pk, '')}: {reason}" for pk, reason in reasons.items()))


def stamp(row: Attendance | None) -> str:
    """What is on record of a person, in one word for a form."""
    return f"{row.presence}:{row.minutes}:{row.note}" if row else ""


@transaction.atomic
def record(session_id: int, marks: Mapping[int, Mark], *, by: User, at: datetime, reason: str = "") -> int:
    """Take or correct the roll of a meeting (booking → mark), all or none; returns how many people changed.

    A mark without a presence is 未記録: not after the results. Who is not named stays as is. After the results every
    booking of the run is judged anew: what holds now is granted at once, a 修了 that no longer holds waits for an
    officer (`results.no_longer_holding`).
    Raises NotAllowed, RowsRefused with a reason a person, or RuleBroken: not begun, called off, no reason, closed year.
    """
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    meeting = _hold(session_id)
    closing.ensure_open(meeting.run.fiscal_year)
    if refusal := why_not_take(meeting, at=at):
        raise RuleBroken(refusal)
    rows = {row.pk: row for row in meeting.run.enrollments.seated().select_related("employee", "run__course")}
    known = {row.enrollment_id: row for row in _recorded(meeting)}
    planned, removed = _planned(meeting, marks, rows, known)
    held = meeting.run.status == RunStatus.HELD
    corrected = [pk for pk in planned if held and rows[pk].status != EnrollmentStatus.CONFIRMED]
    if corrected and not reason.strip():
        raise RuleBroken(NEEDS_REASON)
    _write(meeting, planned, known, by=by, at=at, reason=reason.strip())
    _remove(removed, by=by, at=at)
    if corrected and results.is_concluded(meeting.run):
        results.settle(judging.of_run(meeting.run).values(), by=by, at=at, reason=reason.strip())
    return len(planned) + len(removed)


def why_not_take(meeting: RunSession, *, at: datetime) -> str | None:
    """Why the roll of a meeting cannot be taken now, or None. Of what was called off nobody is absent (E16)."""
    run = meeting.run
    if run.status in (RunStatus.DRAFT, RunStatus.CANCELLED):
        return f"この回は「{run.get_status_display()}」のため、出欠を記録できません。"
    if at < meeting.starts_at - EARLY:
        return f"出欠は、開始の{EARLY.seconds // 60}分前から記録できます。"
    return closing.closed_years().why_not(run.fiscal_year)


def _recorded(meeting: RunSession) -> Any:
    return _locked(meeting.attendances.all())


def recorded_in(course_codes: Collection[str]) -> Any:
    """What is on record of all runs of these courses, locked until the transaction ends."""
    return _locked(Attendance.objects.filter(session__run__course__code__in=course_codes).order_by())


def _locked(rows: Any) -> Any:
    return rows.select_for_update(of=("self",)).select_related("enrollment__employee", "enrollment__run__course")


def _hold(session_id: int) -> RunSession:
    meeting = RunSession.objects.get(pk=session_id)
    meeting.run = seats.hold(meeting.run_id)
    return meeting


def _planned(
    meeting: RunSession, marks: Mapping[int, Mark], rows: dict[int, Enrollment], known: dict[int, Attendance]
) -> tuple[dict[int, Attendance], list[Attendance]]:
    """The new row of each person whose mark differs, and the rows that go. Raises RowsRefused."""
    planned: dict[int, Attendance] = {}
    removed, reasons = [], {}
    for pk, mark in marks.items():
        now = known.get(pk)
        try:
            if pk not in rows:
                raise ValueError("この回の受講者ではありません。画面を開き直してください。")
            row = _meant(mark, rows[pk], meeting)
            if stamp(row) in (stamp(now), mark.seen):
                continue  # as it is, or not touched
            _ensure_writable(mark, row, rows[pk], now)
        except ValueError as error:
            reasons[pk] = str(error)
            continue
        if row is not None:
            planned[pk] = row
        elif now is not None:
            removed.append(now)
    if reasons:
        raise RowsRefused(reasons, {pk: row.employee.name for pk, row in rows.items()})
    return planned, removed


def _ensure_writable(mark: Mark, row: Attendance | None, of: Enrollment, now: Attendance | None) -> None:
    """Raises ValueError where somebody else has written meanwhile, or a settled booking would lose its record."""
    if mark.seen is not None and mark.seen != stamp(now):
        raise ValueError(MEANWHILE.format(now=now.get_presence_display() if now else "未記録"))
    if row is None and of.status != EnrollmentStatus.CONFIRMED:
        raise ValueError("結果を確定した人の出欠は、未記録に戻せません。正しい出欠に訂正してください。")


def _meant(mark: Mark, row: Enrollment, meeting: RunSession) -> Attendance | None:
    """What a mark would put on record; None for 未記録. Raises ValueError."""
    if not mark.presence:
        return None
    minutes = rules.minutes_of(mark.presence, mark.minutes, meeting.minutes)
    return Attendance(enrollment=row, session=meeting, presence=mark.presence, minutes=minutes, note=mark.note)


def _write(
    meeting: RunSession, planned: dict[int, Attendance], known: dict[int, Attendance], *, by: Any, at: datetime,
    reason: str = "", action: str = "roll_taken",
) -> None:  # fmt: skip
    before = {pk: _told(known[pk]) for pk in planned if pk in known}
    changed = []
    for pk, row in planned.items():
        row.recorded_at = at
        if pk in known:
            row.pk = known[pk].pk
            changed.append(row)
    new = [row for pk, row in planned.items() if pk not in known]
    with constraints_as_rules():
        bulk.insert_all(Attendance, new)
        Attendance.objects.bulk_update(changed, ["presence", "minutes", "note", "recorded_at"], batch_size=500)
    audit.record_all(
        audit.event(row, "roll_corrected" if pk in before else action, by=by, at=at, before=before.get(pk),
                    after=_told(row), reason=reason)
        for pk, row in planned.items()
    )  # fmt: skip


def _told(row: Attendance) -> dict[str, Any]:
    return {"presence": row.presence, "minutes": row.minutes, "note": row.note}


def _remove(rows: list[Attendance], *, by: Any, at: datetime) -> None:
    """A mark that was set for the wrong person; that it was there stays in the history."""
    audit.record_all(audit.event(row, "removed", by=by, at=at, before=_told(row)) for row in rows)
    for row in rows:
        row.delete()
