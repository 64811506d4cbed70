"""The promoters of a department for its head: who works here with their stage, and who was sent from here and moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from staff.models import Department, Posting
from stages.models import Promoter, StageEnrollment


@dataclass(frozen=True)
class Line:
    """`training`: the newest year in a stage; of who works elsewhere now the head is told only where."""

    promoter: Promoter
    is_here: bool
    place: str
    training: StageEnrollment | None


def of(department: Department, *, on: date) -> list[Line]:
    """Promoters of all years who are posted here on `on`, and those nominated from here; the newest cohort first.

    Three queries and one for each former name, whatever their number.
    """
    names = Department.with_former_names([department.pk])
    here = Posting.objects.on(on).filter(employee=OuterRef("employee"), department=department)
    rows: Any = Promoter.objects.appointed_by(on).annotate(is_here=Exists(here))
    rows = rows.filter(Q(is_here=True) | Q(department__in=names)).select_related("employee", "department")
    found = list(rows.order_by("-cohort", "employee__employee_number"))
    places = _places(found, on)
    trainings = {row.promoter_id: row for row in _years([row for row in found if row.is_here])}
    return [Line(row, row.is_here, places.get(row.employee_id, ""), trainings.get(row.pk)) for row in found]


def _places(promoters: Iterable[Promoter], on: date) -> dict[int, str]:
    primary = Posting.objects.primary().on(on).filter(employee__in=[row.employee_id for row in promoters])
    return dict(primary.values_list("employee", "department__name"))


def _years(promoters: Iterable[Promoter]) -> Iterable[StageEnrollment]:
    """All their years, so that the newest comes last."""
    rows = StageEnrollment.objects.filter(promoter__in=promoters).select_related("stage")
    return rows.order_by(F("fiscal_year").asc(), "pk")
