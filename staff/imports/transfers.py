"""人事異動: who goes where, who comes, who leaves, who is away, each on its 発令年月日."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from aomori_dx.kernel.text import fold
from staff import permissions as may
from staff.imports import columns, people
from staff.models import AbsenceReason, Department, Employee, Posting
from staff.services.service_records import Place, ServiceRecord, ServiceRecords

MOVE, HIRE, RETIRE, RETURN = "move", "hire", "retire", "return"
KINDS = {
    "転任": MOVE,
    "配置換": MOVE,
    "配置換え": MOVE,
    "昇任": MOVE,
    "降任": MOVE,
    "組織改編": MOVE,
    "採用": HIRE,
    "新規採用": HIRE,
    "退職": RETIRE,
    "休職": AbsenceReason.LEAVE,
    "育児休業": AbsenceReason.CHILDCARE,
    "育休": AbsenceReason.CHILDCARE,
    "派遣": AbsenceReason.SECONDMENT,
    "病気休暇": AbsenceReason.SICK,
    "復職": RETURN,
}

COLUMNS = (
    columns.EMPLOYEE_NUMBER,
    columns.NAME,
    Column("kind", ("異動区分", "発令区分"), cells.choice(KINDS)),
    Column("on", ("発令年月日", "発令日", "異動年月日"), cells.day),
    Column("old_name", ("旧所属名", "旧所属"), cells.limited(100), required=False, filled=False),
    Column("code", ("新所属コード", "所属コード"), columns.department_code, filled=False),
    Column("department", ("新所属名", "新所属", "所属名"), cells.limited(100), required=False, filled=False),
    columns.TITLE,
    columns.IS_MANAGER,
    columns.IS_HEAD,
)


@dataclass
class TransfersPlan:
    records: ServiceRecords

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        self.records.write(by=by, at=at, reason=reason, journal=journal)


def plan(table: Table, report: Report, as_of: date) -> TransfersPlan:
    """Play the rows on the service records, day by day. `as_of` has no part: each row carries its own date."""
    records = ServiceRecords.load(record["number"] for record in table.records)
    departments: dict[date, dict[str, Department]] = {}
    for (day, number), rows in _by_day_and_person(table, report).items():
        if day not in departments:
            departments[day] = people.departments_on(day)
        _play(rows, day, records.get(number), records, departments[day], report)
    _check_unplaced(records, departments.keys(), report)
    return TransfersPlan(records)


def _by_day_and_person(table: Table, report: Report) -> dict[tuple[date, str], list[Record]]:
    """Rows that belong together; a person twice on a day with rows that contradict each other is an error."""
    rows: dict[tuple[date, str], list[Record]] = defaultdict(list)
    for record in table.records:
        rows[record["on"], record["number"]].append(record)
    for key, group in list(rows.items()):
        first, *others = group
        for other in others:
            if (
                other["kind"] == first["kind"]
                or _target(other) != _target(first)
                or RETIRE in {other["kind"], first["kind"]}
            ):
                report.error(
                    other.row,
                    "職員番号",
                    other["number"],
                    f"{first.row}行目と同じ職員・同じ発令年月日で、重複しているか食い違っています。",
                )
                rows.pop(key, None)
    return dict(sorted(rows.items(), key=lambda item: item[0]))


def _target(record: Record) -> tuple:
    return record["code"], record["title"], record["is_manager"], record["is_head"]


def _play(
    rows: list[Record],
    day: date,
    record: ServiceRecord | None,
    records: ServiceRecords,
    departments: dict[str, Department],
    report: Report,
) -> None:
    """One person's rows of one day. Nothing of them is played where one is wrong."""
    first = rows[0]
    hired = first["kind"] == HIRE
    if record is None:
        if not hired:
            report.error(first.row, "職員番号", first["number"], "この職員番号の職員は登録されていません。")
            return
        person = Employee(employee_number=first["number"], hired_on=day)
        record = records.add(person)
    elif not _can_be_played(first, day, record, report):
        return
    before = _described(record, day)
    new = record.employee.pk is None
    fields = people.name_fields(record.employee, first["name"])
    try:
        changed = [_apply(row, day, record, departments, report) for row in rows]
    except RuleBroken as refusal:
        report.error(first.row, "発令年月日", day, f"{refusal}先の日付の異動から順に取り込むことはできません。")
        return
    if new:
        outcome = "created"
    elif any(changed) or fields:
        outcome = "ended" if first["kind"] == RETIRE and any(changed) else "changed"
    else:
        for row in rows:
            report.same(row.row, row["number"], record.employee.name)
        return
    after = _described(record, day)
    fields |= {label: (before[label], after[label]) for label in after if before[label] != after[label]}
    report.changes.append(Change(outcome, first["number"], record.employee.name, fields, first.row))
    records.note(record, f"transfer_{outcome}", fields)


