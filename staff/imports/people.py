"""Checks that every file naming people shares: is this number that person, is this code that department?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from aomori_dx.kernel.tables.reading import Record, Table
from aomori_dx.kernel.tables.report import Fields, Report
from aomori_dx.kernel.text import fold, given_name, is_mangled, same_name
from staff.models import Department, Employee, FormerNumber, Posting
from staff.services.service_records import ASKED, Place, ServiceRecord, parts


class Departments:
    """The 所属 of all days, by code; read in one query."""

    def __init__(self) -> None:
        self._by_code: dict[str, list[Department]] = defaultdict(list)
        for row in Department.objects.below_bureaus().select_related("parent").order_by("valid_from"):
            self._by_code[row.code].append(row)

    def find(self, code: str, day: date) -> Department | None:
        return next((row for row in self._by_code.get(code, ()) if row.holds_on(day)), None)

    def continued(self, row: Department) -> Department | None:
        """What the department becomes by a new name or another bureau: the code goes on without a gap."""
        return self.find(row.code, row.valid_to) if row.valid_to else None

    def any_on(self, day: date) -> bool:
        return any(row.holds_on(day) for rows in self._by_code.values() for row in rows)


def is_called(department: Department, written: str) -> bool:
    """Whether this is the department's name, alone or behind that of its bureau."""
    bureau = department.parent.name if department.parent else ""
    return same_name(written, department.name) or same_name(written, f"{bureau}{department.name}")


def department_of(
    record: Record, departments: Departments, day: date, report: Report, *, code: str, name: str, label: str
) -> Department | None:
    """The department of a row. An unknown code, or a code that is not the named department, is an error."""
    row = departments.find(record[code], day)
    if row is None:
        report.error(record.row, f"{label}コード", record.written(code), f"このコードの所属は{day}にありません。")
    elif record[name] and not is_called(row, record[name]):
        report.error(record.row, f"{label}名", record[name], f"所属コード{row.code}の所属は「{row.name}」です。")
        return None
    return row


def employees(numbers: Iterable[str]) -> dict[str, Employee]:
    """The people with these 職員番号."""
    asked = parts(sorted(set(numbers)), ASKED)
    rows = (row for part in asked for row in Employee.objects.filter(employee_number__in=part))
    return {row.employee_number: row for row in rows}


def use_numbers_of_today(table: Table) -> None:
    """Let rows with a 職員番号 that somebody had before speak of that person (E23): old papers stay true."""
    records = [record for record in (*table.records, *table.wrong) if "number" in record]
    former = dict(FormerNumber.objects.values_list("number", "employee__employee_number"))
    meant = {record["number"] for record in records} & former.keys()
    meant -= employees(meant).keys()  # who has the number now is meant first
    for record in records:
        if record["number"] in meant:
            record.put("number", former[record["number"]])


def waiting(day: date) -> QuerySet[Employee]:
    """In service on `day`, posted before, and not any more: their department was dissolved."""
    earlier = Posting.objects.primary().filter(employee=OuterRef("pk"), valid_from__lt=day)
    return Employee.objects.unplaced(day).filter(Exists(earlier)).order_by("employee_number")


def once(table: Table, report: Report, key: str, label: str) -> Iterator[Record]:
    """The rows, each value of `key` once; another row with the same value is an error."""
    first: dict[str, int] = {}
    wrong = {record.row for record in table.wrong}
    for record in sorted([*table.records, *table.wrong], key=lambda record: record.row):
        if key not in record:
            continue
        row = first.setdefault(record[key], record.row)
        if row != record.row:
            report.error(record.row, label, record.written(key), f"{row}行目と同じ{label}です。")
        elif record.row not in wrong:
            yield record


def post(record: ServiceRecord, place: Place, departments: Departments, *, on: date) -> bool:
    """Post a person from `on` on, also in what the department becomes later. Raises RuleBroken (rule 1)."""
    changed = record.place(place, on=on)
    arrived = place.posted_on or on
    while changed and (heir := departments.continued(place.department)):
        if not record.employee.in_service_on(heir.valid_from):
            break
        place = replace(place, department=heir, posted_on=arrived)
        record.place(place, on=heir.valid_from)
    return changed


def check_name(record: Record, employee: Employee, report: Report) -> bool:
    """Whether the row's name can be this person's. A wholly different name means a wrong 職員番号: an error.

    A new family name is a warning only: people marry.
    """
    name = record["name"]
    if not name or same_name(name, employee.name) or same_name(name, employee.former_name):
        return True
    if _same_given_name(name, employee.name):
        report.warn(record.row, "氏名", name, f"記録の氏名は「{employee.name}」です。改姓でなければ確認してください。")
        return True
    report.error(
        record.row,
        "氏名",
        name,
        f"職員番号{employee.employee_number}は「{employee.name}」です。職員番号を確認してください"
        "(改名のときは、先に職員の記録を訂正してください)。",
    )
    return False


def check_rehired(record: Record, employee: Employee, report: Report) -> bool:
    """Whether the row is about the person who left, and not about another with the same 職員番号 (E23)."""
    name = record["name"]
    if not name or same_name(name, employee.name) or same_name(name, employee.former_name):
        return True
    report.error(
        record.row,
        "職員番号",
        record.written("number"),
        f"{employee.left_on}に退職した{employee.name}の職員番号です。別の方に同じ職員番号は使えません"
        "(同じ方の再採用で氏名が変わったときは、先に職員の記録を訂正してください)。",
    )
    return False


def tell_of_rehiring(record: Record, employee: Employee, left: date | None, on: date, report: Report) -> None:
    """A person who had left comes back: seldom, so the officer is asked to look twice."""
    what = f"{left}に退職した{employee.name}が、{on}に再採用されたものとします。"
    reason = f"{what}別の方のときは、職員番号を確認してください。"
    report.warn(record.row, "職員番号", record.written("number"), reason)


def _same_given_name(one: str, other: str) -> bool:
    """Whether only the family name differs; one written in one piece is compared from its end."""
    given, other_given = given_name(one), given_name(other)
    if given and other_given:
        return same_name(given, other_given)
    if given or other_given:
        known, whole = fold(given or other_given), fold(other if given else one)
        return len(whole) > len(known) and same_name(whole[-len(known) :], known)
    a, b = fold(one), fold(other)
    return len(a) > 2 and len(b) > 2 and same_name(a[-2:], b[-2:])


def name_from_roster(employee: Employee, written: str) -> Fields:
    """The roster says how a name is written; only a lost character (〓) never overwrites a known one."""
    if is_mangled(written) and same_name(written, employee.name):
        return {}
    return _rename(employee, written)


def name_from_transfers(employee: Employee, written: str, on: date) -> Fields:
    """A list of transfers gives what a roster could not write (〓), and a new family name that no roster knows yet."""
    known = employee.name
    if same_name(written, known):
        return _rename(employee, written) if is_mangled(known) and not is_mangled(written) else {}
    heard = employee.profile_as_of is not None and employee.profile_as_of >= on
    if heard or same_name(written, employee.former_name):
        return {}
    return _rename(employee, written)


def _rename(employee: Employee, name: str) -> Fields:
    """Set a name, remember the former one; returns what changes."""
    before = employee.name
    if not name or name == before:
        return {}
    if before and not same_name(before, name):
        employee.former_name = before
    employee.name = name
    employee.fold_names()
    return {"氏名": (before, name)}
