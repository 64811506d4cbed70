"""One row of a roster against one service record: who the person is, where, as what, and since when."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.tables.reading import Record
from aomori_dx.kernel.tables.report import Change, Fields, Report
from aomori_dx.kernel.text import is_mangled, same_name
from staff.imports import people
from staff.models import AbsenceReason, Department, Employee, EmploymentType
from staff.services.service_records import Place, ServiceRecord, ServiceRecords

PROFILE = (
    ("kana", "氏名カナ"),
    ("employment_type", "職員区分"),
    ("hired_on", "採用年月日"),
    ("email", "メールアドレス"),
)


@dataclass(frozen=True)
class Heard:
    """`newest`: the day of the last roster read. `before`: that of the last one older than the one being read."""

    newest: date
    before: date

    @classmethod
    def load(cls, as_of: date) -> "Heard":
        known = Employee.objects.filter(profile_as_of__isnull=False).order_by()
        read = {day for day in known.values_list("profile_as_of", flat=True).distinct() if day}
        return cls(max(read, default=date.min), max((day for day in read if day < as_of), default=date.min))


@dataclass
class Reading:
    """What the rows of one file are compared with, and the `people` found in them."""

    as_of: date
    present: frozenset[str]
    departments: people.Departments
    heard: Heard
    records: ServiceRecords
    report: Report
    blanks_clear: bool = False
    people: list[Employee] = field(default_factory=list)

    def refusal(self, person: Employee) -> str:
        """Why nothing may change about a person: a later roster has spoken. Empty where nothing speaks against it."""
        newest = person.profile_as_of
        if newest is None or newest <= self.as_of:
            return ""
        return f"より新しい名簿({newest})を取込済みです。名簿は古い日付のものから順に取り込んでください。"


def read_row(row: Record, reading: Reading) -> None:
    """Play one row on its service record; every error of it goes into the report."""
    department = people.department_of(
        row, reading.departments, reading.as_of, reading.report, code="code", name="department", label="所属"
    )
    concurrent = _concurrent(row, reading)
    record = reading.records.get(row["number"])
    right = _dates_are_right(row, reading)
    right &= _may_be_new(row, reading) if record is None else _is_this_person(row, record, reading)
    if department is None or concurrent is None or not right:
        return
    created = record is None
    if record is None:
        new = Employee(employee_number=row["number"], name=row["name"], profile_as_of=reading.as_of)
        record = reading.records.add(new.fold_names())
    try:
        start = _first_day(row, record, department, reading, created=created)
        fields = _profile(row, record, reading, created=created)
        changed = _return(row, record, start, reading) | _placing(row, record, department, start, reading)
        changed |= _concurrents(record, concurrent, reading) | _absence(row, record, reading)
    except RuleBroken as refusal:
        told = f"{reading.as_of}の内容が記録と違いますが、変更できません。{refusal}"
        reading.report.error(row.row, "職員番号", row.written("number"), told)
        return
    if changed and (reason := reading.refusal(record.employee)):
        told = f"{'、'.join(changed)}が記録と違いますが、変更できません。{reason}"
        reading.report.error(row.row, "職員番号", row.written("number"), told)
        return
    reading.people.append(record.employee)
    _note(row, record, fields | changed, reading, created=created)


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
    found = {code: reading.departments.find(code, reading.as_of) for code in row["concurrent"]}
    if unknown := [code for code, department in found.items() if department is None]:
        reason = f"このコードの所属は{reading.as_of}にありません。"
        reading.report.error(row.row, "兼務所属コード", "、".join(unknown), reason)
        return None
    return [department for code, department in found.items() if department and code != row["code"]]


def _dates_are_right(row: Record, reading: Reading) -> bool:
    late = [key for key in ("hired_on", "posted_on") if row[key] and row[key] > reading.as_of]
    for key in late:
        label = {"hired_on": "採用年月日", "posted_on": "所属異動年月日"}[key]
        reading.report.error(row.row, label, row.written(key), f"基準日({reading.as_of})より後です。")
    return not late


def _may_be_new(row: Record, reading: Reading) -> bool:
    if reading.heard.newest <= reading.as_of:
        return True
    reason = f"より新しい名簿({reading.heard.newest})にない職員です。名簿は古い日付のものから順に取り込んでください。"
    reading.report.error(row.row, "職員番号", row.written("number"), reason)
    return False


def _is_this_person(row: Record, record: ServiceRecord, reading: Reading) -> bool:
    person = record.employee
    if gap := record.gap_on(reading.as_of):
        reason = f"{person.name}は{gap.valid_from}に退職し、{gap.valid_to}に再採用されるまで在職していません。"
        reading.report.error(row.row, "職員番号", row.written("number"), reason)
        return False
    has_left = person.left_on is not None and person.left_on <= reading.as_of
    check = people.check_rehired if has_left else people.check_name
    return check(row, person, reading.report)


def _return(row: Record, record: ServiceRecord, on: date, reading: Reading) -> Fields:
    """Take back who had left and is in the roster again (再任用, 会計年度→正規)."""
    left = record.employee.left_on
    if not record.rehire(on=on):
        return {}
    people.tell_of_rehiring(row, record.employee, left, on, reading.report)
    return {"退職日": (left, ""), "再採用日": ("", on)}


def _profile(row: Record, record: ServiceRecord, reading: Reading, *, created: bool) -> Fields:
    """Names, kana, mail and hiring, unless a later roster has spoken."""
    person = record.employee
    if reading.refusal(person):
        return {}
    if is_mangled(row["name"]):
        kept = "" if created or is_mangled(person.name) else f"記録の「{person.name}」のままにします。"
        reading.report.warn(row.row, "氏名", row["name"], f"文字が失われています(〓など)。{kept}")
    fields: Fields = {} if created else people.name_from_roster(person, row["name"])
    for key, label in PROFILE:
        new, old = row[key], getattr(person, key)
        if not new and not (reading.blanks_clear and key in reading.present):
            continue
        if new == old or (is_mangled(str(new)) and same_name(str(new), str(old))):
            continue
        if key == "hired_on" and not _hiring_fits(row, record, reading):
            continue
        setattr(person, key, new)
        fields[label] = (_shown(key, old), _shown(key, new))
    person.fold_names()
    return fields


def _hiring_fits(row: Record, record: ServiceRecord, reading: Reading) -> bool:
    """A day of hiring after the first posting on record would take the person out of the past: it is not taken."""
    first, person = record.first_day(), record.employee
    if row["hired_on"] is None or first is None or row["hired_on"] <= first:
        return True
    departures = (person.left_on, person.rehired_on, *(gap.valid_from for gap in record.gaps))
    if any(day and day <= row["hired_on"] for day in departures):
        return False  # the day of a 再採用: the record keeps it beside the first one
    reason = f"記録では{first}にはすでに在職しています。採用年月日は記録のままにします。"
    reading.report.warn(row.row, "採用年月日", row.written("hired_on"), reason)
    return False


def _shown(key: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    return str(EmploymentType(value).label) if key == "employment_type" else str(value)


def _placing(row: Record, record: ServiceRecord, department: Department, start: date, reading: Reading) -> Fields:
    old = described(record.primary_on(reading.as_of))
    place = Place(department, row["title"], row["is_head"], row["is_manager"], row["posted_on"])
    if not people.post(record, place, reading.departments, on=start):
        return {}
    new = described(record.primary_on(reading.as_of))
    return {label: (old[label], new[label]) for label in new if old[label] != new[label]}


def _first_day(row: Record, record: ServiceRecord, department: Department, reading: Reading, *, created: bool) -> date:
    """From when the row's posting holds: its 所属異動年月日 where that tells something new, else the roster's day.

    What an earlier roster said of its own day stands: an arrival on that day or before it comes too late.
    """
    as_of, posted_on = reading.as_of, row["posted_on"]
    if posted_on is None:
        return as_of
    left = record.employee.left_on
    if created or (left and left <= as_of):
        start = max(filter(None, (posted_on, department.valid_from, row["hired_on"])))
        return start if max(reading.heard.before, left or date.min) < start <= as_of else as_of
    last = record.primary_on(as_of) or record.last_before(as_of)
    if last is None or (last.holds_on(as_of) and last.department_id == department.pk):
        return as_of
    since = last.valid_from if last.holds_on(as_of) else last.valid_to or last.valid_from
    heard = record.employee.profile_as_of or date.min
    return posted_on if heard < posted_on and max(since, department.valid_from) <= posted_on else as_of


def described(posting: Any) -> dict[str, Any]:
    return {
        "所属": posting.department.name if posting else "",
        "補職名": posting.title if posting else "",
        "管理職": posting.is_manager if posting else False,
        "所属長": posting.is_head if posting else False,
        "所属異動年月日": str(posting.posted_on or posting.valid_from) if posting else "",
    }


def _concurrents(record: ServiceRecord, wanted: list[Department], reading: Reading) -> Fields:
    if "concurrent" not in reading.present:
        return {}
    before = "、".join(posting.department.name for posting in record.concurrent_on(reading.as_of))
    if not record.set_concurrent(wanted, on=reading.as_of):
        return {}
    return {"兼務": (before, "、".join(department.name for department in wanted))}


def _absence(row: Record, record: ServiceRecord, reading: Reading) -> Fields:
    if "absence" not in reading.present:
        return {}
    current = record.absence_on(reading.as_of)
    before = current.get_reason_display() if current else ""
    reason = row["absence"]
    changed = record.be_absent(reason, on=reading.as_of) if reason else record.come_back(on=reading.as_of)
    if not changed:
        return {}
    return {"休職等": (before, str(AbsenceReason(reason).label) if reason else "")}
