"""Checks that every file naming people shares: is this number that person, is this code that department?"""

from datetime import date

from aomori_dx.kernel.tables.reading import Record
from aomori_dx.kernel.tables.report import Report
from aomori_dx.kernel.text import fold, given_name, is_mangled, same_name
from staff.models import Department, Employee


def departments_on(day: date) -> dict[str, Department]:
    """The 所属 in force on a day, by code."""
    return {row.code: row for row in Department.objects.on(day).below_bureaus().select_related("parent")}


def department_of(
    record: Record, departments: dict[str, Department], report: Report, *, code: str, name: str | None, label: str
) -> Department | None:
    """The department of a row. An unknown code, or a code that is not the named department, is an error."""
    row = departments.get(record[code])
    if row is None:
        report.error(record.row, f"{label}コード", record[code], "このコードの所属はその日にありません。")
    elif name and record[name] and fold(record[name]) != fold(row.name):
        report.error(record.row, f"{label}名", record[name], f"所属コード{row.code}の所属は「{row.name}」です。")
        return None
    return row


def check_name(record: Record, employee: Employee, report: Report) -> bool:
    """Whether the row's name can be this person's. A wholly different name means a wrong 職員番号: an error.

    A new family name is a warning only: people marry.
    """
    name = record["name"]
    if not name or same_name(name, employee.name) or same_name(name, employee.former_name):
        return True
    given, known_given = given_name(name), given_name(employee.name)
    if given and known_given and same_name(given, known_given):
        report.warn(record.row, "氏名", name, f"名簿では「{employee.name}」です。改姓であれば職員名簿で更新されます。")
        return True
    report.error(
        record.row,
        "氏名",
        name,
        f"職員番号{employee.employee_number}は「{employee.name}」です。職員番号を確認してください。",
    )
    return False


def better_name(written: str, known: str) -> str:
    """The spelling to keep: a lost character (〓) never overwrites a known one."""
    if not written:
        return known
    if known and is_mangled(written) and same_name(written, known):
        return known
    return written


def name_fields(employee: Employee, written: str) -> dict[str, tuple[str, str]]:
    """Take a name from a file: set it on `employee`, remember the former one; returns what changes."""
    name = better_name(written, employee.name)
    if name == employee.name:
        return {}
    before = employee.name
    if before and not same_name(before, name):
        employee.former_name = before
    employee.name = name
    employee.fold_names()
    return {"氏名": (before, name)}
