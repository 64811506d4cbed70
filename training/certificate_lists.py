"""修了証 as lists: with the people of today, in the order of departments, and as a machine-readable table."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee
from training.models import Certificate

BATCH = 1000


def with_people(rows: Iterable[Certificate], *, on: date) -> list[tuple[Certificate, Any]]:
    """Each certificate with the person as of `on`: one query whatever their number."""
    found = list(rows)
    people = {row.pk: row for row in Employee.objects.filter(pk__in={row.employee_id for row in found}).with_place(on)}
    return [(row, people[row.employee_id]) for row in found]


def by_department(rows: Any, *, on: date) -> list[Certificate]:
    """In the official order of the departments of `on`, each person's in the order of their numbers."""
    found = list(rows)
    order: dict[int, int] = {}
    for pks in _batches(sorted({row.employee_id for row in found})):
        for person in Employee.objects.filter(pk__in=pks).with_place(on).by_place().values_list("pk", flat=True):
            order[person] = len(order)
    return sorted(found, key=lambda row: (order[row.employee_id], row.fiscal_year, row.number))


def _batches(pks: list[int]) -> Iterator[list[int]]:
    return (pks[at : at + BATCH] for at in range(0, len(pks), BATCH))


def document(rows: Any, *, on: date, count: int, conditions: str) -> Document:
    """One certificate a row, each issue by itself."""

    def read() -> Iterator[tuple[Certificate, Any]]:
        part: list[Certificate] = []
        for row in rows.iterator(chunk_size=BATCH):
            part.append(row)
            if len(part) == BATCH:
                yield from with_people(part, on=on)
                part = []
        yield from with_people(part, on=on)

    return Document(
        title="修了証一覧",
        columns=[*_paper(), *_person(on), *_state()],
        rows=read,
        about=(
            ("内容", "発行した修了証1通を1行とする一覧です。再発行したものは、発行回ごとに1行です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
    )


def _paper() -> list[Column]:
    return [
        Column("修了証番号", "certificate_number", lambda row: str(row[0]), "年度と、年度の中の通し番号"),
        Column("発行回", "issue", lambda row: row[0].issue, "1は最初の発行、2以上は再発行", "回"),
        Column("年度(西暦)", "fiscal_year", lambda row: int(row[0].fiscal_year)),
        Column("年度(和暦)", "fiscal_year_era", lambda row: row[0].fiscal_year.short),
        Column("研修名", "course", lambda row: row[0].title),
        Column("時間数", "hours", lambda row: None if row[0].hours is None else f"{row[0].hours:f}", "", "時間"),
        *_day("修了年月日", "completed_on"),
        *_day("発行年月日", "issued_on"),
    ]


def _person(on: date) -> list[Column]:
    day = f"{format_date(on)}現在の主たる配属"
    return [
        Column("職員番号", "employee_number", lambda row: row[1].employee_number, "先頭の0を含む文字列"),
        Column("証書の氏名", "name", lambda row: row[0].name, "発行したときの氏名"),
        Column("所属コード", "department_code", lambda row: row[1].place and row[1].place.department.code, day),
        Column("所属", "department", lambda row: row[1].place and row[1].place.department.name, day),
    ]


def _state() -> list[Column]:
    return [
        Column("有効", "is_valid", lambda row: int(row[0].is_valid), "1は有効、0は失効"),
        *_day("失効年月日", "revoked_on"),
        Column("失効の理由", "revoked_reason", lambda row: row[0].revoked_reason or None),
    ]


def _day(heading: str, name: str) -> list[Column]:
    def of(row: tuple[Certificate, Any]) -> date | None:
        return getattr(row[0], name)

    return [
        Column(heading, name, lambda row: day.isoformat() if (day := of(row)) else None, "ISO 8601"),
        Column(f"{heading}(和暦)", f"{name}_era", lambda row: format_date(day) if (day := of(row)) else None),
    ]
