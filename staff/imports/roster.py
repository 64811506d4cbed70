"""職員名簿: everybody in service on a day, complete. Who is missing in it has left on that day.

An empty cell of 氏名カナ, 職員区分, 採用年月日 or メールアドレス leaves what is known; an empty 休職等区分
means that the person is at work. A roster older than the one read last may confirm, not change.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from aomori_dx.kernel import progress
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from staff import permissions as may
from staff.imports import columns, people
from staff.imports.roster_rows import Heard, Reading, described, read_row
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
WHOLE = 25_000
"""People of whom the file and the records may tell for all to be kept in memory from the comparison to the writing."""
PORTION = 5_000
"""In larger files so many are compared at a time, and compared again when they are written."""
COMPARING = "名簿を記録と照らし合わせています。"
TRYING = "何が変わるかを、書き込まずに調べています。"
WRITING = "記録に書き込んでいます。途中で止まっても、書きかけにはなりません。"


@dataclass
class RosterPlan:
    """`rows` and `missing` (numbers of people) are compared in portions; `whole` is the reading of a small file."""

    table: Table
    as_of: date
    heard: Heard
    departments: people.Departments
    rows: list[Record] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    whole: Reading | None = None

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        for reading in [self.whole] if self.whole else self.readings(TRYING if journal.trial else WRITING):
            reading.records.write(by=by, at=at, reason=reason, journal=journal)
            self._hear(reading, journal)

    def _hear(self, reading: Reading, journal: Journal) -> None:
        """Remember of everybody in the roster that it has spoken."""
        older = Q(profile_as_of__isnull=True) | Q(profile_as_of__lt=self.as_of)
        for part in parts([person.pk for person in reading.people], ASKED):
            heard = Employee.objects.filter(pk__in=part).filter(older)
            journal.changing(Employee, heard.values_list("pk", flat=True))
            heard.update(profile_as_of=self.as_of)

    def readings(self, message: str, report: Report | None = None) -> Iterator[Reading]:
        """The rows, then who is missing, portion by portion, each compared anew; without `report` it was told before.

        Raises RuleBroken where what was without error the first time no longer is.
        """
        again = report is None
        done, total = 0, len(self.rows) + len(self.missing)
        for rows, missing in self._portions():
            numbers = [row["number"] for row in rows] or missing
            reading = self.reading(ServiceRecords.load(numbers), report or Report(KIND.code))
            self.compare(reading, rows, missing)
            if again and reading.report.errors:
                raise RuleBroken(str(reading.report.errors[0]))
            yield reading
            done += len(numbers)
            progress.note(done, total, message)

    def _portions(self) -> Iterator[tuple[Sequence[Record], Sequence[str]]]:
        yield from ((rows, ()) for rows in parts(self.rows, PORTION))
        yield from (((), missing) for missing in parts(self.missing, PORTION))

    def reading(self, records: ServiceRecords, report: Report) -> Reading:
        clear = self.table.choices.blanks_clear
        return Reading(self.as_of, self.table.present, self.departments, self.heard, records, report, clear)

    def look_for_missing(self, on_record: Iterable[str]) -> None:
        """Who is not in the file; nobody where a row of it cannot be read, or where missing people stay."""
        if not self.table.errors and self.table.choices.missing_ends:
            there = {row["number"] for row in self.table.records}
            self.missing = [number for number in on_record if number not in there]

    def compare(self, reading: Reading, rows: Iterable[Record], missing: Iterable[str]) -> None:
        for row in rows:
            read_row(row, reading)
        _end([reading.records.by_number[number] for number in missing], reading)


def plan(table: Table, report: Report, as_of: date) -> RosterPlan:
    """Compare every row with the service record of the day, and find who is missing."""
    hold_still()
    people.use_numbers_of_today(table)
    wanted = RosterPlan(table, as_of, Heard.load(as_of), people.Departments())
    report.totals["unplaced"] = 0
    if not wanted.departments.any_on(as_of):
        reason = f"{as_of}の所属が登録されていません。先に所属一覧を取り込んでください。"
        report.error(None, "", "", reason)
        return wanted
    wanted.rows = list(people.once(table, report, "number", "職員番号"))
    on_record = _compare_all(wanted, report)
    if not table.errors:
        if table.choices.missing_ends:
            _doubt_completeness(on_record, report)
        _warn_about_heads(table, wanted.departments, as_of, report)
    if report.errors:
        report.totals["unplaced"] = people.waiting(as_of).count()
    return wanted


def _compare_all(wanted: RosterPlan, report: Report) -> int:
    """Compare as a whole, or in portions; returns how many people were on record."""
    if max(len(wanted.rows), Employee.objects.count()) <= WHOLE:
        whole = wanted.whole = wanted.reading(ServiceRecords.load(), report)
        on_record = list(whole.records.by_number)
        wanted.look_for_missing(on_record)
        wanted.compare(whole, wanted.rows, wanted.missing)
    else:
        on_record = list(Employee.objects.order_by("pk").values_list("employee_number", flat=True))
        wanted.look_for_missing(on_record)
        for _ in wanted.readings(COMPARING, report):
            pass
    return len(on_record)


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


def _warn_about_heads(table: Table, departments: people.Departments, as_of: date, report: Report) -> None:
    heads = Counter(record["code"] for record in table.records if record["is_head"])
    for code in sorted({record["code"] for record in table.records}):
        place = departments.find(code, as_of)
        if heads[code] != 1 and place:
            found = "いません" if not heads[code] else f"{heads[code]}人います"
            report.warn(None, "所属長", code, f"「{place.name}」の所属長が{found}。")


KIND = FileKind(
    "roster", "職員名簿", COLUMNS, plan, may.import_people, dated=True, complete=True, totals=columns.TOTALS
)
