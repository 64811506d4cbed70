"""Narrowing and ordering the nominations of a year by what stands in the address."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import areas
from staff.models import Department, Employee
from stages.filters import ALL, WordedFilter
from stages.models import NominationStatus, Proposal, Route

NOT_PROPOSED = "none"
MANAGERS = [("yes", "管理職"), ("no", "管理職以外")]
STATES = [choice for choice in NominationStatus.choices if choice[0] != NominationStatus.DRAFT]
NUMBER = "nominee__employee_number"
_PLACE = ("department__parent__sort_order", "department__sort_order", "department__code", NUMBER)
ORDERS: dict[str, Sequence[str]] = {
    "place": _PLACE,
    "name": ("nominee__kana_key", NUMBER),
    "route": ("route", *_PLACE),
    "title": ("title", NUMBER),
    "status": ("status", *_PLACE),
    "first": ("score_first", *_PLACE),
    "second": ("score_second", *_PLACE),
    "average": ("average", *_PLACE),
    "proposal": ("proposal", "reserve_order", *_PLACE),
}
"""What a column sorts by. The order of the list without a choice is the first."""


class NominationFilter(WordedFilter):
    """Each part of the query is one condition; without any, all nominations of the year that came to the office."""

    GIVEN = frozenset({"year"})

    year = django_filters.ChoiceFilter(label="年度", method="of_year", empty_label=None)
    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    bureau = django_filters.ChoiceFilter(label="推薦所属の部局", method="from_bureau", empty_label=ALL)
    area = django_filters.ChoiceFilter(label="圏域", method="from_area", choices=areas.CHOICES, empty_label=ALL)
    route = django_filters.ChoiceFilter(label="枠", choices=Route.choices, empty_label=ALL)
    title = django_filters.CharFilter(label="補職名", field_name="title", lookup_expr="contains")
    manager = django_filters.ChoiceFilter(label="管理職", method="by_rank", choices=MANAGERS, empty_label=ALL)
    status = django_filters.ChoiceFilter(label="状態", choices=STATES, empty_label=ALL)
    proposal = django_filters.ChoiceFilter(
        label="選考案",
        method="by_proposal",
        choices=[*Proposal.choices, (NOT_PROPOSED, "まだない(審査できるもの)")],
        empty_label=ALL,
    )

    def __init__(self, query: QueryDict, *, rows: Any, years: Iterable[FiscalYear], year: FiscalYear, on: date) -> None:
        """`rows`: those that this person may see. `year`: the one that the query names, or the present one."""
        self.year, self.on = year, on
        plain = query.copy()
        plain["year"] = str(int(year))
        super().__init__(plain, queryset=rows.on_the_board().of_year(year).for_board(on))
        offered = sorted({*years, year})
        self.filters["year"].extra["choices"] = [(str(int(each)), str(each)) for each in offered]
        self.filters["bureau"].extra["choices"] = _bureaus(year)

    def rows(self) -> Any:
        """The nominations that meet every condition, in order; none where a condition cannot be read."""
        if not self.form.is_valid():
            return self.queryset.none()
        return self.filter_queryset(self.queryset).order_by(*self._expressions())

    def _expressions(self) -> list[Any]:
        """Blanks last, and always the same order for equal rows."""
        asked = self.data.get("sort", "")
        fields = ORDERS.get(asked.removeprefix("-"), _PLACE)
        turned = asked.startswith("-")
        terms = [F(name).desc(nulls_last=True) if turned else F(name).asc(nulls_last=True) for name in fields]
        return [*terms, "pk"]

    def of_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The rows are those of the year already."""
        return rows

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(nominee__in=Employee.objects.search(text))

    def from_area(self, rows: QuerySet, name: str, area: str) -> QuerySet:
        return rows.filter(areas.within(area, "department"))

    def from_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        return rows.filter(Q(department__parent=bureau) | Q(department__parent__parent=bureau))

    def by_rank(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        managers = Q(is_manager=True)
        return rows.filter(managers) if answer == "yes" else rows.exclude(managers)

    def by_proposal(self, rows: QuerySet, name: str, proposal: str) -> QuerySet:
        if proposal != NOT_PROPOSED:
            return rows.filter(proposal=proposal)
        waiting = ("submitted", "endorsed", "not_endorsed", "in_review")
        return rows.filter(proposal="", status__in=waiting)


def _bureaus(year: FiscalYear) -> list[tuple[str, str]]:
    """The bureaus that there were in the year."""
    rows = Department.objects.bureaus().filter(valid_from__lte=year.last_day)
    rows = rows.exclude(valid_to__lte=year.first_day).order_by("sort_order", "name", "pk")
    return [(str(row.pk), row.name) for row in rows]
