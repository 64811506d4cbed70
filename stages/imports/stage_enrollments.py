"""育成記録: which stage a promoter took in a fiscal year, and how it ended. For years before this system."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff.imports import columns, people
from stages import permissions as may
from stages.models import GrowthStage, Promoter, StageEnrollment, StageStatus

STATUSES = {str(status.label): str(status.value) for status in StageStatus}

COLUMNS = (
    Column("fiscal_year", ("年度",), cells.fiscal_year),
    columns.EMPLOYEE_NUMBER,
    Column("name", ("氏名",), cells.limited(100), required=False, filled=False),
    Column("stage", ("育成ステージ", "ステージ", "ステージ番号"), cells.number),
    Column("status", ("状態", "結果"), cells.choice(STATUSES)),
    Column("status_on", ("状態の日付", "修了日", "状態日"), cells.recorded_day),
    Column("started_on", ("開始日",), cells.recorded_day, required=False, filled=False, empty=None),
)


@dataclass
class StageEnrollmentsPlan:
    new: list[StageEnrollment] = field(default_factory=list)
    edited: list[tuple[StageEnrollment, Fields]] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        closing.ensure_open(*{row.fiscal_year for row in (*self.new, *(row for row, _ in self.edited))})
        journal.created(StageEnrollment.objects.bulk_create(self.new, batch_size=1000))
        journal.changing(StageEnrollment, [row.pk for row, _ in self.edited])
        StageEnrollment.objects.bulk_update(
            [row for row, _ in self.edited], ["stage", "status", "status_on", "started_on"], batch_size=500
        )
        blank: Fields = {}
        audit.record_all(
            audit.event(
                row,
                "stage_recorded",
                by=by,
                at=at,
                before={label: str(old) for label, (old, _) in fields.items()},
                after={"stage": row.stage.number, "status": row.status, "status_on": row.status_on},
                reason=reason,
            )
            for row, fields in [*((row, blank) for row in self.new), *self.edited]
        )


def plan(table: Table, report: Report, as_of: date) -> StageEnrollmentsPlan:
    """Compare the file with the years on record. `as_of` has no part."""
    result = StageEnrollmentsPlan()
    stages = {stage.number: stage for stage in GrowthStage.objects.all()}
    promoters, years = _known(table.records)
    seen: dict[tuple, int] = {}
    for record in table.records:
        key = (record["number"], record["fiscal_year"])
        if key in seen:
            report.error(record.row, "年度", record["fiscal_year"], f"{seen[key]}行目と同じ職員・同じ年度です。")
            continue
        seen[key] = record.row
        promoter, stage = promoters.get(record["number"]), stages.get(record["stage"])
        if promoter is None:
            report.error(record.row, "職員番号", record["number"], "この職員番号のDX推進員は登録されていません。")
        elif stage is None:
            known = "、".join(str(number) for number in stages)
            report.error(record.row, "育成ステージ", record["stage"], f"ステージの番号は {known} のいずれかです。")
        elif people.check_name(record, promoter.employee, report) and _in_order(record, promoter, report):
            _compare(record, years.get(key), promoter, stage, result, report)
    return result


def _known(records: Iterable[Record]) -> tuple[dict[str, Promoter], dict[tuple, StageEnrollment]]:
    numbers = {record["number"] for record in records}
    promoters = Promoter.objects.filter(employee__employee_number__in=numbers).select_related("employee")
    years = StageEnrollment.objects.filter(promoter__in=promoters).select_related("promoter__employee", "stage")
    return (
        {row.employee.employee_number: row for row in promoters},
        {(row.promoter.employee.employee_number, row.fiscal_year): row for row in years},
    )


def _in_order(record: Record, promoter: Promoter, report: Report) -> bool:
    """Rule 9, as far as one row tells: nobody is ahead of one stage a fiscal year."""
    nth = int(record["fiscal_year"]) - int(promoter.cohort) + 1
    if nth < 1:
        report.error(record.row, "年度", record["fiscal_year"], f"任命年度({promoter.cohort})より前です。")
    elif record["stage"] > nth:
        report.error(
            record.row,
            "育成ステージ",
            record["stage"],
            f"任命から{nth}年目に進めるのはステージ{nth}までです(1年度に1ステージ)。",
        )
    elif record["status_on"] < _start(record, promoter):
        report.error(record.row, "状態の日付", record["status_on"], f"開始日({_start(record, promoter)})より前です。")
    else:
        return True
    return False


def _start(record: Record, promoter: Promoter) -> date:
    first: date = record["fiscal_year"].first_day
    return record["started_on"] or max(first, promoter.appointed_on)


def _compare(
    record: Record,
    row: StageEnrollment | None,
    promoter: Promoter,
    stage: GrowthStage,
    result: StageEnrollmentsPlan,
    report: Report,
) -> None:
    wanted = StageEnrollment(
        promoter=promoter,
        fiscal_year=record["fiscal_year"],
        stage=stage,
        status=record["status"],
        status_on=record["status_on"],
        started_on=_start(record, promoter),
    )
    number, name = record["number"], promoter.employee.name
    if row is None:
        result.new.append(wanted)
        report.changes.append(Change("created", number, name, row=record.row))
        return
    fields: Fields = {
        label: (getattr(row, key), getattr(wanted, key))
        for key, label in (
            ("stage_id", "育成ステージ"),
            ("status", "状態"),
            ("status_on", "状態の日付"),
            ("started_on", "開始日"),
        )
        if getattr(row, key) != getattr(wanted, key)
    }
    if not fields:
        report.same(record.row, number, name)
        return
    wanted.pk = row.pk
    result.edited.append((wanted, fields))
    report.changes.append(Change("changed", number, name, fields, record.row))


KIND = FileKind("stage_enrollments", "育成記録", COLUMNS, plan, may.import_promoters)
