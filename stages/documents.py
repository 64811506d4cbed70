"""The programme's lists as machine-readable tables: their columns, what each means, and the codes."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from stages.models import GrowthStage, Route, StageStatus

ROUTES, STATUSES = dict(Route.choices), dict(StageStatus.choices)
IN_SERVICE = {"in": "在職", "away": "休職等", "left": "退職など"}
BATCH = 2000

PROMOTER_FIELDS = (
    "cohort", "route", "number", "name", "kana", "former_name", "place_code", "place", "place_bureau", "now_code",
    "now", "now_bureau", "left_on", "away", "appointed_on", "withdrawn_on", "stage_number", "stage_name", "status",
)  # fmt: skip
"""What a row of the file is made of: annotations of `for_list`, fetched as they are."""


@lru_cache(maxsize=10_000)  # thousands were appointed on the same few days
def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@lru_cache(maxsize=10_000)
def wareki(day: date | None) -> str | None:
    return format_date(day) if day else None


@lru_cache(maxsize=200)
def short(fiscal_year: FiscalYear) -> str:
    return fiscal_year.short


def promoters(rows: Any, *, fiscal_year: FiscalYear, on: date, count: int, conditions: str) -> Document:
    """The list of promoters as `rows` has it, with the training of `fiscal_year`, as of `on`."""
    return Document(
        title="DX推進員名簿",
        columns=[*_person(on), *_nomination(), *_present(on), *_training(fiscal_year)],
        rows=lambda: _fetched(rows.for_list(fiscal_year, on)),
        about=(
            ("内容", "DX推進員1人を1行とする名簿です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("育成の年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=(
            *(("枠", code, word) for code, word in Route.choices),
            *(("在職の状態", code, word) for code, word in IN_SERVICE.items()),
            *(("育成の状態", code, word) for code, word in StageStatus.choices),
            *(("育成ステージ", str(stage.number), stage.name) for stage in GrowthStage.objects.all()),
        ),
    )


def _fetched(rows: Any) -> Iterable[Any]:
    return rows.values_list(*PROMOTER_FIELDS, named=True).iterator(chunk_size=BATCH)


def _person(on: date) -> list[Column]:
    def state(row: Any) -> str:
        if row.left_on and row.left_on <= on:
            return "left"
        return "away" if row.away else "in"

    return [
        Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
        Column("氏名", "name", lambda row: row.name),
        Column("氏名カナ", "kana", lambda row: row.kana or None),
        Column("旧姓・旧氏名", "former_name", lambda row: row.former_name or None),
        Column("在職の状態コード", "service_code", state, "コード表を参照"),
        Column("在職の状態", "service", lambda row: IN_SERVICE[state(row)], "基準日現在"),
    ]


def _nomination() -> list[Column]:
    return [
        Column("任命年度(西暦)", "cohort", lambda row: int(row.cohort), "任命された年度(4月から翌年3月まで)"),
        Column("任命年度(和暦)", "cohort_era", lambda row: short(row.cohort), "任命された年度"),
        Column("枠コード", "route_code", lambda row: row.route, "コード表を参照"),
        Column("枠", "route", lambda row: ROUTES[row.route], "推薦枠か自薦枠か"),
        Column("推薦所属の部局", "nominating_bureau", lambda row: row.place_bureau, "推薦した時点の部局"),
        Column("推薦所属コード", "nominating_department_code", lambda row: row.place_code, "先頭の0を含む文字列"),
        Column("推薦所属", "nominating_department", lambda row: row.place, "推薦した時点の名称"),
        Column("任命年月日", "appointed_on", lambda row: iso(row.appointed_on), "ISO 8601"),
        Column("任命年月日(和暦)", "appointed_on_era", lambda row: wareki(row.appointed_on)),
        Column("辞退年月日", "withdrawn_on", lambda row: iso(row.withdrawn_on), "ISO 8601"),
        Column("辞退年月日(和暦)", "withdrawn_on_era", lambda row: wareki(row.withdrawn_on)),
    ]


def _present(on: date) -> list[Column]:
    day = f"{format_date(on)}現在の主たる配属"
    return [
        Column("現在の部局", "bureau", lambda row: row.now_bureau, day),
        Column("現在の所属コード", "department_code", lambda row: row.now_code, f"{day}(先頭の0を含む文字列)"),
        Column("現在の所属", "department", lambda row: row.now, day),
    ]


def _training(fiscal_year: FiscalYear) -> list[Column]:
    number, era = int(fiscal_year), fiscal_year.short
    return [
        Column("育成の年度(西暦)", "fiscal_year", lambda row: number, "この年度の育成の状況を示す"),
        Column("育成の年度(和暦)", "fiscal_year_era", lambda row: era, "この年度の育成の状況を示す"),
        Column("育成ステージコード", "stage_code", lambda row: row.stage_number, "1から始まるステージの番号"),
        Column("育成ステージ", "stage", lambda row: row.stage_name, "ステージの名称"),
        Column("育成の状態コード", "status_code", lambda row: row.status, "コード表を参照"),
        Column("育成の状態", "status", lambda row: STATUSES.get(row.status), "基準日現在"),
    ]
