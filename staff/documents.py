"""The roster as a table to hand out, in the layout of machine-readable tables."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from aomori_dx.kernel.tables.writing import Cell, Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import AbsenceReason, Employee, EmploymentType

CHUNK = 2000
YES, NO = "該当", "非該当"


def roster(rows: Any, *, day: date, reasons: bool) -> Document:
    """`rows` of `lists.roster`. With `reasons` it says why somebody is away, else that somebody is."""

    def read() -> Iterator[Employee]:
        return rows.iterator(chunk_size=CHUNK)

    codes = [("職員区分", str(code), str(word)) for code, word in EmploymentType.choices]
    if reasons:
        codes += [("休職等の区分", str(code), str(word)) for code, word in AbsenceReason.choices]
    return Document(
        title="職員名簿",
        columns=[*_columns(day), *([_REASON] if reasons else [])],
        rows=read,
        about=[
            ("基準日", f"{day}({format_date(day)})"),
            ("範囲", "一覧で指定した条件に合う、基準日に在職している職員"),
            ("所属", "基準日の主たる配属。兼務は数だけを示す。"),
            ("空欄", "値がないことを示す。所属が空欄の職員は、所属が決まっていない。"),
        ],
        codes=codes,
    )


def _columns(day: date) -> list[Column]:
    return [
        Column("基準日", "as_of", lambda row: str(day), "この行が示す日"),
        Column("職員番号", "employee_number", lambda row: row.employee_number, "先頭の0を含む"),
        Column("氏名", "name", lambda row: row.name),
        Column("氏名カナ", "kana", lambda row: row.kana or None),
        Column("旧姓・旧氏名", "former_name", lambda row: row.former_name or None),
        Column("部局", "bureau", _of_place(lambda place: place.department.bureau.name)),
        Column(
            "所属コード", "department_code", _of_place(lambda place: place.department.code or None), "先頭の0を含む"
        ),
        Column("所属", "department", _of_place(lambda place: place.department.name)),
        Column("補職名", "title", _of_place(lambda place: place.title or None)),
        Column("職員区分コード", "employment_code", lambda row: row.employment_type or None, "コード表を参照"),
        Column("職員区分", "employment", lambda row: row.get_employment_type_display() or None),
        Column("所属長", "is_head", _of_place(lambda place: YES if place.is_head else NO)),
        Column("管理職", "is_manager", _of_place(lambda place: YES if place.is_manager else NO)),
        Column("兼務所属数", "concurrent_postings", lambda row: len(row.concurrent), unit="所属"),
        Column("休職等", "away", lambda row: YES if row.away else NO),
    ]


_REASON = Column(
    "休職等の区分",
    "away_reason",
    lambda row: row.away_word,
    "区分のみ。理由の詳細は記録していない。",
)


def _of_place(of: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    """The value of the primary posting; blank where there is none."""
    return lambda row: of(row.place) if row.place else None
