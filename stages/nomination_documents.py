"""推薦 as machine-readable tables: the list of nominations, the points to be filled in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from stages.documents import BATCH, ROUTES, iso, wareki
from stages.models import Nomination, NominationStatus, Proposal, Route

STATES, PROPOSALS = dict(NominationStatus.choices), dict(Proposal.choices)
FIELDS = (
    "pk", "number", "name", "kana", "route", "department_code", "department_name", "bureau_name", "title",
    "is_manager", "now", "away", "status", "submitted_at", "reason", "motive", "work_to_improve", "opinion",
    "score_first", "score_second",
    "proposal", "proposal_reason", "reserve_order", "decided_on", "due", "comment",
)  # fmt: skip
"""What a row of the file is made of: columns, and annotations of `for_board`."""


def nominations(rows: Any, *, fiscal_year: FiscalYear, on: date, count: int, conditions: str) -> Document:
    """The nominations of a year as `rows` has them."""
    return Document(
        title=f"推薦一覧_{fiscal_year.short}",
        columns=[*_key(fiscal_year), *_person(on), *_nomination(), *_selection()],
        rows=lambda: _fetched(rows),
        about=(
            ("内容", "推薦(推薦枠と自薦枠)1件を1行とする一覧です。"),
            ("年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=(
            *(("枠", code, word) for code, word in Route.choices),
            *(("状態", code, word) for code, word in NominationStatus.choices),
            *(("選考案", code, word) for code, word in Proposal.choices),
        ),
    )


def scores(fiscal_year: FiscalYear, *, on: date) -> Document:
    """The points of the year, to be filled in and loaded again: those that are still to be decided."""
    rows = Nomination.objects.of_year(fiscal_year).undecided().for_board(on)
    rows = rows.order_by("department__parent__sort_order", "department__sort_order", "department_code", "pk")
    return Document(
        title=f"評点_{fiscal_year.short}",
        columns=[*_key(fiscal_year), *_person(on)[:2], *_nomination()[:4], *_points()],
        rows=lambda: _fetched(rows),
        about=(
            ("内容", "選考の評点を入力するための一覧です。入力して、「評点」の画面から読み込みます。"),
            ("年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("評点", "0から100までの整数。空欄は、今の評点を変えません。"),
        ),
        codes=tuple(("枠", code, word) for code, word in Route.choices),
    )


def _fetched(rows: Any) -> Iterable[Any]:
    return rows.values_list(*FIELDS, named=True).iterator(chunk_size=BATCH)


def _key(fiscal_year: FiscalYear) -> list[Column]:
    number, era = int(fiscal_year), fiscal_year.short
    return [
        Column("推薦番号", "nomination_id", lambda row: row.pk, "このシステムでの推薦の番号"),
        Column("年度(西暦)", "fiscal_year", lambda row: number, "4月から翌年3月まで"),
        Column("年度(和暦)", "fiscal_year_era", lambda row: era),
    ]


def _person(on: date) -> list[Column]:
    day = f"{format_date(on)}現在の主たる配属"
    return [
        Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
        Column("氏名", "name", lambda row: row.name),
        Column("氏名カナ", "kana", lambda row: row.kana or None),
        Column("補職名", "title", lambda row: row.title or None, day),
        Column("管理職", "is_manager", lambda row: _yes(row.is_manager), "1は管理職、0は管理職以外"),
        Column("現在の所属", "present_department", lambda row: row.now, day),
        Column("休職等", "is_away", lambda row: 1 if row.away else 0, "1は休職等の期間中"),
    ]


def _yes(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _nomination() -> list[Column]:
    return [
        Column("枠", "route", lambda row: ROUTES[row.route], "推薦枠か自薦枠か"),
        Column("推薦所属の部局", "nominating_bureau", lambda row: row.bureau_name, "推薦した時点の部局"),
        Column("推薦所属コード", "nominating_department_code", lambda row: row.department_code, "先頭の0を含む文字列"),
        Column("推薦所属", "nominating_department", lambda row: row.department_name, "推薦した時点の名称"),
        Column("枠コード", "route_code", lambda row: row.route, "コード表を参照"),
        Column("状態コード", "status_code", lambda row: row.status, "コード表を参照"),
        Column("状態", "status", lambda row: STATES[row.status]),
        Column("提出年月日", "submitted_on", lambda row: iso(_day(row.submitted_at)), "ISO 8601"),
        Column("提出年月日(和暦)", "submitted_on_era", lambda row: wareki(_day(row.submitted_at))),
        Column("推薦理由", "reason", lambda row: row.reason or None),
        Column("志望動機", "motive", lambda row: row.motive or None),
        Column("改善したい業務", "work_to_improve", lambda row: row.work_to_improve or None),
        Column("所属長の意見", "opinion", lambda row: row.opinion or None),
    ]


def _day(moment: Any) -> date | None:
    return day_of(moment) if moment else None


def _points() -> list[Column]:
    return [
        Column("評点1", "score_first", lambda row: row.score_first, "0から100まで"),
        Column("評点2", "score_second", lambda row: row.score_second, "0から100まで"),
    ]


def _selection() -> list[Column]:
    return [
        *_points(),
        Column("選考案コード", "proposal_code", lambda row: row.proposal or None, "コード表を参照"),
        Column("選考案", "proposal", lambda row: PROPOSALS.get(row.proposal), "確定するまでの案"),
        Column("選考案の理由", "proposal_reason", lambda row: row.proposal_reason or None),
        Column("補欠の順位", "reserve_order", lambda row: row.reserve_order),
        Column("決定年月日", "decided_on", lambda row: iso(row.decided_on), "ISO 8601"),
        Column("期限", "due", lambda row: iso(row.due), "再提出、補欠の回答または再推薦の期限"),
        Column("差戻し・決定の理由", "comment", lambda row: row.comment or None),
    ]
