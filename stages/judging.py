"""修了判定 on one board: the years to judge, narrowed and ordered by what stands in the address, and in figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee
from stages.filters import ALL, WordedFilter, bureaus
from stages.folding.conditions import LABELS, OVERALL, WORDS
from stages.models import GrowthStage, StageEnrollment, StageOutcome, StageStatus, Standing
from stages.rules.judgement import RUNNING

MET, UNMET, NONE, CONTRADICTORY = "met", "unmet", "none", "contradictory"
STATES = [
    (MET, "すべて満たす"),
    (UNMET, "不足がある"),
    (NONE, "カリキュラム未設定"),
    (CONTRADICTORY, "記録に矛盾がある"),
]
OPEN, DRAFTED, DECIDED = "open", "drafted", "decided"
STEPS = [(OPEN, "判定案がまだない"), (DRAFTED, "判定案がある"), (DECIDED, "確定した")]
PARTS = tuple(code for code in LABELS if code not in OVERALL)
"""The conditions that have a column of their own, before the whole."""
_PLACE = ("post__department__parent__sort_order", "post__department__sort_order", "now_code", "number")
ORDERS: dict[str, Sequence[str]] = {
    "now": _PLACE,
    "name": ("kana_key", "number"),
    "number": ("number",),
    "stage": ("stage_number", *_PLACE),
    "cohort": ("cohort", *_PLACE),
    "status": ("status", *_PLACE),
    "met": ("met_on", *_PLACE),
    "outcome": ("outcome", *_PLACE),
}
"""What a column sorts by. The order of the list without a choice is the first."""


class JudgementFilter(WordedFilter):
    """Each part of the query is one condition; without any, every year in a stage of the fiscal year."""

    GIVEN = frozenset({"year"})

    year = django_filters.ChoiceFilter(label="年度", method="of_year", empty_label=None)
    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    bureau = django_filters.ChoiceFilter(label="現在の部局", method="in_bureau", empty_label=ALL)
    department = django_filters.ChoiceFilter(label="現在の所属", field_name="now_pk", empty_label=ALL)
    stage = django_filters.ChoiceFilter(label="育成ステージ", field_name="stage_number", empty_label=ALL)
    cohort = django_filters.ChoiceFilter(label="任命年度", method="of_cohort", empty_label=ALL)
    state = django_filters.ChoiceFilter(label="修了の条件", method="by_state", choices=STATES, empty_label=ALL)
    status = django_filters.ChoiceFilter(label="育成の状態", choices=StageStatus.choices, empty_label=ALL)
    outcome = django_filters.ChoiceFilter(label="判定", choices=StageOutcome.choices, empty_label=ALL)
    step = django_filters.ChoiceFilter(label="判定の段階", method="by_step", choices=STEPS, empty_label=ALL)

    def __init__(self, query: QueryDict, *, years: Iterable[FiscalYear], year: FiscalYear, on: date) -> None:
        """`year`: the one that the query names, or the present one."""
        self.year, self.on = year, on
        plain = query.copy()
        plain["year"] = str(int(year))
        rows = StageEnrollment.objects.all().for_judgement(year, on)
        super().__init__(plain, queryset=rows)
        offered = sorted({*years, year})
        cohorts = [each for each in offered if each <= year]
        self.filters["year"].extra["choices"] = [(str(int(each)), str(each)) for each in offered]
        self.filters["cohort"].extra["choices"] = [(str(int(each)), str(each)) for each in reversed(cohorts)]
        self.filters["bureau"].extra["choices"] = bureaus()
        here = Department.objects.filter(pk__in=rows.order_by().values("post__department"))
        places = here.order_by("parent__sort_order", "sort_order", "code").values_list("pk", "name")
        self.filters["department"].extra["choices"] = [(str(pk), name) for pk, name in places]
        stages = GrowthStage.objects.order_by("number")
        self.filters["stage"].extra["choices"] = [(str(row.number), f"{row.number} {row.name}") for row in stages]

    def rows(self) -> Any:
        """The years that meet every condition, in order; none where a condition cannot be read."""
        found = self.filter_queryset(self.queryset) if self.form.is_valid() else self.queryset.none()
        asked = self.data.get("sort", "")
        turned = asked.startswith("-")
        fields = [F(name) for name in ORDERS.get(asked.removeprefix("-"), _PLACE)]
        terms = [field.desc(nulls_last=True) if turned else field.asc(nulls_last=True) for field in fields]
        return found.order_by(*terms, "pk")

    def of_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The rows are those of the year already."""
        return rows

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(promoter__employee__in=Employee.objects.search(text))

    def in_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        above = Q(post__department__parent=bureau) | Q(post__department__parent__parent=bureau)
        return rows.filter(above | Q(post__department=bureau))

    def of_cohort(self, rows: QuerySet, name: str, year: str) -> QuerySet:
        return rows.filter(cohort=FiscalYear(int(year)))

    def by_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        if state == MET:
            return rows.filter(met_on__isnull=False)
        if state == NONE:
            return rows.filter(curriculum__isnull=True)
        if state == CONTRADICTORY:
            return rows.filter(standing=Standing.CONTRADICTORY)
        return rows.filter(met_on__isnull=True, curriculum__isnull=False)

    def by_step(self, rows: QuerySet, name: str, step: str) -> QuerySet:
        if step == DECIDED:
            return rows.filter(judged_on__isnull=False)
        waiting = rows.filter(judged_on__isnull=True, status__in=RUNNING)
        return waiting.filter(outcome="") if step == OPEN else waiting.exclude(outcome="")


