"""受講申込: people booked for runs by a file, through the same ledger and rules as every other way in."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from staff.imports import columns, people
from staff.models import Employee
from training import permissions as may
from training.models import BOOKED, CourseRun, Enrollment
from training.services import seats

COLUMNS = (
    Column("code", ("研修コード",), cells.limited(20)),
    Column("run", ("開催回", "回"), cells.number),
    columns.EMPLOYEE_NUMBER,
    Column("name", ("氏名",), cells.limited(100), required=False, filled=False),
    Column("fiscal_year", ("年度",), cells.fiscal_year, required=False, filled=False, empty=None),
)
NO_UNDO = (
    "申込は本人に知らせているため、まとめて取り消せません。取り消すときは、開催回の画面で一人ずつ、理由を添えて"
    "取り消してください。"
)
MOST_NAMED = 20


@dataclass
class BookingsPlan:
    """Who is booked for which run, in the order of the file: (row, run, person)."""

    wanted: list[tuple[int, int, Employee]] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        for pk in sorted({run for _, run, _ in self.wanted}):
            seats.hold(pk)  # in one order, whatever the order of the file
        refusals = []
        for row, run, person in self.wanted:
            try:
                seats.request(run, person, by=by, at=at)
            except RuleBroken as refusal:
                refusals.append(f"{row}行目 {person}: {'、'.join(str(refusal).splitlines())}")
        if refusals:
            raise RuleBroken("\n".join(refusals[:MOST_NAMED]))


@dataclass(frozen=True)
class Known:
    """What is on record of everybody and everything that the file names."""

    runs: dict[tuple[str, FiscalYear, int], CourseRun]
    people: dict[str, Employee]
    booked: dict[tuple[int, int], int]
    """Course and person → the run in which the person is booked."""


def plan(table: Table, report: Report, as_of: date) -> BookingsPlan:
    """Compare the file with the bookings on record: a booking that is there is left as it is."""
    people.use_numbers_of_today(table)
    result, known = BookingsPlan(), _known(table)
    for record in table.records:
        _read(record, known, result, report, as_of)
    return result


def _known(table: Table) -> Known:
    codes = {record["code"] for record in table.records}
    runs = CourseRun.objects.filter(course__code__in=codes).select_related("course").prefetch_related("sessions")
    staff = people.employees(record["number"] for record in table.records)
    rows = Enrollment.objects.filter(status__in=BOOKED, course__code__in=codes)
    booked = {(course, person): run for course, person, run in rows.values_list("course", "employee", "run")}
    return Known({(run.course.code, run.fiscal_year, run.number): run for run in runs}, staff, booked)


def _read(record: Record, known: Known, result: BookingsPlan, report: Report, as_of: date) -> None:
    year = record.get("fiscal_year") or FiscalYear.containing(as_of)
    run = known.runs.get((record["code"], year, record["run"]))
    person = known.people.get(record["number"])
    if run is None:
        reason = f"研修コード「{record['code']}」の{year}の第{record['run']}回は登録されていません。"
        report.error(record.row, "開催回", record.written("run"), reason)
    if person is None:
        report.error(record.row, "職員番号", record.written("number"), "この職員番号の職員は登録されていません。")
    if run is None or person is None or (record.get("name") and not people.check_name(record, person, report)):
        return
    there = known.booked.get((run.course_id, person.pk))
    if there == run.pk:
        report.same(record.row, record["number"], person.name)
        return
    if there is not None:
        report.error(record.row, "職員番号", record.written("number"), "この研修のほかの回にすでに申し込んでいます。")
        return
    row = Enrollment(employee=person, run=run, course=run.course)
    at = datetime.combine(as_of, time(), TOKYO)
    if refusals := [why for rule in seats.BY_OFFICE if (why := rule(row, at))]:
        report.error(record.row, "職員番号", record.written("number"), "".join(refusals))
        return
    known.booked[run.course_id, person.pk] = run.pk
    result.wanted.append((record.row, run.pk, person))
    report.changes.append(Change("created", record["number"], f"{person.name} {run}", row=record.row))


KIND = FileKind("bookings", "受講申込", COLUMNS, plan, may.edit_runs, no_undo=NO_UNDO)
