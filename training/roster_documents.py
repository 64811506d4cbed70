"""受講者名簿 and 出欠簿 as machine-readable tables."""

from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.text import MANGLED
from aomori_dx.kernel.wareki import format_date
from training.models import CourseRun, EnrollmentStatus, Presence
from training.roll import PersonLine, Sheet

STATES, PRESENCES = dict(EnrollmentStatus.choices), dict(Presence.choices)


def roster(sheet: Sheet, *, on: date) -> Document:
    """A row a person with a seat."""
    return Document(
        title=f"受講者名簿_{sheet.run.course.code}_第{sheet.run.number}回",
        columns=[*_run(sheet.run), *_person(on), *_booking()],
        rows=lambda: sheet.lines,
        about=_about(sheet, on, "確定した受講者1人を1行とする名簿です。"),
        codes=tuple(("状態", code, word) for code, word in EnrollmentStatus.choices),
    )


def attendance(sheet: Sheet, *, on: date) -> Document:
    """A row a person and meeting: one value a cell, also where a run has several meetings."""
    return Document(
        title=f"出欠簿_{sheet.run.course.code}_第{sheet.run.number}回",
        columns=[*_of_pair(_run(sheet.run)), *_meeting(), *_of_pair([*_person(on), *_outcome()])],
        rows=lambda: [(line, place, sheet) for line in sheet.lines for place in range(len(sheet.meetings))],
        about=_about(sheet, on, "受講者1人・日程1回を1行とする出欠の一覧です。取込の「出欠」にそのまま使えます。"),
        codes=(
            *(("出欠", code, word) for code, word in Presence.choices),
            *(("状態", code, word) for code, word in EnrollmentStatus.choices),
        ),
    )


def _about(sheet: Sheet, on: date, what: str) -> tuple[tuple[str, str], ...]:
    return (
        ("内容", what),
        ("研修", f"{sheet.run.course.name}({sheet.run.course.code}) 第{sheet.run.number}回"),
        ("年度", f"{int(sheet.run.fiscal_year)}({sheet.run.fiscal_year.short})"),
        ("基準日", f"{on.isoformat()}({format_date(on)})"),
        ("件数", f"{len(sheet.lines)}人"),
        ("空欄", "記録がないことを表します。0とは異なります。"),
        ("文字", f"「{MANGLED}」は、人事システムで表せなかった文字です。"),
    )


def _run(run: CourseRun) -> list[Column]:
    year, era = int(run.fiscal_year), run.fiscal_year.short
    return [
        Column("年度(西暦)", "fiscal_year", lambda row: year, "4月から翌年3月まで"),
        Column("年度(和暦)", "fiscal_year_era", lambda row: era),
        Column("研修コード", "course_code", lambda row: run.course.code),
        Column("研修名", "course", lambda row: run.course.name),
        Column("回", "run_number", lambda row: run.number),
    ]


def _person(on: date) -> list[Column]:
    day = f"{format_date(on)}現在の主たる配属"
    return [
        Column("職員番号", "employee_number", lambda row: row.person.employee_number, "先頭の0を含む文字列"),
        Column("氏名", "name", lambda row: row.person.name),
        Column("氏名カナ", "kana", lambda row: row.person.kana or None),
        Column("部局", "bureau", lambda row: _place(row, "bureau"), day),
        Column("所属コード", "department_code", lambda row: _place(row, "code"), day),
        Column("所属", "department", lambda row: _place(row, "name"), day),
    ]


def _place(line: PersonLine, what: str) -> str | None:
    place = line.person.place
    if place is None:
        return None
    department = place.department
    return department.bureau.name if what == "bureau" else getattr(department, what) or None


def _booking() -> list[Column]:
    return [
        Column("状態コード", "status_code", lambda row: row.row.status, "コード表を参照"),
        Column("状態", "status", lambda row: STATES[row.row.status]),
        Column("申込年月日", "requested_on", lambda row: _iso(row.row.requested_at), "ISO 8601"),
        Column("申込年月日(和暦)", "requested_on_era", lambda row: format_date(day_of(row.row.requested_at))),
        Column("振替元の回", "substitutes_run", lambda row: _first(row), "振替のとき、欠席した回"),
    ]


def _outcome() -> list[Column]:
    return [
        Column("状態コード", "status_code", lambda row: row.row.status, "コード表を参照"),
        Column("状態", "status", lambda row: STATES[row.row.status]),
        Column(
            "受講した時間", "minutes_present", lambda row: row.judged.present, "振替を含み、同じ内容は1回だけ", "分"
        ),
        Column("全体の時間", "minutes_total", lambda row: row.judged.total, "日程の合計", "分"),
        Column("得点", "score", lambda row: row.row.score, "得点で判定する研修だけ", "点"),
        Column("振替元の回", "substitutes_run", lambda row: _first(row), "振替のとき、欠席した回"),
    ]


def _meeting() -> list[Column]:
    def mark(pair: Any) -> Any:
        return pair[0].marks[pair[1]]

    def meeting(pair: Any) -> Any:
        return pair[2].meetings[pair[1]]

    return [
        Column("日", "day", lambda pair: _iso(meeting(pair).starts_at), "ISO 8601"),
        Column("日(和暦)", "day_era", lambda pair: format_date(day_of(meeting(pair).starts_at))),
        Column("開始時刻", "starts_at", lambda pair: f"{meeting(pair).starts_at.astimezone(TOKYO):%H:%M}"),
        Column("日程の時間", "minutes_of_meeting", lambda pair: meeting(pair).minutes, "日程の長さ", "分"),
        Column("出欠コード", "presence_code", lambda pair: mark(pair) and mark(pair).presence, "コード表を参照"),
        Column("出欠", "presence", lambda pair: PRESENCES[mark(pair).presence] if mark(pair) else None),
        Column(
            "出席した分数", "minutes", lambda pair: mark(pair).minutes if mark(pair) else None,
            "欠席と資料配付のみは0", "分",
        ),
        Column("備考", "note", lambda pair: (mark(pair).note or None) if mark(pair) else None),
    ]  # fmt: skip


def _of_pair(columns: list[Column]) -> list[Column]:
    def of_line(column: Column) -> Any:
        return lambda pair: column.of(pair[0])

    return [Column(each.heading, each.name, of_line(each), each.meaning, each.unit) for each in columns]


def _iso(moment: datetime) -> str:
    return day_of(moment).isoformat()


def _first(line: PersonLine) -> int | None:
    root = line.judged.root
    return root.run.number if root.pk != line.row.pk else None
