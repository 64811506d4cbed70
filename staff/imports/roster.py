"""職員名簿: everybody in service on a day, complete. Who is missing in it has left on that day.

An empty cell of 氏名カナ, 職員区分, 採用年月日 or メールアドレス leaves what is known; an empty 休職等区分
means that the person is at work. A roster older than the one read last changes no names.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from aomori_dx.kernel.text import is_mangled, same_name
from staff import permissions as may
from staff.imports import columns, people
from staff.models import AbsenceReason, Department, Employee, EmploymentType
from staff.services.service_records import Place, ServiceRecord, ServiceRecords

COLUMNS = (
    columns.EMPLOYEE_NUMBER,
    columns.NAME,
    Column(
        "kana",
        ("氏名カナ", "カナ氏名", "氏名(カナ)", "カナ", "フリガナ"),
        cells.limited(100),
        required=False,
        filled=False,
    ),
    Column("code", ("所属コード", "組織コード"), columns.department_code),
    Column("bureau", ("部局名", "部局"), cells.limited(100), required=False, filled=False),
    Column("department", ("所属名", "所属"), cells.limited(100), required=False, filled=False),
    columns.TITLE,
    Column(
        "employment_type",
        ("職員区分", "雇用区分"),
        cells.choice(columns.EMPLOYMENT_TYPES),
        required=False,
        filled=False,
    ),
    columns.IS_MANAGER,
    columns.IS_HEAD,
    Column("hired_on", ("採用年月日", "採用日"), cells.recorded_day, required=False, filled=False, empty=None),
    Column(
        "posted_on",
        ("所属異動年月日", "異動年月日", "発令日", "着任日"),
        cells.recorded_day,
        required=False,
        filled=False,
        empty=None,
    ),
    Column("absence", ("休職等区分", "休職区分"), cells.choice(columns.ABSENCE_REASONS), required=False, filled=False),
    Column(
        "concurrent",
        ("兼務所属コード", "兼務先所属コード"),
        columns.department_codes,
        required=False,
        filled=False,
        empty=(),
    ),
    Column("email", ("メールアドレス", "メール", "E-mail"), cells.email, required=False, filled=False),
)
PROFILE = (
    ("kana", "氏名カナ"),
    ("employment_type", "職員区分"),
    ("hired_on", "採用年月日"),
    ("email", "メールアドレス"),
)


@dataclass
class RosterPlan:
    records: ServiceRecords
    as_of: date

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        self.records.write(by=by, at=at, reason=reason, journal=journal)
        older = Q(profile_as_of__isnull=True) | Q(profile_as_of__lt=self.as_of)
        named = Employee.objects.in_service(self.as_of).filter(older)
        journal.changing(Employee, named.values_list("pk", flat=True))
        named.update(profile_as_of=self.as_of)


@dataclass(frozen=True)
class Reading:
    """What the rows of one file are compared with."""

    as_of: date
    present: frozenset[str]
    departments: dict[str, Department]
    records: ServiceRecords
    report: Report
    blanks_clear: bool = False


def plan(table: Table, report: Report, as_of: date) -> RosterPlan:
    """Compare every row with the service record of the day, and find who is missing."""
    records = ServiceRecords.load()
    reading = Reading(as_of, table.present, people.departments_on(as_of), records, report, table.choices.blanks_clear)
    on_record = list(records.by_number)
    seen: dict[str, int] = {}
    for record in table.records:
        number = record["number"]
        if number in seen:
            report.error(record.row, "職員番号", number, f"{seen[number]}行目と同じ職員番号です。")
            continue
        seen[number] = record.row
        _read(record, reading)
    if not table.errors and table.choices.missing_ends:
        for number in on_record:
            if number not in seen:
                _end(records.by_number[number], reading)
    _warn_about_heads(table, reading)
    report.totals["unplaced"] = 0 if not report.errors else Employee.objects.unplaced(as_of).count()
    return RosterPlan(records, as_of)


def _read(row: Record, reading: Reading) -> None:
    report, records = reading.report, reading.records
    department = people.department_of(row, reading.departments, report, code="code", name="department", label="所属")
    concurrent = _concurrent(row, reading)
    record = records.get(row["number"])
    if row["hired_on"] and row["hired_on"] > reading.as_of:
        report.error(row.row, "採用年月日", row["hired_on"], f"基準日({reading.as_of})より後です。")
        return
    if record and record.employee.left_on and record.employee.left_on <= reading.as_of:
        report.error(
            row.row, "職員番号", row["number"], f"{record.employee.left_on}に退職した{record.employee.name}の番号です。"
        )
        return
    if department is None or concurrent is None:
        return
    created = record is None
    if record is None:
        record = records.add(Employee(employee_number=row["number"], name=row["name"]).fold_names())
    fields = _profile(row, record.employee, reading, created=created)
    try:
        fields |= _placing(row, record, department, reading, created=created)
        if "concurrent" in reading.present:
            fields |= _concurrents(record, concurrent, reading.as_of)
        if "absence" in reading.present:
            fields |= _absence(row, record, reading.as_of)
    except RuleBroken as refusal:
        report.error(row.row, "職員番号", row["number"], f"{reading.as_of}の内容が記録と違いますが、{refusal}")
        return
    _note(row, record, fields, reading, created=created)


def _note(row: Record, record: ServiceRecord, fields: Fields, reading: Reading, *, created: bool) -> None:
    if not created and not fields:
        reading.report.same(row.row, row["number"], record.employee.name)
        return
    outcome = "created" if created else "changed"
    reading.report.changes.append(
        Change(outcome, row["number"], record.employee.name, {} if created else fields, row.row)
    )
    reading.records.note(record, f"roster_{outcome}", fields)


def _concurrent(row: Record, reading: Reading) -> list[Department] | None:
    """The 兼務 departments of a row; None (and an error) where a code is unknown."""
    unknown = [code for code in row["concurrent"] if code not in reading.departments]
    if unknown:
        reading.report.error(row.row, "兼務所属コード", "、".join(unknown), "このコードの所属はその日にありません。")
        return None
    return [reading.departments[code] for code in row["concurrent"] if code != row["code"]]


def _profile(row: Record, person: Employee, reading: Reading, *, created: bool) -> Fields:
    """Names, kana, mail and hiring, unless a later roster has spoken."""
    if person.profile_as_of and person.profile_as_of > reading.as_of:
        return {}
    if is_mangled(row["name"]):
        kept = "" if created or is_mangled(person.name) else f"記録の「{person.name}」のままにします。"
        reading.report.warn(row.row, "氏名", row["name"], f"文字が失われています(〓など)。{kept}")
    fields: Fields = {} if created else people.name_fields(person, row["name"])
    for key, label in PROFILE:
        new, old = row[key], getattr(person, key)
        if not new and not (reading.blanks_clear and key in reading.present):
            continue
        if new == old or (is_mangled(str(new)) and same_name(str(new), str(old))):
            continue
        setattr(person, key, new)
        fields[label] = (_shown(key, old), _shown(key, new))
    person.fold_names()
    return fields


def _shown(key: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    return str(EmploymentType(value).label) if key == "employment_type" else str(value)


def _placing(row: Record, record: ServiceRecord, department: Department, reading: Reading, *, created: bool) -> Fields:
    as_of = reading.as_of
    before = record.primary_on(as_of)
    old = _described(before)
    start = _first_day(row, record, department, as_of, created=created)
    place = Place(department, row["title"], row["is_head"], row["is_manager"], row["posted_on"])
    if not record.place(place, on=start):
        return {}
    new = _described(record.primary_on(as_of))
    return {label: (old[label], new[label]) for label in new if old[label] != new[label]}


def _first_day(row: Record, record: ServiceRecord, department: Department, as_of: date, *, created: bool) -> date:
    """From when the row's posting holds: its 所属異動年月日 where that is new to us, else the date of the roster."""
    current, posted_on = record.primary_on(as_of), row["posted_on"]
    if posted_on is None or posted_on > as_of:
        return as_of
    if created:
        known = [posted_on, department.valid_from]
        return min(as_of, max([*known, row["hired_on"]] if row["hired_on"] else known))
    last = current or record.last_before(as_of)
    if last is None or (current and current.department_id == department.pk):
        return as_of
    not_before = last.valid_to if last.valid_to and last.valid_to <= as_of else last.valid_from
    return posted_on if max(not_before, department.valid_from) <= posted_on else as_of


