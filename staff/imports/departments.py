"""所属一覧: the 所属 in force on a day, complete. What is missing has ended on that day."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from aomori_dx.kernel.text import fold, same_name
from staff import permissions as may
from staff.imports.columns import DEPARTMENT_KINDS, TOTALS, department_code
from staff.imports.people import once, waiting
from staff.models import Department, DepartmentKind, Posting, SuccessionKind
from staff.services import departments

COLUMNS = (
    Column("code", ("所属コード", "組織コード", "課コード"), department_code),
    Column("bureau", ("部局名", "部局", "部名"), cells.limited(100)),
    Column("name", ("所属名", "所属", "課所名", "所属名称"), cells.limited(100)),
    Column(
        "kind", ("区分", "所属区分", "種別"), cells.choice(DEPARTMENT_KINDS), required=False, empty=None, filled=False
    ),
    Column("short_name", ("略称", "所属略称"), cells.limited(50), required=False, filled=False, empty=None),
    Column("nominates", ("推薦対象",), cells.flag, required=False, filled=False, empty=None),
)
ATTRIBUTES = {"kind": "区分", "short_name": "略称", "nominates": "推薦対象"}


@dataclass
class DepartmentsPlan:
    """What the file changes, in the order in which it is written."""

    as_of: date
    new_bureaus: list[str] = field(default_factory=list)
    new: list[Record] = field(default_factory=list)
    replaced: list[tuple[Department, Record, str]] = field(default_factory=list)
    filled: list[tuple[Department, Fields]] = field(default_factory=list)
    ended: list[Department] = field(default_factory=list)
    ended_bureaus: list[Department] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        act = departments.Act(on=self.as_of, by=by, at=at, reason=reason, journal=journal)
        ended = departments.end(self.ended, act=act)
        moved = [departments.Moved(p.employee, p.is_primary, p.department, None) for p in ended]
        departments.record_people("unplaced", moved, act=act)
        opened = departments.open_bureaus(self.new_bureaus, act=act)
        bureaus = {fold(name): row for name, row in opened.items()}
        departments.open_all([_row(record, bureaus) for record in self.new], act=act)
        for old, record, kind in self.replaced:
            departments.replace(old, _row(record, bureaus, like=old), kind=kind, act=act)
        departments.edit(self.filled, act=act)
        departments.end(self.ended_bureaus, act=act)


def _row(record: Record, bureaus: dict[str, Department], like: Department | None = None) -> Department:
    """The department that a row of the file describes; what the row leaves open is as in `like`."""
    row = Department(code=record["code"], name=record["name"], parent=bureaus[fold(record["bureau"])])
    row.kind = record["kind"] or (like.kind if like else DepartmentKind.SECTION)
    row.short_name = record["short_name"] or (like.short_name if like else "")
    row.nominates = record["nominates"] if record["nominates"] is not None else (like.nominates if like else True)
    row.sort_order = like.sort_order if like else record.row
    return row


def plan(table: Table, report: Report, as_of: date) -> DepartmentsPlan:
    """Compare the file with the departments of the day."""
    departments.hold_still()
    result = DepartmentsPlan(as_of)
    current = {row.code: row for row in Department.objects.on(as_of).below_bureaus().select_related("parent")}
    for record in once(table, report, "code", "所属コード"):
        _compare(record, current.get(record["code"]), result, report)
    _plan_bureaus(table, current, result)
    if table.choices.missing_ends and not table.errors:
        there = {record["code"] for record in table.records}
        result.ended = [row for code, row in current.items() if code not in there]
        report.changes += [Change("ended", row.code, row.name) for row in result.ended]
        _check_ends(result, report)
    _refuse_a_late_file(result, report)
    leaving = Posting.objects.primary().on(as_of).filter(department__in=result.ended)
    report.totals["unplaced"] = waiting(as_of).count() + leaving.count()
    return result


def _compare(record: Record, row: Department | None, result: DepartmentsPlan, report: Report) -> None:
    if row is None:
        result.new.append(record)
        report.changes.append(Change("created", record["code"], record["name"], row=record.row))
        return
    changed = _changed(record, row)
    filled = {key: changed.pop(key) for key in list(changed) if key == "short_name" and not row.short_name}
    if changed:
        result.replaced.append((row, record, _kind_of(changed)))
    elif filled:
        result.filled.append((row, filled))
    else:
        report.same(record.row, record["code"], row.name)
        return
    labels = {"name": "所属名", "bureau": "部局名", **ATTRIBUTES}
    fields = {labels[key]: _shown(key, pair) for key, pair in (changed | filled).items()}
    report.changes.append(Change("changed", record["code"], record["name"], fields, record.row))


def _changed(record: Record, row: Department) -> Fields:
    """What differs. Another way of writing the same name is no new name."""
    changed: Fields = {}
    if not same_name(row.name, record["name"]):
        changed["name"] = (row.name, record["name"])
    if row.parent and not same_name(row.parent.name, record["bureau"]):
        changed["bureau"] = (row.parent.name, record["bureau"])
    for key in ATTRIBUTES:
        if record[key] is not None and getattr(row, key) != record[key]:
            changed[key] = (getattr(row, key), record[key])
    return changed


def _shown(key: str, pair: tuple[Any, Any]) -> tuple[Any, Any]:
    old, new = pair
    return (str(DepartmentKind(old).label), str(DepartmentKind(new).label)) if key == "kind" else pair


def _kind_of(changed: Fields) -> str:
    """Where neither name nor bureau changes, the 所属 is continued under its name: 改称 is the nearest word."""
    if "bureau" not in changed:
        return SuccessionKind.RENAMED
    return SuccessionKind.RENAMED_MOVED if "name" in changed else SuccessionKind.MOVED


def _plan_bureaus(table: Table, current: dict[str, Department], result: DepartmentsPlan) -> None:
    """Bureaus are known by name. One that no department names any more has ended."""
    known = {fold(row.name): row for row in Department.objects.on(result.as_of).bureaus()}
    named = {fold(record["bureau"]): record["bureau"] for record in reversed(table.records)}
    result.new_bureaus = list(dict.fromkeys(named[key] for key in reversed(named) if key not in known))
    kept: set[str] = set()
    if not table.choices.missing_ends:
        there = {record["code"] for record in table.records}
        kept = {fold(row.parent.name) for code, row in current.items() if code not in there and row.parent}
    result.ended_bureaus = [row for key, row in known.items() if key not in named and key not in kept]


def _check_ends(result: DepartmentsPlan, report: Report) -> None:
    """A department cannot end before a posting to it begins."""
    later = Posting.objects.filter(department__in=result.ended, valid_from__gte=result.as_of)
    counts = Counter(later.values_list("department_id", flat=True))
    for row in result.ended:
        if people := counts[row.pk]:
            reason = f"「{row.name}」には{result.as_of}以後に始まる配属が{people}件あり、廃止できません。"
            report.error(None, "所属コード", row.code, reason)


def _refuse_a_late_file(result: DepartmentsPlan, report: Report) -> None:
    """What a file changes would contradict what later files have said. The same file again changes nothing."""
    if not (result.new or result.replaced or result.filled or result.ended):
        return
    later = Department.objects.filter(Q(valid_from__gt=result.as_of) | Q(valid_to__gt=result.as_of))
    days = {day for pair in later.values_list("valid_from", "valid_to") for day in pair if day}
    if after := [day for day in days if day > result.as_of]:
        reason = f"{min(after)}からの組織がすでに登録されています。所属一覧は古い日付のものから順に取り込んでください。"
        report.error(None, "", "", reason)


KIND = FileKind("departments", "所属一覧", COLUMNS, plan, may.import_people, dated=True, complete=True, totals=TOTALS)
