"""The own training as a machine-readable table."""

from collections.abc import Sequence
from datetime import date

from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee
from training.own_training import Record


def document(rows: Sequence[Record], person: Employee, *, on: date) -> Document:
    """One completion, or one booking of which nothing came, a row."""
    return Document(
        title=f"研修履歴_{person.employee_number}",
        columns=[
            Column("職員番号", "employee_number", lambda row: person.employee_number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: person.name),
            Column("年度(西暦)", "fiscal_year", lambda row: int(row.year)),
            Column("年度(和暦)", "fiscal_year_era", lambda row: row.year.short),
            Column("研修コード", "course_code", lambda row: row.course.code),
            Column("研修名", "course", lambda row: row.course.name),
            Column("方法", "method", lambda row: row.course.get_method_display()),
            Column("結果", "result", lambda row: row.words),
            Column("日付", "day", lambda row: row.day.isoformat(), "修了日、修了していないものは受講日。ISO 8601"),
            Column("日付(和暦)", "day_era", lambda row: format_date(row.day)),
            Column(
                "時間数", "hours", lambda row: None if row.hours is None else f"{row.hours:f}", "修了した時間", "時間"
            ),
            Column("修了証番号", "certificate", lambda row: str(row.certificate) if row.certificate else None),
        ],
        rows=lambda: rows,
        about=(
            ("内容", "受講した研修1件を1行とする、本人の研修履歴です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(rows)}件"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
    )
