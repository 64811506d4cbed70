"""修了者一覧 and 人事記録 as tables; what depends on a completion."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.eras import era_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Cell, Column, Document
from aomori_dx.kernel.wareki import format_date
from training.models import Certificate, Completion, CompletionSource, Method, Obligation

METHODS, SOURCES = dict(Method.choices), dict(CompletionSource.choices)
BATCH = 2_000
FIELDS = (
    "fiscal_year", "number", "name", "bureau", "department_code", "department", "course_code", "course_name", "method",
    "completed_on", "hours", "score", "source", "platform", "reason", "revoked_at", "revoked_reason", "started_on",
    "begins",
)  # fmt: skip
consequences: list[Callable[[Completion, date], Iterable[str]]] = []
"""Floors above add what follows for them where a completion changes: sentences."""


@dataclass(frozen=True)
class Dependent:
    """What a correction or a revocation touches, in a sentence; `url` of where it is seen."""

    sentence: str
    url: str = ""


def dependents(completion: Completion, *, on: date) -> list[Dependent]:
    """The certificate, the obligation that is met, and what the floors above know."""
    found = []
    for row in Certificate.objects.filter(completion=completion, revoked_on__isnull=True):
        found.append(Dependent(f"修了証{row}が発行されています。訂正すると再発行、取り消すと失効の手続が必要です。"))
    met = Obligation.objects.filter(
        employee=completion.employee_id,
        requirement__course=completion.course_id,
        fiscal_year=completion.fiscal_year,
        lifted_on__isnull=True,
    ).select_related("requirement")
    for obligation in met:
        due = format_date(obligation.due_on)
        found.append(
            Dependent(f"必修研修「{obligation.requirement.name}」(期限 {due})が、取り消すと未修了に戻ります。")
        )
    if completion.enrollment_id and completion.enrollment:
        found.append(
            Dependent(
                f"受講「{completion.enrollment.run}」の状態は変わりません。必要なら開催回の画面で直してください。"
            )
        )
    found += [Dependent(sentence) for finder in consequences for sentence in finder(completion, on)]
    return found


def listing(rows: Any, *, on: date, count: int, conditions: str) -> Document:
    """修了者一覧: one completion a row."""
    day = f"{format_date(on)}現在の主たる配属"
    return Document(
        title="修了者一覧",
        columns=[
            Column(
                "年度(西暦)", "fiscal_year", lambda row: int(row.fiscal_year), "修了を数える年度。4月から翌年3月まで"
            ),
            Column("年度(和暦)", "fiscal_year_era", lambda row: row.fiscal_year.short),
            Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.name),
            Column("部局", "bureau", lambda row: row.bureau, day),
            Column("所属コード", "department_code", lambda row: row.department_code, "先頭の0を含む文字列"),
            Column("所属", "department", lambda row: row.department, day),
            Column("研修コード", "course_code", lambda row: row.course_code),
            Column("研修名", "course_name", lambda row: row.course_name),
            Column("区分", "method", lambda row: METHODS[row.method], "研修の方法"),
            Column("修了日", "completed_on", lambda row: row.completed_on.isoformat(), "ISO 8601"),
            Column("修了日(和暦)", "completed_on_era", lambda row: format_date(row.completed_on)),
            Column("時間数", "hours", lambda row: plain(row.hours), "", "時間"),
            Column("得点", "score", lambda row: row.score, "", "点"),
            Column("根拠コード", "source_code", lambda row: row.source, "コード表を参照"),
            Column("根拠", "source", lambda row: SOURCES[row.source]),
            Column("システム", "platform", lambda row: row.platform or None),
            Column("登録の理由", "reason", lambda row: row.reason or None),
            Column("取消年月日", "revoked_on", lambda row: _day(row.revoked_at), "ISO 8601。空欄は有効な修了"),
            Column("取消の理由", "revoked_reason", lambda row: row.revoked_reason or None),
        ],
        rows=lambda: _fetched(rows),
        about=(
            ("内容", "研修の修了1件を1行とする一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "有効な修了すべて"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=tuple(("根拠", code, word) for code, word in CompletionSource.choices),
    )


def personnel_record(rows: Any, *, on: date, count: int, conditions: str, era: bool = False) -> Document:
    """人事記録 (R65): these seven columns, in this order."""
    write = _in_era if era else date.isoformat
    form = "和暦(R08.06.19)" if era else "ISO 8601(2026-06-19)"
    return Document(
        title="人事記録_研修",
        columns=[
            Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.name),
            Column("研修名", "course_name", lambda row: row.course_name),
            Column(
                "区分",
                "method",
                lambda row: METHODS[row.method],
                "eラーニング、集合研修、ハンズオン研修、グループウェア操作研修",
            ),
            Column("時間", "hours", lambda row: plain(row.hours), "修了した時間数(時間)"),
            Column(
                "開始日",
                "started_on",
                lambda row: _start(row, write),
                f"最初の日程か、受講を始めた日。{form}。空欄は不明",
            ),
            Column("修了日", "completed_on", lambda row: write(row.completed_on), form),
        ],
        rows=lambda: _fetched(rows),
        about=(
            ("内容", "有効な研修の修了1件を1行とする、人事記録のための表です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
        ),
    )


def record_conditions(given: dict[str, Any]) -> str:
    """What the personnel record was narrowed to, in words."""
    year, since, until, course = (given.get(name) for name in ("year", "since", "until", "course"))
    parts = [f"年度: {year}" if year else "", f"研修: {course.name}" if course else ""]
    if since or until:
        parts.append(f"修了日: {format_date(since) if since else ''}から{format_date(until) if until else ''}まで")
    return "、".join(filter(None, parts))


def for_record(given: dict[str, Any], *, on: date) -> Any:
    """The completions that stand and meet the conditions, by person and day."""
    rows = Completion.objects.standing().for_list(on)
    if year := given.get("year"):
        rows = rows.filter(fiscal_year=year)
    if since := given.get("since"):
        rows = rows.filter(completed_on__gte=since)
    if until := given.get("until"):
        rows = rows.filter(completed_on__lte=until)
    if course := given.get("course"):
        rows = rows.filter(course=course)
    return rows.order_by("number", "completed_on", "pk")


def this_year(on: date) -> FiscalYear:
    return FiscalYear.containing(on)


def _fetched(rows: Any) -> Iterable[Any]:
    return rows.values_list(*FIELDS, named=True).iterator(chunk_size=BATCH)


def plain(hours: Decimal) -> Cell:
    """2 for 2.0."""
    return int(hours) if hours == hours.to_integral_value() else hours.normalize()


def _start(row: Any, write: Callable[[date], str]) -> str | None:
    if row.started_on:
        return write(row.started_on)
    return write(day_of(row.begins)) if row.begins else None


def _in_era(day: date) -> str:
    """As personnel systems write it: R08.06.19."""
    era = era_of(day)
    return f"{era.letter}{day.year - era.offset:02}.{day:%m.%d}"


def _day(moment: Any) -> str | None:
    return day_of(moment).isoformat() if moment else None