def _can_be_played(row: Record, day: date, record: ServiceRecord, report: Report) -> bool:
    person = record.employee
    if not people.check_name(row, person, report):
        return False
    if row["kind"] == HIRE and person.hired_on != day:
        when = f"{person.hired_on}に採用" if person.hired_on else "採用"
        report.error(row.row, "職員番号", row["number"], f"この職員番号はすでに使われています({person.name}、{when})。")
        return False
    if not person.in_service_on(day) and not (row["kind"] == RETIRE and person.left_on == day):
        report.error(row.row, "職員番号", row["number"], f"{person.name}は{day}に在職していません。")
        return False
    _compare_old_department(row, day, record, report)
    return True


def _compare_old_department(row: Record, day: date, record: ServiceRecord, report: Report) -> None:
    """旧所属名 changes nothing that is written: where it differs, the officer is told."""
    last = record.last_before(day)
    if row["old_name"] and last and fold(row["old_name"]) not in {fold(last.department.name)}:
        now = record.primary_on(day)
        if now is None or fold(row["old_name"]) != fold(now.department.name):
            report.warn(row.row, "旧所属名", row["old_name"], f"記録では「{last.department.name}」です。")


def _apply(row: Record, day: date, record: ServiceRecord, departments: dict[str, Department], report: Report) -> bool:
    kind = row["kind"]
    if kind == RETIRE:
        return record.leave(on=day)
    changed = False
    if row["code"]:
        department = people.department_of(row, departments, report, code="code", name="department", label="新所属")
        if department is not None:
            changed = record.place(Place(department, row["title"], row["is_head"], row["is_manager"]), on=day)
            changed |= _drop_concurrent_here(record, department, day)
    elif kind in {MOVE, HIRE}:
        report.error(row.row, "新所属コード", "", "値がありません。")
    if kind == RETURN:
        return _come_back(row, day, record, report) or changed
    if kind in AbsenceReason.values:
        return record.be_absent(kind, on=day) or changed
    return changed


def _drop_concurrent_here(record: ServiceRecord, department: Department, day: date) -> bool:
    """Whoever is posted to a department is no longer there as 兼務."""
    current = [posting.department for posting in record.concurrent_on(day)]
    others = [place for place in current if place.pk != department.pk]
    return len(others) != len(current) and record.set_concurrent(others, on=day)


def _come_back(row: Record, day: date, record: ServiceRecord, report: Report) -> bool:
    if record.come_back(on=day):
        return True
    if not any(absence.valid_to == day for absence in record.absences):
        report.error(row.row, "異動区分", "復職", "休職等の記録がありません。")
    return False


def _described(record: ServiceRecord, day: date) -> dict[str, Any]:
    """What a person sees of a service record on a day."""
    posting: Posting | None = record.primary_on(day)
    absence = record.absence_on(day)
    return {
        "所属": posting.department.name if posting else "",
        "補職名": posting.title if posting else "",
        "管理職": posting.is_manager if posting else False,
        "所属長": posting.is_head if posting else False,
        "休職等": absence.get_reason_display() if absence else "",
        "退職日": str(record.employee.left_on or ""),
    }


def _check_unplaced(records: ServiceRecords, days, report: Report) -> None:
    """After the transfers nobody of a dissolved department may be without a place."""
    if not days:
        return
    last = max(days)
    waiting = Employee.objects.unplaced(last).order_by("employee_number")
    for person in waiting:
        record = records.get(person.employee_number)
        if record and (record.primary_on(last) or not record.employee.in_service_on(last)):
            continue
        report.totals["unplaced"] = report.totals.get("unplaced", 0) + 1
        report.error(
            None,
            "職員番号",
            person.employee_number,
            f"{person.name}の所属が廃止され、新しい所属が決まっていません。異動に加えてください。",
        )
    report.totals.setdefault("unplaced", 0)


KIND = FileKind("transfers", "人事異動", COLUMNS, plan, may.import_people)
