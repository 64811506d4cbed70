"""DX推進員名簿: who was appointed in a fiscal year, by which route, nominated by which department."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from staff.imports import columns, people
from staff.models import Employee
from staff.services.departments import hold_still
from stages import permissions as may
from stages.effects import appointment
from stages.models import GrowthStage, Promoter, Route

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
        appointment.appoint_all(self.new, by=by, at=at, reason=reason, journal=journal)


@dataclass(frozen=True)
class Known:
    """What is on record about the people and departments that the file names."""

    employees: dict[str, Employee]
    promoters: dict[str, Promoter]
    departments: people.Departments
    places_taken: Counter[tuple[FiscalYear, int]]


def plan(table: Table, report: Report, as_of: date) -> PromotersPlan:
    """Check every row against the people on record. `as_of` has no part: each row carries its own date."""
    hold_still()
    people.use_numbers_of_today(table)
    result = PromotersPlan()
    if not GrowthStage.objects.filter(number=1).exists():
        report.error(None, "", "", "育成ステージが登録されていません。先に load_policy を実行してください。")
        return result
    known = _known(table.records)
    for record in people.once(table, report, "number", "職員番号"):
        promoter = _promoter(record, known, report)
        if promoter is None:
            continue
        if promoter.pk:
            report.same(record.row, record["number"], promoter.employee.name)
            continue
        result.new.append(promoter)
        report.changes.append(Change("created", record["number"], promoter.employee.name, row=record.row))
    return result


def _known(records: list[Record]) -> Known:
    employees = people.employees(record["number"] for record in records)
    appointed = list(Promoter.objects.select_related("employee", "department"))
    taken = (p for p in appointed if p.route == Route.RECOMMENDED and p.withdrawn_on is None)
    return Known(
        employees,
        {p.employee.employee_number: p for p in appointed},
        people.Departments(),
        Counter((p.cohort, p.department_id) for p in taken),
    )


def _promoter(record: Record, known: Known, report: Report) -> Promoter | None:
    """The promoter that a row names: the one on record, a new one, or None where the row is wrong."""
    employee = known.employees.get(record["number"])
    errors_before = len(report.errors)
    if employee is None:
        reason = "この職員番号の職員は登録されていません。"
        report.error(record.row, "職員番号", record.written("number"), reason)
    else:
        people.check_name(record, employee, report)
    day: date = record["appointed_on"]
    if day not in record["cohort"]:
        reason = f"{record['cohort']}の日付ではありません。"
        report.error(record.row, "任命年月日", record.written("appointed_on"), reason)
    department = people.department_of(
        record, known.departments, day, report, code="code", name="department", label="推薦所属"
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
        reason = f"{existing.cohort}に任命済みです。もう一度任命することはできません。"
        report.error(record.row, "職員番号", record.written("number"), reason)
        return None
    errors_before = len(report.errors)
    differing = {
        "枠": (existing.route, wanted.route, existing.get_route_display(), "route"),
        "推薦所属コード": (existing.department_id, wanted.department_id, existing.department.name, "code"),
        "任命年月日": (existing.appointed_on, wanted.appointed_on, existing.appointed_on, "appointed_on"),
    }
    for column, (old, new, shown, key) in differing.items():
        if old != new:
            reason = f"「{shown}」で登録済みです。訂正は管理画面で行ってください。"
            report.error(record.row, column, record.written(key), reason)
    return existing if len(report.errors) == errors_before else None


def _may_be_new(record: Record, wanted: Promoter, known: Known, report: Report) -> bool:
    """Rule 5, and rule 3 for files: one recommended promoter of a department and fiscal year."""
    if not wanted.employee.in_service_on(wanted.appointed_on):
        reason = f"任命年月日({wanted.appointed_on})に在職していません。"
        report.error(record.row, "職員番号", record.written("number"), reason)
        return False
    if wanted.route != Route.RECOMMENDED:
        return True
    place = (wanted.cohort, wanted.department_id)
    known.places_taken[place] += 1
    if known.places_taken[place] > 1:
        reason = f"「{wanted.department.name}」の{wanted.cohort}の推薦枠は1名です。すでに別の人が任命されています。"
        report.error(record.row, "推薦所属コード", record.written("code"), reason)
        return False
    return True


KIND = FileKind("promoters", "DX推進員名簿", COLUMNS, plan, may.import_promoters)
