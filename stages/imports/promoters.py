"""DX推進員名簿: who was appointed in a fiscal year, by which route, nominated by which department."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from aomori_dx.kernel.text import fold
from staff.imports import columns, people
from staff.models import Department, Employee
from stages import permissions as may
from stages.models import GrowthStage, Promoter, Route
from stages.services import promoters

ROUTES = {"推薦枠": Route.RECOMMENDED, "推薦": Route.RECOMMENDED, "自薦枠": Route.SELF, "自薦": Route.SELF}

COLUMNS = (
    Column("cohort", ("年度", "任命年度"), cells.fiscal_year),
    columns.EMPLOYEE_NUMBER,
    columns.NAME,
    Column("route", ("枠", "推薦枠・自薦枠", "区分"), cells.choice(ROUTES)),
    Column("code", ("推薦所属コード", "所属コード"), columns.department_code),
    Column("department", ("推薦所属名", "推薦所属", "所属名"), cells.limited(100), required=False, filled=False),
    Column("appointed_on", ("任命年月日", "委嘱年月日", "任命日"), cells.recorded_day),
)


@dataclass
class PromotersPlan:
    new: list[Promoter] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        promoters.appoint_all(self.new, by=by, at=at, reason=reason, journal=journal)


@dataclass(frozen=True)
class Known:
    """What is on record about the people and departments that the file names."""

    employees: dict[str, Employee]
    promoters: dict[str, Promoter]
    departments: dict[date, dict[str, Department]]
    places_taken: Counter[tuple[FiscalYear, int]]


def plan(table: Table, report: Report, as_of: date) -> PromotersPlan:
    """Check every row against the people on record. `as_of` has no part: each row carries its own date."""
    result = PromotersPlan()
    if not GrowthStage.objects.filter(number=1).exists():
        report.error(None, "", "", "育成ステージが登録されていません。先に load_policy を実行してください。")
        return result
    known = _known(table.records)
    seen: dict[str, int] = {}
    for record in table.records:
        number = record["number"]
        if number in seen:
            report.error(record.row, "職員番号", number, f"{seen[number]}行目と同じ職員番号です。")
            continue
        seen[number] = record.row
        promoter = _promoter(record, known, report)
        if promoter is None:
            continue
        if promoter.pk:
            report.same(record.row, number, promoter.employee.name)
            continue
        result.new.append(promoter)
        report.changes.append(Change("created", number, promoter.employee.name, row=record.row))
    return result


def _known(records: Iterable[Record]) -> Known:
    records = list(records)
    numbers = {record["number"] for record in records}
    employees = {p.employee_number: p for p in Employee.objects.filter(employee_number__in=numbers)}
    appointed = Promoter.objects.select_related("employee", "department")
    return Known(
        employees,
        {p.employee.employee_number: p for p in appointed.filter(employee__employee_number__in=numbers)},
        {day: people.departments_on(day) for day in {record["appointed_on"] for record in records}},
        Counter(
            (p.cohort, p.department_id)
            for p in appointed.filter(route=Route.RECOMMENDED, withdrawn_on__isnull=True)
            if p.employee.employee_number not in numbers
        ),
    )


def _promoter(record: Record, known: Known, report: Report) -> Promoter | None:
    """The promoter that a row names: the one on record, a new one, or None where the row is wrong."""
    employee = known.employees.get(record["number"])
    errors_before = len(report.errors)
    if employee is None:
        report.error(record.row, "職員番号", record["number"], "この職員番号の職員は登録されていません。")
    else:
        people.check_name(record, employee, report)
    day: date = record["appointed_on"]
    if day not in record["cohort"]:
        report.error(record.row, "任命年月日", day, f"{record['cohort']}の日付ではありません。")
    department = people.department_of(
        record, known.departments[day], report, code="code", name="department", label="推薦所属"
    )
    if employee is None or department is None or len(report.errors) > errors_before:
        return None
    wanted = Promoter(
        employee=employee,
        cohort=record["cohort"],
        route=record["route"],
        department=department,
        appointed_on=day,
    )
    existing = known.promoters.get(record["number"])
    if existing is not None:
        return _same(record, existing, wanted, report)
    return wanted if _may_be_new(record, wanted, known, report) else None


def _same(record: Record, existing: Promoter, wanted: Promoter, report: Report) -> Promoter | None:
    """Rules 2 and 11: once a promoter, always; a difference is corrected in the admin, not by a file."""
    if existing.cohort != wanted.cohort:
        report.error(
            record.row,
            "職員番号",
            record["number"],
            f"{existing.cohort}に任命済みです。もう一度任命することはできません。",
        )
        return None
    differing = {
        "枠": (existing.get_route_display(), wanted.get_route_display()),
        "推薦所属": (existing.department.name, wanted.department.name),
        "任命年月日": (existing.appointed_on, wanted.appointed_on),
    }
    for column, (old, new) in differing.items():
        if fold(str(old)) != fold(str(new)):
            report.error(record.row, column, new, f"「{old}」で登録済みです。訂正は管理画面で行ってください。")
            return None
    return existing


def _may_be_new(record: Record, wanted: Promoter, known: Known, report: Report) -> bool:
    """Rule 5, and rule 3 for files: one recommended promoter of a department and fiscal year."""
    if not wanted.employee.in_service_on(wanted.appointed_on):
        report.error(record.row, "職員番号", record["number"], f"任命年月日({wanted.appointed_on})に在職していません。")
        return False
    if wanted.route != Route.RECOMMENDED:
        return True
    place = (wanted.cohort, wanted.department_id)
    known.places_taken[place] += 1
    if known.places_taken[place] > 1:
        report.error(
            record.row,
            "推薦所属コード",
            record["code"],
            f"「{wanted.department.name}」の{wanted.cohort}の推薦枠は1名です。すでに別の人が任命されています。",
        )
        return False
    return True


KIND = FileKind("promoters", "DX推進員名簿", COLUMNS, plan, may.import_promoters)
