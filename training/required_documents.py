"""必修研修の受講状況 as machine-readable tables: by department, and by person."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import EmploymentType
from training.models import Requirement
from training.obligation_states import OwedState
from training.required import Line, days_late

KINDS = dict(EmploymentType.choices)
RATE = "修了÷(対象者−全期間休職)。小数第1位まで(以下切捨て)"


def ranking(
    lines: list[Line], rule: Requirement, year: FiscalYear, *, on: date, group: str, conditions: str
) -> Document:
    """One department or bureau a row."""
    places = [
        Column("部局", "bureau", lambda line: line.bureau),
        Column("所属コード", "department_code", lambda line: line.code or None, "先頭の0を含む文字列"),
        Column("所属", "department", lambda line: line.name),
    ]
    return Document(
        title=f"必修研修の受講状況({'所属別' if group == 'department' else '部局別'})",
        columns=[
            *_year(year),
            Column("必修研修", "requirement", lambda line: rule.name),
            *(places if group == "department" else [Column("部局", "bureau", lambda line: line.name)]),
            Column("対象者", "obliged", lambda line: line.rate.obliged, "対象外になった人を除く", "人"),
            Column("全期間休職", "away", lambda line: line.rate.away, "対象になってからずっと休職等の人", "人"),
            Column("分母", "counted", lambda line: line.rate.counted, "対象者−全期間休職", "人"),
            Column("修了", "completed", lambda line: line.rate.done, "", "人"),
            Column("未受講", "not_completed", lambda line: line.rate.not_done, "休職中の人を含む", "人"),
            Column("期限超過", "overdue", lambda line: line.rate.overdue, "未受講のうち", "人"),
            Column("休職中", "on_leave", lambda line: line.rate.on_leave, "未受講のうち、基準日に休職等の人", "人"),
            Column("対象外", "lifted", lambda line: line.rate.lifted, "対象者に含まない", "人"),
            Column("修了率", "rate", lambda line: _percent(line), RATE, "%"),
        ],
        rows=lambda: lines,
        about=_about(f"{rule.name}の受講状況です。", year, on, len(lines), conditions),
    )


def _percent(line: Line) -> str | None:
    percent = line.rate.percent
    return None if percent is None else str(percent)


def people(rows: Callable[[], Iterable[Any]], count: int, year: FiscalYear, *, on: date, conditions: str) -> Document:
    """One person and required course a row."""
    return Document(
        title="必修研修の対象者",
        columns=[
            *_year(year),
            Column("必修研修", "requirement", lambda row: row.requirement.name),
            Column("研修コード", "course_code", lambda row: row.requirement.course.code),
            Column("研修名", "course", lambda row: row.requirement.course.name),
            Column("部局", "bureau", lambda row: row.bureau_name, "基準日の主たる配属"),
            Column("所属コード", "department_code", lambda row: row.place_code or None, "先頭の0を含む文字列"),
            Column("所属", "department", lambda row: row.place_name, "基準日の主たる配属"),
            Column("職員番号", "employee_number", lambda row: row.employee.employee_number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.employee.name),
            Column(
                "職員区分コード", "employment_code", lambda row: row.employee.employment_type or None, "コード表を参照"
            ),
            Column("職員区分", "employment", lambda row: KINDS.get(row.employee.employment_type)),
            *_day("対象になった日", "obliged_on", lambda row: row.obliged_on),
            *_day("期限", "due_on", lambda row: row.due_on),
            Column("状態コード", "state_code", lambda row: row.state, "コード表を参照"),
            Column("状態", "state", lambda row: OwedState(row.state).label),
            Column("超過日数", "days_late", lambda row: days_late(row, on) or None, "期限を過ぎた日数", "日"),
            *_day("修了日", "done_on", lambda row: row.done_on),
            Column("対象外の理由", "lifted_reason", lambda row: row.lifted_reason or None),
        ],
        rows=rows,
        about=_about("必修研修の対象者1人を1行とする一覧です。", year, on, count, conditions),
        codes=(
            *(("状態", code, word) for code, word in OwedState.choices),
            *(("職員区分", code, word) for code, word in EmploymentType.choices),
        ),
    )


def _year(year: FiscalYear) -> list[Column]:
    number, era = int(year), year.short
    return [
        Column("年度(西暦)", "fiscal_year", lambda row: number, "4月から翌年3月まで"),
        Column("年度(和暦)", "fiscal_year_era", lambda row: era),
    ]


def _day(word: str, name: str, of: Callable[[Any], date | None]) -> list[Column]:
    def told(form: Callable[[date], str]) -> Callable[[Any], str | None]:
        return lambda row: form(day) if (day := of(row)) else None

    return [
        Column(word, name, told(date.isoformat), "ISO 8601"),
        Column(f"{word}(和暦)", f"{name}_era", told(format_date)),
    ]


def _about(what: str, year: FiscalYear, on: date, count: int, conditions: str) -> tuple[tuple[str, str], ...]:
    return (
        ("内容", what),
        ("年度", f"{int(year)}({year.short})"),
        ("基準日", f"{on.isoformat()}({format_date(on)})"),
        ("件数", f"{count}件"),
        ("条件", conditions or "なし(全件)"),
        ("空欄", "該当がないことを表します。0とは異なります。"),
    )
