"""掘り起こし: who has shown interest and was never appointed (R41), as a list and as a machine-readable table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee
from stages.choosing import earlier_wishes, finished_courses
from stages.models import Nomination, Promoter, Route
from stages.models.call import nominated_types
from stages.rules import nomination as rules
from training.models import Enrollment, EnrollmentStatus, Method

BY_ELEARNING = {"course__method": Method.ELEARNING}


@dataclass(frozen=True)
class Prospect:
    """`wishes`: earlier years in which the person applied or was recommended; `finished`: e-learning courses."""

    person: Any
    wishes: tuple[str, ...]
    finished: int


def people(fiscal_year: FiscalYear, *, on: date) -> Any:
    """In service and at work on `on`, of a 職員区分 that the year's call asks for, never a promoter, not nominated this
    year; who applied in an earlier year or has finished a course by e-learning. In the official order."""
    call = rules.call_of(fiscal_year)
    types = call.employment_types if call else nominated_types()
    mine = Nomination.objects.filter(nominee=OuterRef("pk"))
    applied = mine.filter(route=Route.SELF, fiscal_year__lt=fiscal_year, submitted_at__isnull=False)
    done = Enrollment.objects.filter(employee=OuterRef("pk"), status=EnrollmentStatus.COMPLETED, **BY_ELEARNING)
    rows = Employee.objects.in_service(on).at_work(on).filter(employment_type__in=[*types, ""])
    free = ~Exists(Promoter.objects.filter(employee=OuterRef("pk"))) & ~Exists(mine.live().of_year(fiscal_year))
    return rows.filter(free).filter(Exists(applied) | Exists(done)).with_place(on).by_place()


def lines(rows: Iterable[Any], fiscal_year: FiscalYear) -> list[Prospect]:
    """These people with what they have shown, in two queries."""
    found: list[Employee] = list(rows)
    wishes, finished = earlier_wishes(found, fiscal_year), finished_courses(found, **BY_ELEARNING)
    return [Prospect(row, tuple(wishes[row.pk]), finished.get(row.pk, 0)) for row in found]


def document(rows: list[Prospect], *, fiscal_year: FiscalYear, on: date) -> Document:
    """One person a row."""
    return Document(
        title=f"掘り起こし候補_{fiscal_year.short}",
        columns=[
            Column("職員番号", "employee_number", lambda row: row.person.employee_number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.person.name),
            Column("部局", "bureau", lambda row: _place(row) and _place(row).bureau.name),
            Column("所属コード", "department_code", lambda row: _place(row) and _place(row).code),
            Column("所属", "department", lambda row: _place(row) and _place(row).name),
            Column("これまでの応募・推薦", "wishes", lambda row: "、".join(row.wishes) or None),
            Column("修了したeラーニング", "finished", lambda row: row.finished, "", "件"),
        ],
        rows=lambda: rows,
        about=(
            ("内容", "過去に応募したか、eラーニングを修了し、DX推進員に任命されていない在職者1人を1行とする一覧です。"),
            ("年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(rows)}件"),
        ),
    )


def _place(row: Prospect) -> Any:
    return row.person.place.department if row.person.place else None
