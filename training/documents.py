"""The lists of the schoolhouse as machine-readable tables: courses, runs, wishes, who is to be told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import EmploymentType
from training import programme
from training.models import Audience, CompletionRule, Interest, Method, RunStatus

About = tuple[tuple[str, str], ...]


def courses(rows: Callable[[], Iterable[Any]], *, count: int, conditions: str, on: date) -> Document:
    """One course a row, with the columns of the file that registers courses: what is handed out can be loaded again."""
    tracks = programme.tracks()
    types = {str(each.value): str(each.label) for each in EmploymentType}
    return Document(
        title="研修一覧",
        columns=[
            Column("研修コード", "code", lambda row: row.code),
            Column("研修名", "name", lambda row: row.name),
            Column("方法", "method", lambda row: row.get_method_display()),
            Column("時間数", "hours", lambda row: str(row.hours), "", "時間"),
            Column("段階", "level", lambda row: row.level, "空欄は全職員向け"),
            Column("キャリアプラン", "tracks", lambda row: "、".join(tracks.get(code, code) for code in row.tracks)),
            Column("対象", "audience", lambda row: row.get_audience_display()),
            Column(
                "職員区分",
                "employment_types",
                lambda row: "、".join(types.get(code, code) for code in row.employment_types),
                "空欄はすべて",
            ),
            Column("内容", "description", lambda row: row.description),
            Column("実施者", "provider", lambda row: row.provider),
            Column("持ち物・準備", "to_bring", lambda row: row.to_bring),
            Column("リンク", "url", lambda row: row.url),
            Column("修了の条件", "completion_rule", lambda row: row.get_completion_rule_display()),
            Column("欠席できる割合", "most_missed", lambda row: str(row.most_missed)),
            Column("合格点", "pass_mark", lambda row: row.pass_mark),
            Column("終了日", "retired_on", lambda row: _day(row.retired_on)),
        ],
        rows=rows,
        about=_about(
            "案内中の研修1件を1行とする一覧です。「研修一覧」の取込にそのまま使えます。", count, conditions, on
        ),
        codes=[
            *(("方法", str(each.value), str(each.label)) for each in Method),
            *(("対象", str(each.value), str(each.label)) for each in Audience),
            *(("修了の条件", str(each.value), str(each.label)) for each in CompletionRule),
        ],
    )


def runs(rows: Callable[[], Iterable[Any]], *, count: int, conditions: str, on: date) -> Document:
    """One run a row, with its seats of now."""
    return Document(
        title="開催回一覧",
        columns=[
            Column("年度", "fiscal_year", lambda row: int(row.fiscal_year)),
            Column("研修コード", "code", lambda row: row.course.code),
            Column("研修名", "name", lambda row: row.course.name),
            Column("開催回", "number", lambda row: row.number),
            Column("状態", "status", lambda row: row.get_status_display()),
            Column("開始日時", "first_at", lambda row: _moment(row.first_at)),
            Column("会場", "venue", lambda row: "オンライン" if row.is_online else row.venue),
            Column("圏域", "area", lambda row: row.area),
            Column("講師", "instructor", lambda row: row.instructor),
            Column("定員", "capacity", lambda row: row.capacity, "", "人"),
            Column("最少催行人数", "minimum", lambda row: row.minimum, "", "人"),
            Column("確定", "seats_taken", lambda row: row.seats_taken, "", "人"),
            Column("キャンセル待ち", "waiting", lambda row: row.waiting, "", "人"),
            Column("申込開始日", "opens_on", lambda row: _day(row.opens_on)),
            Column("申込締切日", "closes_on", lambda row: _day(row.closes_on)),
            Column("変更の締切日", "change_until", lambda row: _day(row.change_until)),
            Column("最終締切", "final_at", lambda row: _moment(row.final_at)),
        ],
        rows=rows,
        about=_about("研修の開催回1回を1行とする一覧です。", count, conditions, on),
        codes=[("状態", str(each.value), str(each.label)) for each in RunStatus],
    )


@dataclass(frozen=True)
class Wish:
    """Somebody's interest in a course, with the person's department of today."""

    row: Interest
    department: str


def interests(rows: Callable[[], Iterable[Any]], *, count: int, on: date) -> Document:
    """One wish a row: who waits for a run of which course."""
    return Document(
        title="受講の希望",
        columns=[
            Column("研修コード", "code", lambda line: line.row.course.code),
            Column("研修名", "course", lambda line: line.row.course.name),
            Column(
                "職員番号", "employee_number", lambda line: line.row.employee.employee_number, "先頭の0を含む文字列"
            ),
            Column("氏名", "name", lambda line: line.row.employee.name),
            Column("所属", "department", lambda line: line.department, "きょうの主たる所属"),
            Column("登録日時", "registered_at", lambda line: _moment(line.row.registered_at)),
        ],
        rows=rows,
        about=_about("受講の希望1件を1行とする一覧です。", count, "", on),
    )


def contacts(rows: Callable[[], Iterable[Any]], *, run: Any, count: int, on: date) -> Document:
    """連絡リスト: one person of the run a row, with what became of the booking."""
    return Document(
        title=f"連絡リスト_{run.course.code}_第{run.number}回",
        columns=[
            Column("職員番号", "employee_number", lambda row: row.person.employee_number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.person.name),
            Column("所属", "department", lambda row: row.person.place and row.person.place.department.name),
            Column("メールアドレス", "email", lambda row: row.person.email),
            Column("状態", "status", lambda row: row.status),
            Column("移動先・理由", "outcome", lambda row: row.outcome),
        ],
        rows=rows,
        about=_about(f"{run}に申し込んだ職員1人を1行とする一覧です。", count, "", on),
    )


def _about(what: str, count: int, conditions: str, on: date) -> About:
    return (
        ("内容", what),
        ("条件", conditions or "なし"),
        ("基準日", f"{on.isoformat()}({format_date(on)})"),
        ("件数", f"{count}件"),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M}" if at else None
