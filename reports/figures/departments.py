"""The nominating departments of a fiscal year: who was appointed from each, or that nobody was yet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department
from stages.models import Exemption, Promoter

FILLED, OPEN, EXEMPT = "filled", "open", "exempt"
STATES = {FILLED: "任命あり", OPEN: "未任命", EXEMPT: "免除"}


@dataclass(frozen=True)
class Line:
    """A department in a year. `people` are its promoters of the year, those of the 推薦枠 first."""

    pk: int
    code: str
    name: str
    kind: str
    bureau_id: int
    bureau: str
    exemption: str
    state: str
    people: list[Promoter] = field(default_factory=list, compare=False)

    @property
    def word(self) -> str:
        return STATES[self.state]


def lines(fiscal_year: FiscalYear, *, reference_date: date, on: date) -> list[Line]:
    """Every department that nominates on the reference date, in the official order, as things stand on `on`."""
    exemption = Exemption.objects.filter(department=OuterRef("pk"), fiscal_year=fiscal_year)
    holders = Promoter.objects.holding_the_place(fiscal_year, on).order_by().values_list("department", flat=True)
    filled = frozenset(holders.distinct())
    rows = (
        Department.objects.on(reference_date)
        .nominating()
        .in_official_order()
        .annotate(
            bureau_pk=Coalesce("parent__parent", "parent"),
            bureau=Coalesce("parent__parent__name", "parent__name"),
            exemption=Coalesce(Subquery(exemption.values("reason")[:1]), Value(""), output_field=CharField()),
            is_exempt=Exists(exemption),
        )
    )
    names = ("pk", "code", "name", "kind", "bureau_pk", "bureau", "exemption", "is_exempt")
    return [
        Line(row.pk, row.code, row.name, row.kind, row.bureau_pk, row.bureau, row.exemption, _state(row, filled))
        for row in rows.values_list(*names, named=True)
    ]


def _state(row: Any, filled: frozenset[int]) -> str:
    if row.is_exempt:
        return EXEMPT
    return FILLED if row.pk in filled else OPEN


def add_people(rows: Iterable[Line], fiscal_year: FiscalYear, *, on: date) -> None:
    """Put the promoters of the year into the lines, in one query."""
    rows = list(rows)
    of_department = defaultdict(list)
    wanted = Promoter.objects.appointed_by(on).filter(cohort=fiscal_year, department__in=[row.pk for row in rows])
    # 推薦枠 (recommended) before 自薦枠 (self); who withdrew comes last.
    for promoter in wanted.select_related("employee").order_by("route", "withdrawn_on", "appointed_on", "pk"):
        of_department[promoter.department_id].append(promoter)
    for row in rows:
        row.people[:] = of_department[row.pk]


def counts(rows: Sequence[Line]) -> dict[str, int]:
    """How many departments are in each state."""
    return {state: sum(row.state == state for row in rows) for state in STATES}
