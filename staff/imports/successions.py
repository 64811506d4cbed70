"""所属の承継: which old department became which new one on a day."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from aomori_dx.kernel import closing
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from aomori_dx.kernel.text import fold
from staff import permissions as may
from staff.imports.columns import SUCCESSION_KINDS, department_code
from staff.models import Department, Employee, Succession
from staff.services import departments

COLUMNS = (
    Column("old_code", ("旧所属コード", "旧コード"), department_code),
    Column("old_name", ("旧所属名", "旧所属"), cells.limited(100), filled=False),
    Column("new_code", ("新所属コード", "新コード"), department_code),
    Column("new_name", ("新所属名", "新所属"), cells.limited(100), filled=False),
    Column("kind", ("区分", "承継区分", "改編区分"), cells.choice(SUCCESSION_KINDS)),
)


@dataclass
class SuccessionsPlan:
    as_of: date
    new: list[Succession] = field(default_factory=list)
    edited: list[Succession] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        departments.succeed(self.new, act=departments.Act(on=self.as_of, by=by, at=at, reason=reason, journal=journal))
        if self.edited:
            closing.ensure_open(self.as_of)
        journal.changing(Succession, [row.pk for row in self.edited])
        Succession.objects.bulk_update(self.edited, ["kind", "rank"])


def plan(table: Table, report: Report, as_of: date) -> SuccessionsPlan:
    """Find both departments of every row: the old one the day before, the new one on the day."""
    result = SuccessionsPlan(as_of)
    olds = {row.code: row for row in Department.objects.on(as_of - timedelta(days=1)).below_bureaus()}
    news = {row.code: row for row in Department.objects.on(as_of).below_bureaus()}
    known = {(row.predecessor_id, row.successor_id): row for row in Succession.objects.filter(on=as_of)}
    ranks: Counter[int] = Counter()
    seen: dict[tuple[int, int], int] = {}
    for record in table.records:
        old = _department(record, "old", "旧", olds, report)
        new = _department(record, "new", "新", news, report)
        if old is None or new is None:
            continue
        if old == new:
            report.error(record.row, "新所属コード", new.code, "旧所属と新所属が同じです。")
            continue
        pair = (old.pk, new.pk)
        if pair in seen:
            report.error(record.row, "旧所属コード", old.code, f"{seen[pair]}行目と同じ組み合わせです。")
            continue
        seen[pair] = record.row
        ranks[old.pk] += 1
        wanted = Succession(predecessor=old, successor=new, on=as_of, kind=record["kind"], rank=ranks[old.pk])
        _compare(record, wanted, known.get(pair), result, report)
    report.totals["unplaced"] = Employee.objects.unplaced(as_of).count()
    return result


def _department(record: Record, side: str, sign: str, rows: dict[str, Department], report: Report) -> Department | None:
    code, name = record[f"{side}_code"], record[f"{side}_name"]
    row = rows.get(code)
    if row is None:
        when = "前日に" if side == "old" else "その日に"
        report.error(
            record.row,
            f"{sign}所属コード",
            code,
            f"このコードの所属は{when}ありません。先に所属一覧を取り込んでください。",
        )
    elif name and fold(name) != fold(row.name):
        report.error(record.row, f"{sign}所属名", name, f"所属コード{code}の所属は「{row.name}」です。")
        return None
    return row


def _compare(
    record: Record, wanted: Succession, row: Succession | None, result: SuccessionsPlan, report: Report
) -> None:
    key, label = wanted.predecessor.code, str(wanted)
    if row is None:
        result.new.append(wanted)
        report.changes.append(Change("created", key, label, row=record.row))
    elif row.kind != wanted.kind:
        fields = {"区分": (row.get_kind_display(), wanted.get_kind_display())}
        report.changes.append(Change("changed", key, label, fields, record.row))
        row.kind, row.rank = wanted.kind, wanted.rank
        result.edited.append(row)
    else:
        report.same(record.row, key, label)


KIND = FileKind("successions", "所属の承継", COLUMNS, plan, may.import_people, dated=True)
