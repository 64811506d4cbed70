"""所属の承継: which old department became which new one on a day."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Report
from staff import permissions as may
from staff.imports.columns import SUCCESSION_KINDS, TOTALS, department_code
from staff.imports.people import Departments, is_called, waiting
from staff.models import Department, Succession, SuccessionKind
from staff.services import departments, successions

COLUMNS = (
    Column("old_code", ("旧所属コード", "旧コード"), department_code),
    Column("old_name", ("旧所属名", "旧所属"), cells.limited(100), filled=False),
    Column("new_code", ("新所属コード", "新コード"), department_code),
    Column("new_name", ("新所属名", "新所属"), cells.limited(100), filled=False),
    Column("kind", ("区分", "承継区分", "改編区分"), cells.choice(SUCCESSION_KINDS)),
)
PARTS = {SuccessionKind.SPLIT, SuccessionKind.MERGED}
"""Of a split or a merger one part may simply go on; that is no succession."""


@dataclass
class SuccessionsPlan:
    as_of: date
    new: list[Succession] = field(default_factory=list)
    edited: list[Succession] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        act = departments.Act(on=self.as_of, by=by, at=at, reason=reason, journal=journal)
        successions.correct(self.edited, self.kinds, act=act)
        successions.succeed(self.new, act=act)


def plan(table: Table, report: Report, as_of: date) -> SuccessionsPlan:
    """Find both departments of every row: the old one the day before, the new one on the day."""
    departments.hold_still()
    result = SuccessionsPlan(as_of)
    book = Departments()
    known = {(row.predecessor_id, row.successor_id): row for row in Succession.objects.filter(on=as_of)}
    ranks: Counter[int] = Counter()
    seen: dict[tuple[int, int], int] = {}
    for record in table.records:
        old = _department(record, "old", "旧", book.find(record["old_code"], as_of - timedelta(days=1)), report)
        new = _department(record, "new", "新", book.find(record["new_code"], as_of), report)
        if old is None or new is None:
            continue
        row = seen.setdefault((old.pk, new.pk), record.row)
        if row != record.row:
            report.error(record.row, "旧所属コード", record.written("old_code"), f"{row}行目と同じ組み合わせです。")
            continue
        ranks[old.pk] += 1
        if old == new and record["kind"] in PARTS:
            report.same(record.row, old.code, old.name)
            continue
        if old == new:
            report.error(record.row, "新所属コード", record.written("new_code"), "旧所属と新所属が同じです。")
            continue
        wanted = Succession(predecessor=old, successor=new, on=as_of, kind=record["kind"], rank=ranks[old.pk])
        _compare(record, wanted, known.get((old.pk, new.pk)), result, report)
    report.totals["unplaced"] = waiting(as_of).count()
    return result


def _department(record: Record, side: str, sign: str, row: Department | None, report: Report) -> Department | None:
    name = record[f"{side}_name"]
    if row is None:
        when = "前日に" if side == "old" else "その日に"
        report.error(
            record.row,
            f"{sign}所属コード",
            record.written(f"{side}_code"),
            f"このコードの所属は{when}ありません。先に所属一覧を取り込んでください。",
        )
    elif name and not is_called(row, name):
        report.error(record.row, f"{sign}所属名", name, f"所属コード{row.code}の所属は「{row.name}」です。")
        return None
    return row


def _compare(
    record: Record, wanted: Succession, row: Succession | None, result: SuccessionsPlan, report: Report
) -> None:
    key, label = wanted.predecessor.code, str(wanted)
    if row is None:
        result.new.append(wanted)
        report.changes.append(Change("created", key, label, row=record.row))
    elif (row.kind, row.rank) != (wanted.kind, wanted.rank):
        fields = {"区分": (row.get_kind_display(), wanted.get_kind_display()), "順位": (row.rank, wanted.rank)}
        changed = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
        report.changes.append(Change("changed", key, label, changed, record.row))
        result.kinds[row.pk] = row.kind
        wanted.pk = row.pk
        result.edited.append(wanted)
    else:
        report.same(record.row, key, label)


KIND = FileKind("successions", "所属の承継", COLUMNS, plan, may.import_people, dated=True, totals=TOTALS)
