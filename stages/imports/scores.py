"""評点: the points of two reviewers, filled into the file that the page of the points hands out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff.imports import columns, people
from stages import permissions as may
from stages.models import Nomination
from stages.services import selection
from stages.services.selection import HIGHEST_SCORE

CODE = "scores"
BATCH = 500


def points(value: object) -> int:
    """0 to 100, a whole number."""
    number = cells.number(value)
    if number > HIGHEST_SCORE:
        raise ValueError(f"0から{HIGHEST_SCORE}までの整数で入力してください。")
    return number


COLUMNS = (
    Column("id", ("推薦番号",), cells.number),
    columns.EMPLOYEE_NUMBER,
    Column("name", ("氏名",), cells.limited(100), required=False, filled=False),
    Column("first", ("評点1", "評点１"), points, required=False, filled=False, empty=None),
    Column("second", ("評点2", "評点２"), points, required=False, filled=False, empty=None),
)


@dataclass
class ScoresPlan:
    new: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        journal.changing(Nomination, self.new)
        selection.score(self.new, by=by, at=at)


def plan(table: Table, report: Report, as_of: date) -> ScoresPlan:
    """Compare the file with the points on record. An empty cell leaves the points as they are."""
    result = ScoresPlan()
    known = _known(record["id"] for record in table.records)
    for record in people.once(table, report, "id", "推薦番号"):
        row = known.get(record["id"])
        if row is None:
            report.error(record.row, "推薦番号", record.written("id"), "この番号の推薦はありません。")
        elif row.nominee.employee_number != record["number"]:
            reason = f"推薦番号{row.pk}の候補者は{row.nominee.name}({row.nominee.employee_number})です。"
            report.error(record.row, "職員番号", record.written("number"), reason)
        elif not record.get("name") or people.check_name(record, row.nominee, report):
            _compare(record, row, result, report)
    return result


def _known(ids: Iterable[int]) -> dict[int, Nomination]:
    wanted = sorted(set(ids))
    parts = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    rows = Nomination.objects.on_the_board().select_related("nominee")
    return {row.pk: row for part in parts for row in rows.filter(pk__in=part)}


def _compare(record: Record, row: Nomination, result: ScoresPlan, report: Report) -> None:
    before = (row.score_first, row.score_second)
    written = (record.get("first"), record.get("second"))
    after = tuple(old if new is None else new for old, new in zip(before, written, strict=True))
    fields: Fields = {
        label: (old, new) for label, old, new in zip(("評点1", "評点2"), before, after, strict=True) if old != new
    }
    if not fields:
        report.same(record.row, record["number"], row.nominee.name)
    elif refusal := selection.why_not_scored(row):
        report.error(record.row, "推薦番号", record.written("id"), refusal)
    else:
        result.new[row.pk] = (after[0], after[1])
        report.changes.append(Change("changed", record["number"], row.nominee.name, fields, row=record.row))


KIND = FileKind(CODE, "選考の評点", COLUMNS, plan, may.run_nominations)
