"""Departments that have not answered as a table for mail merge: one row a department."""

from collections.abc import Callable
from datetime import date

from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.posts import Holder
from stages.models import NominationCall
from stages.services.reminders import Line


def document(rows: list[Line], call: NominationCall, *, on: date) -> Document:
    """What the page lists on `on`, with the addresses of the 所属長 and of the 代理."""
    close = call.closes_on
    return Document(
        title="推薦の未回答所属",
        columns=[
            Column("部局", "bureau", lambda row: row.department.bureau.name),
            Column("所属コード", "department_code", lambda row: row.department.code, "先頭の0を含む文字列"),
            Column("所属", "department", lambda row: row.department.name),
            *_person("所属長", "head", lambda row: _first(row, deputy=False)),
            *_person("代理者", "deputy", lambda row: _first(row, deputy=True)),
            Column("締切日", "closes_on", lambda row: close.isoformat(), "ISO 8601"),
            Column("締切日(和暦)", "closes_on_era", lambda row: format_date(close)),
            Column("催促の回数", "reminders", lambda row: len(row.days)),
            Column("直近の催促日", "last_reminder", lambda row: row.last.isoformat() if row.last else None, "ISO 8601"),
        ],
        rows=lambda: rows,
        about=(
            ("内容", f"{call.fiscal_year}の推薦に回答していない所属1つを1行とする一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(rows)}件"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
    )


def _person(word: str, name: str, of: Callable[[Line], Holder | None]) -> list[Column]:
    def told(what: Callable[[Holder], str]) -> Callable[[Line], str | None]:
        return lambda row: what(holder) or None if (holder := of(row)) else None

    columns = [
        Column(f"{word}の氏名", f"{name}_name", told(lambda holder: holder.employee.name)),
        Column(f"{word}のメールアドレス", f"{name}_email", told(lambda holder: holder.employee.email)),
    ]
    return (
        columns if name == "deputy" else [Column(f"{word}の補職名", f"{name}_title", told(lambda x: x.title)), *columns]
    )


def _first(row: Line, *, deputy: bool) -> Holder | None:
    return next((holder for holder in row.answer.heads if holder.is_deputy == deputy), None)