@dataclass(frozen=True)
class Cell:
    """One condition of one person: `word` says what the colour says. Empty (`state`) where it is not asked for."""

    label: str
    state: str = ""
    word: str = ""
    done: int = 0
    asked: int = 0
    missing: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"{self.word} {self.done}/{self.asked}" if self.state else ""


def cells(row: Any) -> list[Cell]:
    """The conditions of a row of the board in the order of its columns, as they were computed; the whole is last."""
    known = {part["code"]: part for part in row.conditions or ()}
    return [_cell(code, known.get(code)) for code in (*PARTS, *OVERALL)]


def _cell(code: str, told: dict[str, Any] | None) -> Cell:
    if told is None:
        return Cell(LABELS[code])
    missing = tuple(told["missing"])
    return Cell(LABELS[code], told["state"], WORDS[told["state"]], told["done"], told["asked"], missing)


def missing(row: Any) -> list[str]:
    """What is missing, by the name of the condition: 必修の研修「X」."""
    return [f"{cell.label}: {'、'.join(cell.missing)}" for cell in cells(row) if cell.missing]


@dataclass(frozen=True)
class Tally:
    """So many of the year: a part of the query that leads to them, what they are, how many."""

    query: str
    word: str
    times: int


def tallies(year: FiscalYear) -> list[Tally]:
    """How far the judgement of the year has come, in one query."""
    waiting = Q(judged_on__isnull=True, status__in=RUNNING)
    met = Q(progress__met_on__isnull=False)
    undrafted = waiting & Q(outcome="")
    drafted = waiting & ~Q(outcome="")
    asked = {
        "state=met&step=open": ("条件を満たし、判定案がない", Count("pk", filter=undrafted & met)),
        "state=unmet&step=open": ("不足があり、判定案がない", Count("pk", filter=undrafted & ~met)),
        "step=drafted": ("判定案がある", Count("pk", filter=drafted)),
        "step=decided": ("確定した", Count("pk", filter=Q(judged_on__isnull=False))),
    }
    counted = {f"n{number}": count for number, (_, count) in enumerate(asked.values())}
    found = StageEnrollment.objects.filter(fiscal_year=year).aggregate(**counted)
    named = zip(asked.items(), found.values(), strict=True)
    return [Tally(query, word, times) for (query, (word, _)), times in named]
