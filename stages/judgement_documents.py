"""修了判定 as machine-readable tables: the board, and who completed a stage, by 所属 (R65)."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from stages import judging
from stages.folding.conditions import LABELS, OVERALL, WORDS
from stages.models import StageOutcome, StageStatus

CODES = [
    *(("育成の状態", code, str(word)) for code, word in StageStatus.choices),
    *(("判定", code, str(word)) for code, word in StageOutcome.choices),
    *(("条件", code, word) for code, word in WORDS.items()),
]


def board(rows: QuerySet, *, fiscal_year: FiscalYear, on: date, count: int, conditions: str) -> Document:
    """One year in a stage a row, with every condition of 修了."""
    return Document(
        title=f"修了判定_{fiscal_year.short}",
        columns=[*_person(), *_conditions(), *_judgement()],
        rows=lambda: _with_cells(rows),
        codes=CODES,
        about=_about("年度の育成を、1人1行とする修了判定の一覧です。", fiscal_year, on, count, conditions),
    )


def completed(rows: QuerySet, *, fiscal_year: FiscalYear, on: date, count: int, conditions: str) -> Document:
    """修了者名簿: who completed a stage in the year, in the order of 所属."""
    return Document(
        title=f"修了者名簿_{fiscal_year.short}",
        columns=[
            *_person(),
            Column("時間数", "hours", _hours, "済んだ研修の時間数", "時間"),
            Column("開始日", "started_on", lambda row: row.started_on.isoformat(), "ISO 8601"),
            Column("修了日", "completed_on", lambda row: row.status_on.isoformat(), "ISO 8601"),
            Column("修了日(和暦)", "completed_on_era", lambda row: format_date(row.status_on)),
            *_judgement()[:2],
        ],
        rows=lambda: rows.iterator(chunk_size=2_000),
        codes=CODES,
        about=_about("育成ステージを修了した人を、所属の順に並べた名簿です。", fiscal_year, on, count, conditions),
    )


def _about(what: str, fiscal_year: FiscalYear, on: date, count: int, conditions: str) -> tuple[tuple[str, str], ...]:
    return (
        ("内容", what),
        ("年度", str(fiscal_year)),
        ("基準日", f"{on.isoformat()}({format_date(on)})"),
        ("条件", conditions or "なし"),
        ("件数", f"{count}件"),
    )


def _with_cells(rows: QuerySet) -> Iterator[Any]:
    for row in rows.iterator(chunk_size=2_000):
        row.cells = dict(zip((*judging.PARTS, *OVERALL), judging.cells(row), strict=True))
        yield row


def _person() -> list[Column]:
    return [
        Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
        Column("氏名", "name", lambda row: row.name),
        Column("現在の部局", "bureau", lambda row: row.now_bureau, "基準日現在の主たる配属"),
        Column("現在の所属コード", "department_code", lambda row: row.now_code, "先頭の0を含む文字列"),
        Column("現在の所属", "department", lambda row: row.now, "基準日現在の主たる配属"),
        Column("任命年度(西暦)", "cohort", lambda row: int(row.cohort)),
        Column("任命年度(和暦)", "cohort_era", lambda row: row.cohort.short),
        Column("育成の年度(西暦)", "fiscal_year", lambda row: int(row.fiscal_year)),
        Column("育成の年度(和暦)", "fiscal_year_era", lambda row: row.fiscal_year.short),
        Column("育成ステージコード", "stage_code", lambda row: row.stage_number),
        Column("育成ステージ", "stage", lambda row: row.stage_name),
        Column("育成の状態コード", "status_code", lambda row: row.status, "コード表を参照"),
        Column("育成の状態", "status", lambda row: str(row.get_status_display())),
    ]


def _conditions() -> list[Column]:
    columns = []
    for code in (*judging.PARTS, *OVERALL):
        label = LABELS[code]
        columns += [
            Column(f"{label}(条件)", f"{code}_state", _part(code, "state"), "コード表を参照"),
            Column(f"{label}(済み)", f"{code}_done", _part(code, "done"), "", "件"),
            Column(f"{label}(求められる数)", f"{code}_asked", _part(code, "asked"), "", "件"),
        ]
    return [
        *columns,
        Column("不足しているもの", "missing", lambda row: "、".join(judging.missing(row)) or None),
        Column("済んだ時間数", "hours_done", _hours, "", "時間"),
        Column("要件を満たした日", "met_on", lambda row: row.met_on and row.met_on.isoformat(), "ISO 8601"),
    ]


def _hours(row: Any) -> str | None:
    return None if row.hours_done is None else f"{row.hours_done.normalize():f}"


def _part(code: str, name: str) -> Callable[[Any], Any]:
    def told(row: Any) -> Any:
        cell = row.cells[code]
        return getattr(cell, name) if cell.state else None

    return told


def _judgement() -> list[Column]:
    return [
        Column("判定コード", "outcome_code", lambda row: row.outcome or None, "コード表を参照"),
        Column("判定", "outcome", lambda row: str(row.get_outcome_display()) if row.outcome else None),
        Column("判定の段階", "step", lambda row: _step(row)),
        Column("判定の理由", "outcome_reason", lambda row: row.outcome_reason or None),
        Column("判定した人", "judged_by", lambda row: row.judged_by_name or None),
        Column("判定日", "judged_on", lambda row: row.judged_on and row.judged_on.isoformat(), "ISO 8601"),
        Column("判定日(和暦)", "judged_on_era", lambda row: row.judged_on and format_date(row.judged_on)),
    ]


def _step(row: Any) -> str | None:
    if row.judged_on:
        return "確定"
    return "判定案" if row.outcome else None
