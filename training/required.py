"""Required training as the offices read it: a year's rules with their rates, one by department, and its people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.text import fold
from staff.models import Department, EmploymentType
from training import rates
from training.models import Requirement
from training.obligation_states import NOT_DONE, ObligationQuerySet, OwedState
from training.rates import Rate

NOWHERE = "(配属なし)"
PLACE_ORDER = (
    F("bureau_order").asc(nulls_last=True), F("place_order").asc(nulls_first=True), F("place_code").asc(nulls_last=True)
)  # fmt: skip


@dataclass(frozen=True)
class RuleLine:
    """A rule in a year with its rate; `due` is its day of the year."""

    rule: Requirement
    rate: Rate

    @property
    def in_words(self) -> str:
        """2,662/3,751人(70.9%)"""
        share = f"({self.rate.percent}%)" if self.rate.percent is not None else ""
        return f"{self.rate.done:,}/{self.rate.counted:,}人{share}"


@dataclass(frozen=True)
class Line:
    """A department (or a bureau, with `code` empty) with its rate."""

    pk: int | None
    code: str
    name: str
    bureau_id: int | None
    bureau: str
    rate: Rate


@dataclass(frozen=True)
class Part:
    """The rate of one 職員区分, or of 管理職 and the others."""

    label: str
    rate: Rate


def last_day(year: FiscalYear, *, on: date) -> date:
    """As of which day a year is shown unless another is asked for: today, or the last day of one that is over."""
    return min(on, year.last_day)


def rules(year: FiscalYear, *, on: date) -> list[RuleLine]:
    """The rules that run in the year, with their rates; two queries."""
    found = rates.of_all(year, on=on)
    runs = Q(last_year__isnull=True) | Q(last_year__gte=year) | Q(pk__in=found)
    rows = Requirement.objects.filter(runs, first_year__lte=year).select_related("course")
    return [RuleLine(row, found.get(row.pk, Rate())) for row in rows.order_by("obliges", "course__code", "pk")]


def years(rule: Requirement | None = None, *, on: date) -> list[FiscalYear]:
    """The years that can be looked at: from the first of the rule (or of all rules) until this one, newest first."""
    first = (
        rule.first_year
        if rule
        else Requirement.objects.order_by("first_year").values_list("first_year", flat=True).first()
    )
    this = FiscalYear.containing(on)
    return list(FiscalYear.between(min(first or this, this), this))[::-1]


def ranking(rule: Requirement, year: FiscalYear, *, group: str, on: date) -> list[Line]:
    """Each department or bureau with people who are obliged, in official order; two queries."""
    found = rates.by(group, rule, year, on=on)
    places = Department.objects.filter(pk__in=[key for key in found if key]).select_related("parent")
    lines = [_line(place, found[place.pk]) for place in places.in_official_order()]
    return [*lines, Line(None, "", NOWHERE, None, "", found[None])] if None in found else lines


def _line(place: Department, rate: Rate) -> Line:
    bureau = place.bureau
    return Line(place.pk, place.code, place.name, bureau.pk, bureau.name, rate)


def parts(rule: Requirement, year: FiscalYear, *, on: date) -> list[Part]:
    """By 職員区分, and 管理職 beside the others; two queries."""
    kinds = rates.by("employment_type", rule, year, on=on)
    managers = rates.by("manager", rule, year, on=on)
    words = {**dict(EmploymentType.choices), "": "(職員区分なし)"}
    found = [Part(str(word), kinds[kind]) for kind, word in words.items() if kind in kinds]
    return [*found, *(Part(word, managers[key]) for key, word in MANAGERS.items() if key in managers)]


MANAGERS = {"yes": "管理職", "no": "管理職以外"}

ORDERS: Mapping[str, Callable[[Line], Any]] = {
    "name": lambda line: line.name,
    "counted": lambda line: line.rate.counted,
    "done": lambda line: line.rate.done,
    "not_done": lambda line: line.rate.not_done,
    "overdue": lambda line: line.rate.overdue,
    "percent": lambda line: -1 if line.rate.percent is None else line.rate.percent,
}


def people(rule: Requirement, year: FiscalYear, *, on: date) -> ObligationQuerySet:
    """The obligations of the round with their people and present places, in the official order of departments."""
    return named(rates.obligations(rule, year, on=on), on)


def named(rows: ObligationQuerySet, on: date) -> ObligationQuerySet:
    """Rows with `place`, for a list: the names of department and bureau, and on which day it was done."""
    tops = ("place__department__parent", "place__department")
    rows = rows.select_related("employee", "requirement__course").with_done_on(on)
    return rows.annotate(
        place_name=F("place__department__name"), place_code=F("place__department__code"),
        place_order=F("place__department__sort_order"), bureau_name=Coalesce(*(f"{top}__name" for top in tops)),
        bureau_order=Coalesce(*(f"{top}__sort_order" for top in tops)),
    ).order_by(*PLACE_ORDER, "employee__employee_number", "due_on", "pk")  # fmt: skip


def narrowed(rows: ObligationQuerySet, asked: Mapping[str, str]) -> ObligationQuerySet:
    """By state (empty: all that are not done; "all"), bureau (id), department (code) and 職員番号 or name."""
    state = asked.get("state", "")
    if state != "all":
        rows = rows.filter(state__in=[state] if state in OwedState.values else NOT_DONE)
    if bureau := asked.get("bureau"):
        rows = rows.filter(bureau=bureau)
    if code := asked.get("department"):
        rows = rows.filter(place__department__code=code)
    if text := fold(asked.get("q") or ""):
        words = Q(employee__name_key__contains=text) | Q(employee__kana_key__contains=text)
        rows = rows.filter(words | Q(employee__employee_number__contains=text))
    return rows


def shown(rows: Iterable[Any], on: date) -> list[Any]:
    """The rows of a page, each with `state_word` and `days_late`."""
    found = list(rows)
    for row in found:
        row.state_word, row.days_late = OwedState(row.state).label, days_late(row, on)
    return found


def days_late(row: Any, on: date) -> int:
    """How many days after its due day; 0 where it is not late."""
    return (on - row.due_on).days if row.state == OwedState.OVERDUE else 0
