"""職員名簿: everybody in service on a day, complete. Who is missing in it has left on that day.

An empty cell of 氏名カナ, 職員区分, 採用年月日 or メールアドレス leaves what is known; an empty 休職等区分
means that the person is at work. A roster older than the one read last may confirm, not change.
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
from aomori_dx.kernel.tables.reading import Column, Table
from aomori_dx.kernel.tables.report import Change, Report
from staff import permissions as may
from staff.imports import columns, people
from staff.imports.roster_rows import Reading, described, read_row
from staff.models import Employee
from staff.services.departments import hold_still
from staff.services.service_records import ASKED, ServiceRecord, ServiceRecords, parts

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

FEW = 10


@dataclass
class RosterPlan:
    reading: Reading

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        self.reading.records.write(by=by, at=at, reason=reason, journal=journal)
        as_of = self.reading.as_of
        older = Q(profile_as_of__isnull=True) | Q(profile_as_of__lt=as_of)
        for part in parts([person.pk for person in self.reading.people], ASKED):
            heard = Employee.objects.filter(pk__in=part).filter(older)
            journal.changing(Employee, heard.values_list("pk", flat=True))
            heard.update(profile_as_of=as_of)


def plan(table: Table, report: Report, as_of: date) -> RosterPlan:
    """Compare every row with the service record of the day, and find who is missing."""
    hold_still()
    people.use_numbers_of_today(table)
    records = ServiceRecords.load()
    reading = Reading(as_of, table.present, people.Departments(), records, report, table.choices.blanks_clear)
    report.totals["unplaced"] = 0
    if not reading.departments.any_on(as_of):
        reason = f"{as_of}の所属が登録されていません。先に所属一覧を取り込んでください。"
        report.error(None, "", "", reason)
        return RosterPlan(reading)
    on_record = list(records.by_number)
    for row in people.once(table, report, "number", "職員番号"):
        read_row(row, reading)
    if not table.errors:
        there = {row["number"] for row in table.records}
        missing = [records.by_number[number] for number in on_record if number not in there]
        if table.choices.missing_ends:
            _end(missing, reading)
            _doubt_completeness(len(on_record), report)
        _warn_about_heads(table, reading)
    if report.errors:
        report.totals["unplaced"] = people.waiting(as_of).count()
    return RosterPlan(reading)


def _end(missing: list[ServiceRecord], reading: Reading) -> None:
    """Who is not in a complete roster has left on its date. Who came to work here later is not missing."""
    for record in missing:
        person, first = record.employee, record.first_day()
        if not person.in_service_on(reading.as_of) or (first and first > reading.as_of):
            continue
        reason, place = reading.refusal(person), described(record.primary_on(reading.as_of))["所属"]
        try:
            if not reason:
                record.leave(on=reading.as_of)
        except RuleBroken as refusal:
            reason = str(refusal)
        if reason:
            told = f"名簿にない{person.name}を退職にできません。{reason}"
            reading.report.error(None, "職員番号", person.employee_number, told)
            continue
        reading.report.changes.append(Change("ended", person.employee_number, person.name))
        reading.records.note(record, "roster_ended", {"所属": (place, ""), "退職日": ("", reading.as_of)})


def _doubt_completeness(on_record: int, report: Report) -> None:
    """Half a roster would let the other half leave: the officer is asked to look twice."""
    leaving = report.count("ended")
    if leaving > FEW and leaving * 4 > on_record:
        reason = f"{leaving}人が名簿になく、退職になります。名簿が全員のものか確認してください。"
        report.warn(None, "職員番号", "", reason)


def _warn_about_heads(table: Table, reading: Reading) -> None:
    heads = Counter(record["code"] for record in table.records if record["is_head"])
    for code in sorted({record["code"] for record in table.records}):
        place = reading.departments.find(code, reading.as_of)
        if heads[code] != 1 and place:
            found = "いません" if not heads[code] else f"{heads[code]}人います"
            reading.report.warn(None, "所属長", code, f"「{place.name}」の所属長が{found}。")


KIND = FileKind(
    "roster", "職員名簿", COLUMNS, plan, may.import_people, dated=True, complete=True, totals=columns.TOTALS
)