def _described(posting: Any) -> dict[str, Any]:
    return {
        "所属": posting.department.name if posting else "",
        "補職名": posting.title if posting else "",
        "管理職": posting.is_manager if posting else False,
        "所属長": posting.is_head if posting else False,
        "所属異動年月日": str(posting.posted_on or posting.valid_from) if posting else "",
    }


def _concurrents(record: ServiceRecord, wanted: list[Department], as_of: date) -> Fields:
    before = "、".join(posting.department.name for posting in record.concurrent_on(as_of))
    if not record.set_concurrent(wanted, on=as_of):
        return {}
    return {"兼務": (before, "、".join(department.name for department in wanted))}


def _absence(row: Record, record: ServiceRecord, as_of: date) -> Fields:
    current = record.absence_on(as_of)
    before = current.get_reason_display() if current else ""
    changed = record.be_absent(row["absence"], on=as_of) if row["absence"] else record.come_back(on=as_of)
    if not changed:
        return {}
    return {"休職等": (before, str(AbsenceReason(row["absence"]).label) if row["absence"] else "")}


def _end(record: ServiceRecord, reading: Reading) -> None:
    """Who is not in a complete roster has left on its date."""
    person = record.employee
    if not person.in_service_on(reading.as_of):
        return
    try:
        record.leave(on=reading.as_of)
    except RuleBroken as refusal:
        reading.report.error(
            None, "職員番号", person.employee_number, f"名簿にない{person.name}を退職にできません。{refusal}"
        )
        return
    reading.report.changes.append(Change("ended", person.employee_number, person.name))
    reading.records.note(record, "roster_ended", {"退職日": ("", reading.as_of)})


def _warn_about_heads(table: Table, reading: Reading) -> None:
    heads = Counter(record["code"] for record in table.records if record["is_head"])
    for code in sorted({record["code"] for record in table.records}):
        if heads[code] != 1 and code in reading.departments:
            found = "いません" if not heads[code] else f"{heads[code]}人います"
            reading.report.warn(None, "所属長", code, f"「{reading.departments[code].name}」の所属長が{found}。")


KIND = FileKind("roster", "職員名簿", COLUMNS, plan, may.import_people, dated=True, complete=True)
