"""所属一覧: the 所属 in force on a day, complete. What is missing has ended on that day."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff import permissions as may
from staff.imports.columns import DEPARTMENT_KINDS, department_code
from staff.models import Department, DepartmentKind, Employee, Posting, SuccessionKind
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


@dataclass
class DepartmentsPlan:
    """What the file changes, in the order in which it is written."""

    as_of: date
    new_bureaus: list[str] = field(default_factory=list)
    new: list[Record] = field(default_factory=list)
    replaced: list[tuple[Department, Record, str]] = field(default_factory=list)
    edited: list[tuple[Department, Fields]] = field(default_factory=list)
    ended: list[Department] = field(default_factory=list)
    ended_bureaus: list[Department] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        act = departments.Act(on=self.as_of, by=by, at=at, reason=reason, journal=journal)
        departments.end(self.ended, act=act)
        bureaus = departments.open_bureaus(self.new_bureaus, act=act)
        departments.open_all([_row(record, bureaus) for record in self.new], act=act)
        for old, record, kind in self.replaced:
            departments.replace(old, _row(record, bureaus, like=old), kind=kind, act=act)
        departments.edit(self.edited, act=act)
        departments.end(self.ended_bureaus, act=act)


def _row(record: Record, bureaus: dict[str, Department], like: Department | None = None) -> Department:
    row = Department(code=record["code"], name=record["name"], parent=bureaus[record["bureau"]])
    row.kind = record["kind"] or (like.kind if like else DepartmentKind.SECTION)
    row.short_name = record["short_name"] or ""
    row.nominates = record["nominates"] if record["nominates"] is not None else (like.nominates if like else True)
    row.sort_order = like.sort_order if like else record.row
    return row


def plan(table: Table, report: Report, as_of: date) -> DepartmentsPlan:
    """Compare the file with the departments of the day."""
    result = DepartmentsPlan(as_of)
    current = {row.code: row for row in Department.objects.on(as_of).below_bureaus().select_related("parent")}
    bureaus = {row.name: row for row in Department.objects.on(as_of).bureaus()}
    seen: dict[str, Record] = {}
    for record in table.records:
        first = seen.setdefault(record["code"], record)
        if first is not record:
            report.error(record.row, "所属コード", record["code"], f"{first.row}行目と同じ所属コードです。")
            continue
        _compare(record, current.get(record["code"]), result, report)
    result.new_bureaus = list(dict.fromkeys(r["bureau"] for r in table.records if r["bureau"] not in bureaus))
    named = {record["bureau"] for record in table.records}
    result.ended_bureaus = [row for name, row in bureaus.items() if name not in named]
    result.ended = [row for code, row in current.items() if code not in seen]
    report.changes += [Change("ended", row.code, row.name) for row in result.ended]
    _check_ends(result, report)
    _count_unplaced(result, report)
    return result


def _compare(record: Record, row: Department | None, result: DepartmentsPlan, report: Report) -> None:
    if row is None:
        result.new.append(record)
        report.changes.append(Change("created", record["code"], record["name"], row=record.row))
        return
    identity: Fields = {}
    if row.name != record["name"]:
        identity["所属名"] = (row.name, record["name"])
    if row.parent and row.parent.name != record["bureau"]:
        identity["部局名"] = (row.parent.name, record["bureau"])
    edits: Fields = {
        label: (getattr(row, key), record[key])
        for key, label in (("kind", "区分"), ("short_name", "略称"), ("nominates", "推薦対象"))
        if record[key] is not None and getattr(row, key) != record[key]
    }
    if identity:
        result.replaced.append((row, record, _kind_of(identity)))
    elif edits:
        result.edited.append((row, {key: pair for key, pair in _by_key(edits).items()}))
    else:
        report.same(record.row, record["code"], record["name"])
        return
    report.changes.append(Change("changed", record["code"], record["name"], {**identity, **edits}, record.row))


def _by_key(edits: Fields) -> Fields:
    keys = {"区分": "kind", "略称": "short_name", "推薦対象": "nominates"}
    return {keys[label]: pair for label, pair in edits.items()}


def _kind_of(identity: Fields) -> str:
    if len(identity) == 2:
        return SuccessionKind.RENAMED_MOVED
    return SuccessionKind.RENAMED if "所属名" in identity else SuccessionKind.MOVED


def _check_ends(result: DepartmentsPlan, report: Report) -> None:
    """A department cannot end before a posting to it begins."""
    later = Posting.objects.filter(department__in=result.ended, valid_from__gte=result.as_of)
    for posting in later.select_related("department", "employee"):
        place, person = posting.department, posting.employee
        report.error(
            None,
            "所属コード",
            place.code,
            f"「{place.name}」には{posting.valid_from}からの配属({person})があり、廃止できません。",
        )
    for row in (*result.ended, *(old for old, _, _ in result.replaced)):
        if row.valid_from >= result.as_of and Posting.objects.filter(department=row).exists():
            report.error(
                None,
                "所属コード",
                row.code,
                f"「{row.name}」は同じ日({row.valid_from})に始まっています。管理画面で訂正してください。",
            )


def _count_unplaced(result: DepartmentsPlan, report: Report) -> None:
    leaving = Posting.objects.primary().on(result.as_of).filter(department__in=result.ended)
    report.totals["unplaced"] = Employee.objects.unplaced(result.as_of).count() + leaving.count()


KIND = FileKind("departments", "所属一覧", COLUMNS, plan, may.import_people, dated=True, complete=True)
