"""Narrowing and ordering the list of promoters by what stands in the address."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import F, Max, Min, QuerySet, Subquery
from django.http import QueryDict

from aomori_dx.kernel.fields import FiscalYearFormField
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Absence, Department, Employee
from stages.models import GrowthStage, Promoter, Route, StageEnrollment, StageStatus, TrainingPlan

ALL = "すべて"
SERVICE = [("in", "在職"), ("away", "在職(休職等)"), ("left", "退職など")]
WITHDRAWN = [("no", "辞退していない"), ("yes", "辞退した")]
TRAINED = [("yes", "修了"), ("no", "修了していない")]

NUMBER = "employee__employee_number"
_PLACE = ("department__parent__sort_order", "department__sort_order", "department__code", NUMBER)
ORDERS: dict[str, Sequence[str]] = {
    "cohort": ("cohort", *_PLACE),
    "route": ("route", "cohort", *_PLACE),
    "number": (NUMBER,),
    "name": ("employee__kana_key", NUMBER),
    "place": _PLACE,
    "now": ("post__department__parent__sort_order", "post__department__sort_order", "now_code", NUMBER),
    "stage": ("stage_number", "status", NUMBER),
}
"""What a column sorts by. The order of the list without a choice is the first."""
ANNOTATED = frozenset({"now", "stage"})
"""Orders by what only `for_list` knows. For the others the database need not fetch it before it has sorted."""


class YearFilter(django_filters.Filter):
    """令和8年度 as 2026, R8 or 令和8年度."""

    field_class = FiscalYearFormField


class WordedFilter(django_filters.FilterSet):
    """Conditions that stand in the address and can be said in words. `GIVEN`: parts that always stand there."""

    GIVEN: frozenset[str] = frozenset()

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name not in self.GIVEN)

    @property
    def query(self) -> str:
        """The conditions and the order as a query, without anything else that stood in the address."""
        kept = [(name, value) for name in (*self.filters, "sort") if (value := self.data.get(name))]
        return urlencode(kept)

    @property
    def in_words(self) -> str:
        """The conditions as a person reads them: 枠: 推薦枠、育成ステージ: 2 業務改善"""
        if not self.form.is_valid():
            return ""
        given = {name: value for name, value in self.form.cleaned_data.items() if value and name not in self.GIVEN}
        return "、".join(f"{self.filters[name].label}: {self._word(name, value)}" for name, value in given.items())

    def _word(self, name: str, value: Any) -> str:
        choices = getattr(self.form.fields[name], "choices", ())
        return str(dict(choices).get(value, value))


class PromoterFilter(WordedFilter):
    """Each part of the query is one condition; without any, everybody. `year` is the year whose training shows."""

    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    cohort = YearFilter(label="任命年度", field_name="cohort")
    route = django_filters.ChoiceFilter(label="枠", choices=Route.choices, empty_label=ALL)
    bureau = django_filters.ChoiceFilter(label="推薦所属の部局", method="from_bureau", empty_label=ALL)
    fiscal_year = YearFilter(label="育成の年度", method="with_training")
    stage = django_filters.ChoiceFilter(label="育成ステージ", method="with_training", empty_label=ALL)
    status = django_filters.ChoiceFilter(
        label="育成の状態", method="with_training", choices=StageStatus.choices, empty_label=ALL
    )
    trained = django_filters.ChoiceFilter(
        label="ステージ1の修了", method="by_training", choices=TRAINED, empty_label=ALL
    )
    service = django_filters.ChoiceFilter(label="在職", method="by_service", choices=SERVICE, empty_label=ALL)
    withdrawn = django_filters.ChoiceFilter(label="辞退", method="by_withdrawal", choices=WITHDRAWN, empty_label=ALL)
    until = YearFilter(label="任命年度(まで)", field_name="cohort", lookup_expr="lte")

    def __init__(self, query: QueryDict, *, on: date) -> None:
        self.on = on
        super().__init__(_plain_years(query), queryset=Promoter.objects.all())
        stages, years = _stages_and_years()
        year_choices = [(str(int(year)), str(year)) for year in years]
        for name in ("cohort", "fiscal_year"):
            self.filters[name].extra["widget"] = forms.Select(choices=[("", ALL), *year_choices])
        self.filters["until"].extra["widget"] = forms.HiddenInput
        self.filters["stage"].extra["choices"] = [
            (str(stage.number), f"{stage.number} {stage.name}") for stage in stages
        ]
        self.filters["bureau"].extra["choices"] = bureaus()

    @property
    def year(self) -> FiscalYear:
        """The year whose stage and state the list shows."""
        asked = self.form.cleaned_data.get("fiscal_year") if self.form.is_valid() else None
        return asked or FiscalYear.containing(self.on)

    @property
    def order(self) -> str:
        """The column to sort by, the first where none or an unknown one was asked for."""
        asked = self.data.get("sort", "").removeprefix("-")
        return asked if asked in ORDERS else next(iter(ORDERS))

    def rows(self) -> Any:
        """The promoters that meet every condition, in order; nobody where a condition cannot be read."""
        everybody: Any = Promoter.objects.all()
        if self.order in ANNOTATED:
            everybody = everybody.for_list(self.year, self.on)
        if not self.form.is_valid():
            return everybody.none()
        found = self.filter_queryset(everybody)
        if training := self._training:
            found = found.filter(
                pk__in=StageEnrollment.objects.started_by(self.on).filter(**training).values("promoter")
            )
        return found.order_by(*self._expressions())

    @property
    def _training(self) -> dict[str, Any]:
        """The conditions that one and the same year of training must meet."""
        asked = self.form.cleaned_data
        given = {"stage__number": asked["stage"], "status": asked["status"]}
        conditions = {name: value for name, value in given.items() if value}
        return {"fiscal_year": self.year, **conditions} if conditions or asked["fiscal_year"] else {}

    def _expressions(self) -> list[Any]:
        """Blanks last, and always the same order for equal rows."""
        turned = self.data.get("sort", "").startswith("-")
        fields = [F(field) for field in ORDERS[self.order]]
        return [*(field.desc(nulls_last=True) if turned else field.asc(nulls_last=True) for field in fields), "pk"]

    def lines(self, rows: Any) -> list[Any]:
        """Some of the rows, with all that the list shows of them."""
        keys = [row.pk for row in rows]
        found = {row.pk: row for row in Promoter.objects.filter(pk__in=keys).for_list(self.year, self.on)}
        return [found[key] for key in keys if key in found]

    def with_training(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Left to `rows`: it must be one and the same year that meets all of them."""
        return rows

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(employee__in=Employee.objects.search(text))

    def from_bureau(self, rows: Any, name: str, bureau: str) -> QuerySet:
        return rows.nominated_from(int(bureau))

    def by_training(self, rows: Any, name: str, answer: str) -> QuerySet:
        trained = Promoter.objects.trained_by(self.on)
        return (
            rows.filter(pk__in=trained.values("pk")) if answer == "yes" else rows.exclude(pk__in=trained.values("pk"))
        )

    def by_service(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        here = Employee.objects.in_service(self.on)
        if answer == "left":
            return rows.exclude(employee__in=here)
        staying = rows.filter(employee__in=here)
        away = Absence.objects.on(self.on)
        return staying.filter(employee__in=away.values("employee")) if answer == "away" else staying

    def by_withdrawal(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        gone = rows.filter(withdrawn_on__lte=self.on)
        return gone if answer == "yes" else rows.exclude(withdrawn_on__lte=self.on)


def _plain_years(query: QueryDict) -> QueryDict:
    """The query with its years as the selects of the form name them: R8 becomes 2026."""
    plain = query.copy()
    for name in ("cohort", "fiscal_year", "until"):
        try:
            plain[name] = str(int(FiscalYear.parse(query.get(name, ""))))
        except ValueError:
            continue  # the form says what is wrong with it
    return plain


def _stages_and_years() -> tuple[Sequence[GrowthStage], list[FiscalYear]]:
    """The stages, and every year of every plan, in one query."""
    plans = TrainingPlan.objects.order_by()
    first = plans.annotate(year=Min("first_year")).values("year").order_by("year")[:1]
    last = plans.annotate(year=Max("last_year")).values("year").order_by("-year")[:1]
    stages = list(GrowthStage.objects.annotate(first_year=Subquery(first), last_year=Subquery(last)))
    if not stages or stages[0].first_year is None:
        return stages, []
    return stages, list(FiscalYear.between(stages[0].first_year, stages[0].last_year))


def bureaus() -> list[tuple[str, str]]:
    """Every bureau that ever was; those that are no more say so."""
    rows = Department.objects.bureaus().order_by("sort_order", "name", "pk")
    return [(str(row.pk), f"{row.name}(廃止)" if row.valid_to else row.name) for row in rows]
