"""育成記録: which stage a promoter took in a fiscal year, and how it ended. For years before this system."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff.imports import columns, people
from staff.services.departments import hold_still
from stages import permissions as may
from stages.imports.stage_order import TakenStage, why_not
from stages.models import GrowthStage, Promoter, StageEnrollment, StageStatus
from stages.services import curricula

STATUSES = {str(status.label): str(status.value) for status in StageStatus}
BATCH = 1000

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
        edited = [row for row, _ in self.edited]
        closing.ensure_open(*{row.fiscal_year for row in (*self.new, *edited)})
        journal.changing(StageEnrollment, [row.pk for row in edited])
        with constraints_as_rules():
            StageEnrollment.objects.bulk_update(
                edited, ["stage", "status", "status_on", "started_on", "curriculum"], batch_size=BATCH
            )
            curricula.assign([*edited, *self.new], on=day_of(at))
            journal.created(StageEnrollment.objects.bulk_create(self.new, batch_size=BATCH))
        changes = [*((row, _new(row)) for row in self.new), *self.edited]
        audit.record_all(
            audit.event(
                row,
                "stage_recorded",
                by=by,
                at=at,
                before={label: old for label, (old, _) in fields.items()},
                after={label: new for label, (_, new) in fields.items()},
                reason=reason,
            )
            for row, fields in changes
        )


@dataclass(frozen=True)
class Known:
    """What is on record, and what record and file say together of every promoter's years."""

    promoters: dict[str, Promoter]
    stages: dict[int, GrowthStage]
    years: dict[tuple[str, FiscalYear], StageEnrollment]
    together: dict[str, dict[FiscalYear, TakenStage]]
    doubtful: frozenset[str] | None


def plan(table: Table, report: Report, as_of: date) -> StageEnrollmentsPlan:
    """Compare the file with the years on record. `as_of` has no part."""
    hold_still()
    people.use_numbers_of_today(table)
    result = StageEnrollmentsPlan()
    known = _known(table)
    seen: dict[tuple, int] = {}
    for record in table.records:
        row = seen.setdefault((record["number"], record["fiscal_year"]), record.row)
        if row != record.row:
            reason = f"{row}行目と同じ職員・同じ年度です。"
            report.error(record.row, "年度", record.written("fiscal_year"), reason)
        else:
            _read(record, known, result, report)
    return result


def _known(table: Table) -> Known:
    numbers = {record["number"] for record in table.records}
    rows = Promoter.objects.select_related("employee")
    promoters = {row.employee.employee_number: row for row in rows if row.employee.employee_number in numbers}
    by_pk = {row.pk: number for number, row in promoters.items()}
    together: dict[str, dict[FiscalYear, TakenStage]] = {number: {} for number in numbers}
    years = {}
    for row in StageEnrollment.objects.select_related("stage"):
        if number := by_pk.get(row.promoter_id):
            years[number, row.fiscal_year] = row
            together[number][row.fiscal_year] = TakenStage(row.stage.number, row.status)
    for record in table.records:
        together[record["number"]][record["fiscal_year"]] = TakenStage(record["stage"], record["status"])
    stages = {stage.number: stage for stage in GrowthStage.objects.all()}
    return Known(promoters, stages, years, together, table.numbers_in_doubt("number"))


def _read(record: Record, known: Known, result: StageEnrollmentsPlan, report: Report) -> None:
    """Play one row; every error of it goes into the report."""
    number = record["number"]
    errors_before = len(report.errors)
    promoter, stage = known.promoters.get(number), known.stages.get(record["stage"])
    if stage is None:
        numbers = "、".join(str(each) for each in known.stages) or "ありません"
        reason = f"登録されているステージの番号: {numbers}"
        report.error(record.row, "育成ステージ", record.written("stage"), reason)
    if promoter is None:
        reason = "この職員番号のDX推進員は登録されていません。"
        report.error(record.row, "職員番号", record.written("number"), reason)
    elif people.check_name(record, promoter.employee, report) and stage is not None:
        _check_order(record, promoter, known, report)
    if promoter is not None and stage is not None and len(report.errors) == errors_before:
        _compare(record, known.years.get((number, record["fiscal_year"])), promoter, stage, result, report)


def _check_order(record: Record, promoter: Promoter, known: Known, report: Report) -> None:
    """Rule 9, for the row alone and together with the promoter's other years."""
    start = _start(record, promoter)
    nth = int(record["fiscal_year"]) - int(promoter.cohort) + 1
    if nth < 1:
        reason = f"任命年度({promoter.cohort})より前です。"
        report.error(record.row, "年度", record.written("fiscal_year"), reason)
    elif record["stage"] > nth:
        reason = f"任命から{nth}年目に進めるのはステージ{nth}までです(1年度に1ステージ)。"
        report.error(record.row, "育成ステージ", record.written("stage"), reason)
    elif record["status_on"] < start:
        reason = f"開始日({start})より前です。"
        report.error(record.row, "状態の日付", record.written("status_on"), reason)
    elif reason := _against_other_years(record, known):
        report.error(record.row, "育成ステージ", record.written("stage"), reason)


def _against_other_years(record: Record, known: Known) -> str:
    """Empty also where another row of the same person could not be read: it may be the one that is missing."""
    if known.doubtful is None or record["number"] in known.doubtful:
        return ""
    return why_not(record["fiscal_year"], known.together[record["number"]])


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
    old, new = _described(row), _described(wanted)
    fields = {label: (old[label], new[label]) for label in new if old[label] != new[label]}
    if not fields:
        report.same(record.row, number, name)
        return
    wanted.pk, wanted.track_id = row.pk, row.track_id
    if row.stage_id == stage.pk:  # a year in another stage is judged by another curriculum
        wanted.curriculum_id = row.curriculum_id
    result.edited.append((wanted, fields))
    report.changes.append(Change("changed", number, name, fields, record.row))


def _new(row: StageEnrollment) -> Fields:
    return {label: ("", value) for label, value in _described(row).items()}


def _described(row: StageEnrollment) -> dict[str, Any]:
    """A year as a person reads it."""
    return {
        "育成ステージ": row.stage.number,
        "状態": str(row.get_status_display()),
        "状態の日付": row.status_on,
        "開始日": row.started_on,
    }


KIND = FileKind("stage_enrollments", "育成記録", COLUMNS, plan, may.import_promoters)
