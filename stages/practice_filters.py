"""Narrowing the lists of practice reports, of the library and of examinations by what stands in the address."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import F, Q, QuerySet, Sum
from django.http import QueryDict

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee
from stages import practice_lists
from stages.filters import ALL, WordedFilter
from stages.models import ExaminationResult, GrowthStage, PracticeStatus, ProofState
from stages.practice_querysets import HANDED_IN

NOTHING, OPEN, LATE = "none", "open", "late"
STATES = [
    (OPEN, "報告が未提出(すべて)"),
    (LATE, "期限を過ぎて未提出"),
    (NOTHING, "まだ始めていない"),
    *((code, word) for code, word in PracticeStatus.choices if code != PracticeStatus.WITHDRAWN),
]
YES = [("yes", "使える")]
SAVINGS = [("1", "削減あり"), ("12", "年12時間以上"), ("100", "年100時間以上"), ("up", "増加したもの")]
BOARD_ORDERS: dict[str, Sequence[str]] = {
    "name": ("promoter__employee__kana_key", "number"),
    "place": ("post__department__parent__sort_order", "post__department__sort_order", "now_code", "number"),
    "stage": ("stage_number", "number"),
    "status": ("report_status", "number"),
    "due": ("due", "number"),
    "hours": ("hours", "number"),
}
LIBRARY_ORDERS: dict[str, Sequence[str]] = {
    "approved": ("approved_on",),
    "hours": ("hours",),
    "place": ("department__parent__sort_order", "department__sort_order", "department__code"),
    "stage": ("stage_number",),
    "title": ("title",),
}
EXAMINATION_ORDERS: dict[str, Sequence[str]] = {
    "reported": ("reported_at",),
    "person": ("promoter__employee__kana_key", "number"),
    "name": ("name",),
    "passed": ("passed_on",),
    "state": ("state", "reported_at"),
}


def stage_choices() -> list[tuple[str, str]]:
    return [(str(row.number), row.label) for row in GrowthStage.objects.all()]


def bureau_choices(on: date) -> list[tuple[str, str]]:
    """The bureaus of the day and those that were: an old report is under its old name."""
    rows = Department.objects.bureaus().filter(valid_from__lte=on).order_by("sort_order", "name", "pk")
    return [(str(row.pk), f"{row.name}(廃止)" if row.valid_to and row.valid_to <= on else row.name) for row in rows]


class OrderedFilter(WordedFilter):
    """Conditions and an order; blanks last, and always the same order for equal rows."""

    ORDERS: dict[str, Sequence[str]] = {}
    FIRST: Sequence[str] = ()

    def rows(self) -> Any:
        """What meets every condition, in order; nothing where a condition cannot be read."""
        if not self.form.is_valid():
            return self.queryset.none()
        return self.filter_queryset(self.queryset).order_by(*self._expressions())

    def _expressions(self) -> list[Any]:
        asked = self.data.get("sort", "") or next(iter(self.FIRST), "")
        fields = self.ORDERS.get(asked.removeprefix("-"), next(iter(self.ORDERS.values())))
        turned = asked.startswith("-")
        terms = [F(name).desc(nulls_last=True) if turned else F(name).asc(nulls_last=True) for name in fields]
        return [*terms, "pk"]


class PracticeFilter(OrderedFilter):
    """The years of promoters of one fiscal year that owe a report or have one."""

    GIVEN = frozenset({"year"})
    ORDERS = BOARD_ORDERS
    FIRST = ("due",)

    year = django_filters.ChoiceFilter(label="年度", method="of_year", empty_label=None)
    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    theme = django_filters.CharFilter(label="テーマ・手段", method="by_theme")
    bureau = django_filters.ChoiceFilter(label="現在の部局", method="from_bureau", empty_label=ALL)
    stage = django_filters.ChoiceFilter(label="育成ステージ", field_name="stage__number", empty_label=ALL)
    state = django_filters.ChoiceFilter(label="状態", method="by_state", choices=STATES, empty_label=ALL)

    def __init__(self, query: QueryDict, *, years: Iterable[FiscalYear], year: FiscalYear, on: date) -> None:
        self.year, self.on = year, on
        plain = query.copy()
        plain["year"] = str(int(year))
        super().__init__(plain, queryset=practice_lists.of_year(year, on))
        self.filters["year"].extra["choices"] = [(str(int(each)), str(each)) for each in sorted({*years, year})]
        self.filters["bureau"].extra["choices"] = bureau_choices(on)
        self.filters["stage"].extra["choices"] = stage_choices()

    def of_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The rows are those of the year already."""
        return rows

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(promoter__employee__in=Employee.objects.search(text))

    def by_theme(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(Q(title__contains=text) | Q(tool__contains=text))

    def from_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        return rows.filter(Q(post__department__parent=bureau) | Q(post__department__parent__parent=bureau))

    def by_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        if state == NOTHING:
            return rows.filter(report_pk__isnull=True)
        if state in (OPEN, LATE):
            owing = rows.filter(asks=True, status="in_progress").exclude(report_status__in=HANDED_IN)
            owing = owing | rows.filter(asks=True, status="in_progress", report_pk__isnull=True)
            return owing.filter(due__lt=self.on) if state == LATE else owing
        return rows.filter(report_status=state)


class LibraryFilter(OrderedFilter):
    """事例集, by words, place, tool, stage, hours saved and whether others can use it."""

    ORDERS = LIBRARY_ORDERS
    FIRST = ("-approved",)

    q = django_filters.CharFilter(label="ことば", method="search")
    place = django_filters.CharFilter(label="所属", method="by_place")
    bureau = django_filters.ChoiceFilter(label="部局", method="from_bureau", empty_label=ALL)
    tool = django_filters.CharFilter(label="手段・ツール", method="by_tool")
    stage = django_filters.ChoiceFilter(label="育成ステージ", field_name="enrollment__stage__number", empty_label=ALL)
    saved = django_filters.ChoiceFilter(label="削減時間", method="by_saving", choices=SAVINGS, empty_label=ALL)
    reusable = django_filters.ChoiceFilter(label="ほかの所属で", method="by_reuse", choices=YES, empty_label=ALL)

    def __init__(self, query: QueryDict, *, on: date) -> None:
        super().__init__(query, queryset=practice_lists.library(on))
        self.filters["bureau"].extra["choices"] = bureau_choices(on)
        self.filters["stage"].extra["choices"] = stage_choices()

    def totals(self) -> dict[str, Any]:
        """How many hours a year all that was found saves, less what it adds."""
        return self.rows().order_by().aggregate(hours_in_all=Sum("hours"))

    def search(self, rows: Any, name: str, text: str) -> QuerySet:
        return rows.search(text)

    def by_place(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(Q(department__name__contains=text) | Q(department__code=text))

    def from_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        here = Q(department__parent=bureau) | Q(department__parent__parent=bureau) | Q(department=bureau)
        return rows.filter(here)

    def by_tool(self, rows: Any, name: str, text: str) -> QuerySet:
        return rows.filter(tool__icontains=text)

    def by_saving(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        if answer == "up":
            return rows.filter(hours__lt=0)
        return rows.filter(hours__gt=0) if answer == "1" else rows.filter(hours__gte=int(answer))

    def by_reuse(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        return rows.filter(is_reusable=True)


class ExaminationFilter(OrderedFilter):
    """資格・検定 that were reported."""

    ORDERS = EXAMINATION_ORDERS
    FIRST = ("-reported",)

    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    name = django_filters.CharFilter(label="資格・検定", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label="確認", choices=ProofState.choices, empty_label=ALL)

    def __init__(self, query: QueryDict, *, on: date) -> None:
        super().__init__(query, queryset=ExaminationResult.objects.for_list(on))

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(promoter__employee__in=Employee.objects.search(text))
