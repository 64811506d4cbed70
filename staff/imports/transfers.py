"""人事異動: who goes where, who comes, who leaves, who is away, each on its 発令年月日."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Report
from staff import permissions as may
from staff.imports import columns, people
from staff.imports.transfer_rows import HIRE, MOVE, RANK, RETIRE, RETURN, Playing, play
from staff.models import AbsenceReason
from staff.services.departments import hold_still
from staff.services.service_records import ServiceRecords

KINDS = {
    "転任": MOVE,
    "配置換": MOVE,
    "配置換え": MOVE,
    "配置替え": MOVE,
    "昇任": RANK,
    "降任": RANK,
    "組織改編": MOVE,
    "採用": HIRE,
    "新規採用": HIRE,
    "新採用": HIRE,
    "退職": RETIRE,
    "定年退職": RETIRE,
    "普通退職": RETIRE,
    "早期退職": RETIRE,
    "辞職": RETIRE,
    "任期満了": RETIRE,
    "死亡": RETIRE,
    "休職": AbsenceReason.LEAVE,
    "育児休業": AbsenceReason.CHILDCARE,
    "育休": AbsenceReason.CHILDCARE,
    "派遣": AbsenceReason.SECONDMENT,
    "病気休暇": AbsenceReason.SICK,
    "復職": RETURN,
    "職務復帰": RETURN,
}
COLUMNS = (
    columns.EMPLOYEE_NUMBER,
    columns.NAME,
    Column("kind", ("異動区分", "発令区分"), cells.choice(KINDS)),
    Column("on", ("発令年月日", "発令日", "異動年月日"), cells.day),
    Column("old_name", ("旧所属名", "旧所属"), cells.limited(100), required=False, filled=False),
    Column("code", ("新所属コード", "所属コード"), columns.department_code, filled=False),
    Column("department", ("新所属名", "新所属", "所属名"), cells.limited(100), required=False, filled=False),
    columns.TITLE,
    columns.IS_MANAGER,
    columns.IS_HEAD,
)


@dataclass
class TransfersPlan:
    records: ServiceRecords

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        self.records.write(by=by, at=at, reason=reason, journal=journal)


def plan(table: Table, report: Report, as_of: date) -> TransfersPlan:
    """Play the rows on the service records, day by day. `as_of` has no part: each row carries its own date.

    Somebody with a wrong row is not followed any further: what else is said would only be its consequence.
    """
    hold_still()
    people.use_numbers_of_today(table)
    doubtful = table.numbers_in_doubt("number")
    records = ServiceRecords.load(record["number"] for record in table.records)
    playing = Playing(records, people.Departments(), report, set(doubtful or ()))
    groups: dict[tuple[date, str], list[Record]] = defaultdict(list)
    for record in table.records:
        groups[record["on"], record["number"]].append(record)
    for (day, _), rows in sorted(groups.items()):
        play(rows, day, playing)
    last = max((day for day, _ in groups), default=None)
    report.totals["unplaced"] = 0 if last is None else _still_waiting(playing, last, certain=doubtful is not None)
    return TransfersPlan(records)


def _still_waiting(playing: Playing, last: date, *, certain: bool) -> int:
    """After the transfers nobody of a dissolved department may be without a place; returns how many are.

    Each is an error, but for those of whom a row was found wrong already.
    """
    waiting = 0
    for person in people.waiting(last):
        number = person.employee_number
        record = playing.records.get(number)
        if record and (record.primary_on(last) or not record.employee.in_service_on(last)):
            continue
        waiting += 1
        if certain and number not in playing.wrong:
            reason = f"{person.name}の所属が廃止され、新しい所属が決まっていません。異動に加えてください。"
            playing.report.error(None, "職員番号", number, reason)
    return waiting


KIND = FileKind("transfers", "人事異動", COLUMNS, plan, may.import_people, totals=columns.TOTALS)
