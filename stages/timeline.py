"""What the programme knows of a person and of a department: appointments and stages, for their lines of time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, FilteredRelation, Q
from django.urls import reverse

from aomori_dx.kernel.clock import day_of
from staff import marks, timeline
from staff.models import Department, Employee, Posting
from staff.timeline import Entry
from stages.models import (
    Nomination,
    NominationDecline,
    NominationStatus,
    Promoter,
    Route,
    StageEnrollment,
    StageStatus,
)

LABEL = "DX推進員"


@timeline.register
def path_of(employee: Employee) -> Iterable[Entry]:
    """The appointment, every year in a stage, and the withdrawal."""
    rows: Any = Promoter.objects.filter(employee=employee).annotate(training=FilteredRelation("enrollments"))
    rows = rows.select_related("department", "training__stage").order_by("training__fiscal_year")
    for number, row in enumerate(rows):
        if number == 0:
            yield from _appointment(row)
        if training := getattr(row, "training", None):  # the join leaves it out where there is none
            yield _year(training, _address(row))


def _address(promoter: Promoter) -> str:
    return reverse("stages:promoter", args=[promoter.pk])


def _appointment(promoter: Promoter) -> Iterable[Entry]:
    title = f"DX推進員に任命({promoter.cohort}、{promoter.get_route_display()})"
    detail = f"推薦所属 {promoter.department.name}"
    yield Entry(promoter.appointed_on, None, title, detail, _address(promoter), kind="任命")
    if promoter.withdrawn_on:
        yield Entry(promoter.withdrawn_on, None, "DX推進員を辞退", url=_address(promoter), kind="辞退")


def _year(row: StageEnrollment, url: str) -> Entry:
    running = row.status in {StageStatus.IN_PROGRESS, StageStatus.SUSPENDED}
    return Entry(
        row.started_on,
        None if running else row.status_on + timedelta(days=1),
        f"{row.stage.label}({row.fiscal_year})",
        row.get_status_display(),
        url,
        kind="育成",
        lasting=True,
    )


@timeline.register_for_departments
def promoters_of(departments: Sequence[Department]) -> Iterable[Entry]:
    """Whom these departments nominated, under the names that they had."""
    rows = Promoter.objects.filter(department__in=departments).select_related("employee", "department")
    for row in rows:
        title = f"{row.employee.name}をDX推進員に任命({row.cohort}、{row.get_route_display()})"
        yield Entry(row.appointed_on, None, title, f"推薦所属 {row.department.name}", _address(row), kind="任命")


TOLD = (NominationStatus.ACCEPTED, NominationStatus.RESERVE, NominationStatus.TURNED_DOWN)
"""What the nominee was told: whoever may open the record may read it. Nothing undecided, and no 不採用."""


@timeline.register
def nominations_of(employee: Employee) -> Iterable[Entry]:
    """That somebody was nominated, or applied, on the day of the submission; with what became of it."""
    for row in _told().filter(nominee=employee):
        how = "自薦枠に応募" if row.route == Route.SELF else "DX推進員に推薦"
        detail = f"推薦所属 {row.department.name}、{row.get_status_display()}"
        yield Entry(day_of(row.submitted_at), None, f"{row.fiscal_year}の{how}", detail, kind="推薦")


@timeline.register_for_departments
def nominations_from(departments: Sequence[Department]) -> Iterable[Entry]:
    """Whom these departments recommended, and the years in which they had nobody."""
    for row in _told().recommended().filter(department__in=departments):
        title = f"{row.nominee.name}を{row.fiscal_year}のDX推進員に推薦"
        yield Entry(day_of(row.submitted_at), None, title, str(row.get_status_display()), kind="推薦")
    for answer in NominationDecline.objects.standing().filter(department__in=departments):
        title = f"{answer.fiscal_year}は「推薦なし」と回答"
        yield Entry(day_of(answer.declined_at), None, title, str(answer.get_reason_code_display()), kind="推薦")


def _told() -> Any:
    rows = Nomination.objects.filter(status__in=TOLD, submitted_at__isnull=False)
    return rows.select_related("nominee", "department")


def _serving(day: date) -> Q:
    """Appointed by the day and not withdrawn on it: promoters of all years."""
    return Q(appointed_on__lte=day) & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day))


def count_by_department(on: date) -> dict[int, int]:
    """Promoters of all years by the department in which they work on the day."""
    here = (
        Posting.objects.primary().on(on).filter(employee__in=Promoter.objects.filter(_serving(on)).values("employee"))
    )
    return dict(here.order_by().values_list("department").annotate(Count("pk")))


def words_of(employees: Collection[int], on: date) -> dict[int, str]:
    """DX推進員(R6) for each of these people who is one on the day."""
    rows = Promoter.objects.filter(_serving(on), employee__in=employees)
    return {row.employee_id: f"{LABEL}({row.cohort.short})" for row in rows}


marks.register(marks.Mark(LABEL, count_by_department, words_of))
