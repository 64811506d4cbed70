"""What the turn of the year asks of promoters, read set-based, a portion of promoters at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee
from stages.models import ContinuationWish, GrowthStage, Promoter, StageEnrollment
from stages.rules.rollover import Decision, Facts, Rules, YearInStage, decide

PORTION = 5_000
"""So many promoters are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Case:
    """One promoter with what the turn of the year decides. `tracks`: the wish's and the newest year's (ids)."""

    promoter: int
    employee: int
    facts: Facts
    decision: Decision
    track: int | None = None

    @property
    def last(self) -> YearInStage | None:
        return self.facts.years[-1] if self.facts.years else None


def rules_for(year: FiscalYear, *, silence_pauses: bool) -> Rules:
    """The stages as they are in the data (R19)."""
    numbers = tuple(GrowthStage.objects.order_by("number").values_list("number", flat=True))
    return Rules(year, numbers, silence_pauses)


def portions(year: FiscalYear) -> Iterator[list[int]]:
    """The promoters appointed before the year begins, `PORTION` ids at a time, in the order of their ids."""
    before = Promoter.objects.filter(appointed_on__lt=year.first_day).order_by("pk")
    last = 0
    while found := list(before.filter(pk__gt=last).values_list("pk", flat=True)[:PORTION]):
        yield found
        last = found[-1]


def cases(promoters: Sequence[int], rules: Rules) -> Iterator[Case]:
    """What is decided for these promoters, in the order of their ids. Six queries whatever their number."""
    first, last = promoters[0], promoters[-1]
    day = rules.year.first_day
    ours = Promoter.objects.filter(pk__gte=first, pk__lte=last)
    years, new, later, tracks = _years(first, last, rules.year)
    wishes = _of(ContinuationWish.objects.filter(fiscal_year=rules.year), first, last, "answer", "track")
    people = Employee.objects.filter(pk__in=ours.values("employee"))
    serving = set(people.in_service(day).values_list("pk", flat=True))
    away = set(people.away(day).values_list("pk", flat=True))
    wanted = frozenset(promoters)
    for pk, employee, withdrawn_on in ours.order_by("pk").values_list("pk", "employee", "withdrawn_on"):
        if pk not in wanted:
            continue
        gone = ""
        if withdrawn_on is not None and withdrawn_on <= day:
            gone = "DX推進員を辞退"
        elif employee not in serving:
            gone = "在職していません"
        answer, track = wishes.get(pk, ("", None))
        known = tuple(years.get(pk, ()))
        facts = Facts(known, new.get(pk), answer, gone, is_away=employee in away, later=later.get(pk))
        yield Case(pk, employee, facts, decide(facts, rules), track or tracks.get(pk))


def _years(
    first: int, last: int, year: FiscalYear
) -> tuple[dict[int, list[YearInStage]], dict[int, YearInStage], dict[int, FiscalYear], dict[int, Any]]:
    """Of each promoter the years before, the new one, the last one after it, and the newest career track until then."""
    before: dict[int, list[YearInStage]] = defaultdict(list)
    new: dict[int, YearInStage] = {}
    later: dict[int, FiscalYear] = {}
    tracks: dict[int, Any] = {}
    rows = StageEnrollment.objects.filter(promoter__gte=first, promoter__lte=last)
    columns = ("promoter", "fiscal_year", "stage__number", "status", "outcome", "track")
    for pk, of, stage, status, outcome, track in rows.order_by("promoter", "fiscal_year").values_list(*columns):
        if of > year:
            later[pk] = of
            continue
        row = YearInStage(of, stage, status, outcome)
        if of == year:
            new[pk] = row
        else:
            before[pk].append(row)
        tracks[pk] = track or tracks.get(pk)
    return before, new, later, tracks


def _of(rows: Any, first: int, last: int, *columns: str) -> dict[int, tuple[Any, ...]]:
    found = rows.filter(promoter__gte=first, promoter__lte=last).order_by().values_list("promoter", *columns)
    return {pk: tuple(rest) for pk, *rest in found}
