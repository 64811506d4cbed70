"""出欠: who was there at a meeting, a row a person and meeting."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import audit, bulk, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff.imports import columns, people
from training import permissions as may
from training.models import SEATED, Attendance, Enrollment, EnrollmentStatus, Presence, RunSession, RunStatus
from training.rules import attendance as rules
from training.services import attendance

CODE = "attendance"
WORDS = {
    **{label: code for code, label in Presence.choices},
    "○": Presence.PRESENT, "〇": Presence.PRESENT, "×": Presence.ABSENT, "資料配付": Presence.HANDOUT,
    "資料配布": Presence.HANDOUT, "資料配布のみ": Presence.HANDOUT, "一部出席": Presence.PARTIAL,
}  # fmt: skip
COLUMNS = (
    Column("course", ("研修コード",), cells.limited(20)),
    Column("number_of_run", ("回", "開催回"), cells.number),
    Column("day", ("日", "年月日", "日付", "実施日"), cells.day),
    columns.EMPLOYEE_NUMBER,
    Column("name", ("氏名",), cells.limited(100), required=False, filled=False),
    Column("presence", ("出欠", "出欠区分"), cells.choice(WORDS)),
    Column("minutes", ("分", "出席した分数", "分数", "出席した分数(分)"), cells.number, required=False, filled=False,
           empty=None),
    Column("note", ("備考",), cells.limited(200), required=False, filled=False),
)  # fmt: skip
SETTLED = "結果が確定しています。出欠の画面で、理由を付けて訂正してください。"


@dataclass
class AttendancePlan:
    new: list[Attendance] = field(default_factory=list)
    changed: list[tuple[Attendance, dict[str, Any]]] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        rows = [*self.new, *(row for row, _ in self.changed)]
        closing.ensure_open(*{row.enrollment.run.fiscal_year for row in rows})
        for row in rows:
            row.recorded_at = at
        journal.changing(Attendance, [row.pk for row, _ in self.changed])
        with constraints_as_rules():
            bulk.insert_all(Attendance, self.new)
            fields = ["presence", "minutes", "note", "recorded_at"]
            Attendance.objects.bulk_update([row for row, _ in self.changed], fields, batch_size=500)
        journal.created(self.new)
        events = [audit.event(row, "roll_taken", by=by, at=at, after=_told(row), reason=reason) for row in self.new]
        events += [
            audit.event(row, "roll_corrected", by=by, at=at, before=before, after=_told(row), reason=reason)
            for row, before in self.changed
        ]
        audit.record_all(events)


def plan(table: Table, report: Report, as_of: date) -> AttendancePlan:
    """Compare the file with the rolls on record. Somebody without a seat, a meeting that is not there, an impossible
    number of minutes and a booking that is settled are errors."""
    people.use_numbers_of_today(table)
    known = _Known(table)
    result = AttendancePlan()
    for record in _once(table, report):
        meeting = known.meeting(record, report)
        row = known.booking(record, meeting, report) if meeting else None
        if meeting is None or row is None:
            continue
        if record.get("name") and not people.check_name(record, row.employee, report):
            continue
        _compare(record, meeting, row, known.marks.get((row.pk, meeting.pk)), result, report)
    return result


def _once(table: Table, report: Report) -> list[Record]:
    first: dict[tuple, int] = {}
    found = []
    for record in table.records:
        key = tuple(record[name] for name in ("course", "number_of_run", "day", "number"))
        row = first.setdefault(key, record.row)
        if row != record.row:
            report.error(record.row, "職員番号", record.written("number"), f"{row}行目と同じ日程・職員番号です。")
        else:
            found.append(record)
    return found


class _Known:
    """The meetings, bookings and marks that the file speaks of; read in a handful of queries."""

    def __init__(self, table: Table) -> None:
        codes = {record["course"] for record in table.records}
        meetings = RunSession.objects.filter(run__course__code__in=codes).select_related("run__course")
        self.meetings: dict[tuple, list[RunSession]] = defaultdict(list)
        for meeting in meetings:
            key = (meeting.run.course.code, meeting.run.number, meeting.run.fiscal_year, day_of(meeting.starts_at))
            self.meetings[key].append(meeting)
        self.people = people.employees(record["number"] for record in table.records)
        rows = Enrollment.objects.filter(run__course__code__in=codes, status__in=SEATED)
        self.rows = {(row.run_id, row.employee_id): row for row in rows.select_related("employee", "run__course")}
        self.marks = {(mark.enrollment_id, mark.session_id): mark for mark in attendance.recorded_in(codes)}

    def meeting(self, record: Record, report: Report) -> RunSession | None:
        day = record["day"]
        found = self.meetings.get((record["course"], record["number_of_run"], FiscalYear.containing(day), day), [])
        if len(found) == 1 and found[0].run.status not in (RunStatus.DRAFT, RunStatus.CANCELLED):
            return found[0]
        if len(found) == 1:
            reason = f"この回は「{found[0].run.get_status_display()}」のため、出欠を記録できません。"
        elif found:
            reason = "この日には日程が2つ以上あります。出欠の画面で記録してください。"
        else:
            reason = f"研修「{record['course']}」の第{record['number_of_run']}回に、この日の日程はありません。"
        report.error(record.row, "日", record.written("day"), reason)
        return None

    def booking(self, record: Record, meeting: RunSession, report: Report) -> Enrollment | None:
        person = self.people.get(record["number"])
        row = self.rows.get((meeting.run_id, person.pk)) if person else None
        if person is None:
            report.error(record.row, "職員番号", record.written("number"), "この職員番号は登録されていません。")
        elif row is None:
            reason = f"{person.name}は、この回の受講者ではありません。先に受講者として登録してください。"
            report.error(record.row, "職員番号", record.written("number"), reason)
        return row


def _compare(
    record: Record, meeting: RunSession, row: Enrollment, now: Attendance | None, result: AttendancePlan,
    report: Report,
) -> None:  # fmt: skip
    try:
        minutes = rules.minutes_of(record["presence"], record.get("minutes"), meeting.minutes)
    except ValueError as error:
        report.error(record.row, "分", record.written("minutes"), str(error))
        return
    after = {
        "presence": record["presence"],
        "minutes": minutes,
        "note": record.get("note") or (now.note if now else ""),
    }
    before = _told(now) if now else {"presence": None, "minutes": None, "note": ""}
    if now and before == after:
        report.same(record.row, record["number"], row.employee.name)
        return
    if row.status != EnrollmentStatus.CONFIRMED and row.run.status == RunStatus.HELD:
        report.error(record.row, "出欠", record.written("presence"), SETTLED)
        return
    mark = Attendance(pk=now.pk if now else None, enrollment=row, session=meeting, **after)
    fields: Fields = {"出欠": (now.get_presence_display() if now else None, mark.get_presence_display())}
    if before["minutes"] != minutes:
        fields["分"] = (before["minutes"], minutes)
    if now:
        result.changed.append((mark, before))
    else:
        result.new.append(mark)
    outcome = "changed" if now else "created"
    report.changes.append(Change(outcome, record["number"], row.employee.name, fields, row=record.row))


def _told(row: Attendance) -> dict[str, Any]:
    return {"presence": row.presence, "minutes": row.minutes, "note": row.note}


KIND = FileKind(CODE, "出欠", COLUMNS, plan, may.edit_runs)
