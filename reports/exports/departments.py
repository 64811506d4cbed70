"""所属別推薦状況 as a machine-readable table."""

from collections.abc import Sequence
from datetime import date

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from reports.figures.departments import STATES, Line
from staff.models import DepartmentKind
from stages.models import Promoter, Route

KINDS = dict(DepartmentKind.choices)


def document(
    lines: Sequence[Line], *, fiscal_year: FiscalYear, reference_date: date, on: date, conditions: str
) -> Document:
    """One department a row, with whom its 推薦枠 appointed."""
    return Document(
        title="所属別推薦状況",
        columns=_columns(fiscal_year, on),
        rows=lambda: lines,
        about=(
            ("内容", "推薦の対象となる所属1つを1行とする一覧です。"),
            ("年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("所属を数える基準日", f"{reference_date.isoformat()}({format_date(reference_date)})"),
            ("任命を数える基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(lines)}件"),
            ("条件", conditions or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=(
            *(("所属の区分", code, word) for code, word in DepartmentKind.choices),
            *(("任命の状況", code, word) for code, word in STATES.items()),
        ),
    )


def _columns(fiscal_year: FiscalYear, on: date) -> list[Column]:
    number, era = int(fiscal_year), fiscal_year.short
    return [
        Column("年度(西暦)", "fiscal_year", lambda line: number, "4月から翌年3月まで"),
        Column("年度(和暦)", "fiscal_year_era", lambda line: era),
        Column("部局", "bureau", lambda line: line.bureau, "基準日の部局"),
        Column("所属コード", "department_code", lambda line: line.code, "先頭の0を含む文字列"),
        Column("所属", "department", lambda line: line.name, "基準日の名称"),
        Column("所属の区分コード", "kind_code", lambda line: line.kind, "コード表を参照"),
        Column("所属の区分", "kind", lambda line: KINDS[line.kind]),
        Column("任命の状況コード", "state_code", lambda line: line.state, "コード表を参照"),
        Column("任命の状況", "state", lambda line: line.word, "推薦枠で任命された方がいるかどうか"),
        Column("免除の理由", "exemption_reason", lambda line: line.exemption or None),
        Column("推薦枠の任命", "recommended", lambda line: _count(line, Route.RECOMMENDED), "辞退した方を含む", "人"),
        Column("自薦枠の任命", "self_nominated", lambda line: _count(line, Route.SELF), "辞退した方を含む", "人"),
        Column("辞退", "withdrawn", lambda line: sum(_gone(p, on) for p in line.people), "任命された方のうち", "人"),
        Column(
            "推薦枠の職員番号", "employee_number", lambda line: _holder(line, on, "employee_number"), "辞退していない方"
        ),
        Column("推薦枠の氏名", "name", lambda line: _holder(line, on, "name"), "辞退していない方"),
    ]


def _count(line: Line, route: str) -> int:
    return sum(promoter.route == route for promoter in line.people)


def _gone(promoter: Promoter, on: date) -> bool:
    return promoter.withdrawn_on is not None and promoter.withdrawn_on <= on


def _holder(line: Line, on: date, what: str) -> str | None:
    """Of the one who fills the place; a place that has been given again is held by who was appointed last."""
    holding = [p for p in line.people if p.route == Route.RECOMMENDED and not _gone(p, on)]
    return getattr(holding[-1].employee, what) if holding else None
