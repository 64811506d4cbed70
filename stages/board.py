"""選考 in figures: how many places there are, how many are proposed, how they spread over the bureaus."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count, Q

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import LIVE, Nomination, NominationStatus, Promoter, Proposal, QuotaSnapshot, Route
from stages.rules import nomination as rules
from stages.services import coverage, quotas
from stages.services.coverage import AnswerState


@dataclass(frozen=True)
class Line:
    """One way of counting: how many were put forward, appointed, proposed, and what they are measured against.

    `goal` is None where nothing was computed. `counted`: this is the line that the call measures by its target.
    """

    label: str
    live: int
    appointed: int
    proposed: int
    goal: int | None
    goal_word: str = ""
    counted: bool = False

    @property
    def expected(self) -> int:
        return self.appointed + self.proposed

    @property
    def left(self) -> int | None:
        return None if self.goal is None else self.goal - self.expected


@dataclass(frozen=True)
class Capacity:
    """The year's places. `self_counts`: 自薦 counts inside the target (the call says so; it does without one)."""

    lines: tuple[Line, ...]
    states: tuple[tuple[str, str, int], ...]
    proposals: tuple[tuple[str, str, int], ...]
    self_counts: bool
    snapshot: QuotaSnapshot | None
    has_call: bool


def capacity(fiscal_year: FiscalYear, *, on: date) -> Capacity:
    """How the year stands on `on`: four queries whatever the number of nominations."""
    counts = _counts(fiscal_year)
    holders = Promoter.objects.appointed_by(on).filter(cohort=fiscal_year).exclude(withdrawn_on__lte=on)
    appointed = dict(holders.order_by().values_list("route").annotate(times=Count("pk")))
    call = rules.call_of(fiscal_year)
    self_counts = call.self_counts if call else True
    snapshot = quotas.latest(fiscal_year, on=on)
    return Capacity(
        lines=tuple(_lines(counts, appointed, self_counts, snapshot)),
        states=tuple(_tally(counts, 1, NominationStatus.choices)),
        proposals=tuple(_tally(_under_review(counts), 2, Proposal.choices)),
        self_counts=self_counts,
        snapshot=snapshot,
        has_call=call is not None,
    )


Counts = dict[tuple[str, str, str], int]


def _counts(fiscal_year: FiscalYear) -> Counts:
    """Route, state, proposal → number of nominations."""
    rows = Nomination.objects.of_year(fiscal_year).on_the_board().order_by()
    grouped = rows.values_list("route", "status", "proposal").annotate(times=Count("pk"))
    return {(route, status, proposal): times for route, status, proposal, times in grouped}


def _under_review(counts: Counts) -> Counts:
    return {key: times for key, times in counts.items() if key[1] == NominationStatus.IN_REVIEW}


def _tally(counts: Counts, part: int, choices: Iterable[tuple[Any, Any]]) -> Iterable[tuple[str, str, int]]:
    for code, word in choices:
        if times := sum(number for key, number in counts.items() if key[part] == code):
            yield code, str(word), times


def _lines(
    counts: Counts, appointed: dict[str, int], self_counts: bool, snapshot: QuotaSnapshot | None
) -> Iterable[Line]:
    figures = snapshot.figures if snapshot else {}
    goal = figures["target"] + figures["carry"] if figures else None

    def line(label: str, routes: tuple[str, ...], goal: int | None, word: str, counted: bool = False) -> Line:
        return Line(
            label,
            live=sum(times for key, times in counts.items() if key[0] in routes and key[1] in LIVE),
            appointed=sum(appointed.get(route, 0) for route in routes),
            proposed=sum(
                times for key, times in _under_review(counts).items() if key[0] in routes and key[2] == Proposal.ACCEPT
            ),
            goal=goal,
            goal_word=word,
            counted=counted,
        )

    both = (str(Route.RECOMMENDED), str(Route.SELF))
    yield line("推薦枠", both[:1], figures.get("recommended_quota"), "推薦の対象の所属")
    yield line("自薦枠", both[1:], figures.get("self_guide"), "自薦枠の目安")
    yield line("合計(自薦を含む)", both, goal, "目標+繰越分", counted=self_counts)
    yield line("合計(自薦を含まない)", both[:1], goal, "目標+繰越分", counted=not self_counts)


@dataclass
class Bureau:
    """部局間の均衡 (R36): of so many departments, who answered; who is put forward, proposed, appointed.

    `adopted`: promoters of the year nominated from here, whether by a nomination or by an earlier list.
    """

    name: str
    departments: int = 0
    answered: int = 0
    recommended: int = 0
    self_nominated: int = 0
    proposed: int = 0
    adopted: int = 0

    @property
    def chosen(self) -> int:
        return self.proposed + self.adopted


def balance(fiscal_year: FiscalYear, *, on: date) -> list[Bureau]:
    """By bureau, in the official order; the same queries whatever the number of nominations.

    Who nominated under the former name of a bureau stands under the name that the bureau had then.
    """
    found: dict[int, Bureau] = {}
    for answer in coverage.answers(fiscal_year, on=on):
        row = found.setdefault(answer.department.bureau.pk, Bureau(answer.department.bureau.name))
        row.departments += 1
        row.answered += answer.state != AnswerState.UNANSWERED
    for bureau, name, route, status, proposal, times in _live_by_bureau(fiscal_year):
        row = found.setdefault(bureau, Bureau(name))
        if route == Route.RECOMMENDED:
            row.recommended += times
        else:
            row.self_nominated += times
        if status == NominationStatus.IN_REVIEW and proposal == Proposal.ACCEPT:
            row.proposed += times
    for bureau, name, times in _promoters_by_bureau(fiscal_year, on):
        found.setdefault(bureau, Bureau(name)).adopted += times
    return list(found.values())


def _live_by_bureau(fiscal_year: FiscalYear) -> Iterable[tuple]:
    rows = Nomination.objects.of_year(fiscal_year).live().order_by("department__parent__sort_order")
    grouped = rows.values_list("department__parent", "department__parent__name", "route", "status", "proposal")
    return grouped.annotate(times=Count("pk"))


def _promoters_by_bureau(fiscal_year: FiscalYear, on: date) -> Iterable[tuple]:
    rows = Promoter.objects.appointed_by(on).filter(cohort=fiscal_year).exclude(withdrawn_on__lte=on)
    grouped = rows.order_by("department__parent__sort_order").values_list(
        "department__parent", "department__parent__name"
    )
    return grouped.annotate(times=Count("pk"))


def sum_of(rows: Iterable[Bureau]) -> Bureau:
    """All bureaus together."""
    total = Bureau("合計")
    for row in rows:
        for each in fields(Bureau)[1:]:
            setattr(total, each.name, getattr(total, each.name) + getattr(row, each.name))
    return total


@dataclass(frozen=True)
class Standing:
    """What the page of 確定 says beside the batch.

    `decided` so far: day, state now, its word, number, the newest day first. `unproposed`: how many wait for the board
    without a proposal; 確定 leaves them as they are.
    """

    decided: tuple[tuple[date, str, str, int], ...]
    unproposed: int


def standing(fiscal_year: FiscalYear) -> Standing:
    """One query."""
    rows = Nomination.objects.of_year(fiscal_year).on_the_board().order_by()
    grouped = list(rows.values_list("decided_on", "status", "proposal").annotate(times=Count("pk")))
    waiting = ("submitted", "endorsed", "not_endorsed", "in_review")
    decided: dict[tuple[date, str], int] = {}
    for day, status, _, times in grouped:
        if day is not None:
            decided[day, status] = decided.get((day, status), 0) + times
    words = dict(NominationStatus.choices)
    order = list(words)
    newest = sorted(decided, key=lambda key: (-key[0].toordinal(), order.index(key[1])))
    return Standing(
        tuple((day, status, str(words[status]), decided[day, status]) for day, status in newest),
        sum(times for _, status, proposal, times in grouped if status in waiting and not proposal),
    )


def line(fiscal_year: FiscalYear) -> list[Nomination]:
    """The 補欠 of the year in their order: those that are, and those that are proposed to be."""
    rows = Nomination.objects.of_year(fiscal_year).in_line().select_related("nominee", "department__parent")
    return list(rows.order_by("reserve_order", "pk"))


def moved_up(fiscal_year: FiscalYear) -> list[Nomination]:
    """補欠 of the year who were asked and said yes."""
    rows = Nomination.objects.of_year(fiscal_year).filter(status=NominationStatus.ACCEPTED, reserve_order__isnull=False)
    return list(rows.select_related("nominee", "department__parent").order_by("reserve_order", "pk"))


def turned_down(fiscal_year: FiscalYear) -> list[Nomination]:
    """辞退 of the year, and whom a department is asked to replace, newest decision first."""
    rows = Nomination.objects.of_year(fiscal_year).select_related("nominee", "department__parent")
    left = Q(status=NominationStatus.TURNED_DOWN) | Q(
        status__in=(NominationStatus.WITHDRAWN, NominationStatus.DECLINED), due__isnull=False
    )
    return list(rows.filter(left).order_by("-decided_on", "-pk"))


@dataclass(frozen=True)
class Scored:
    """How far the scoring has come: of those still to be decided, how many have both points, one, none."""

    both: int
    one: int
    none: int

    @property
    def to_score(self) -> int:
        return self.both + self.one + self.none


def scored(fiscal_year: FiscalYear) -> Scored:
    """One query."""
    first, second = Q(score_first__isnull=False), Q(score_second__isnull=False)
    rows = Nomination.objects.of_year(fiscal_year).undecided()
    counts = rows.aggregate(
        both=Count("pk", filter=first & second),
        one=Count("pk", filter=(first & ~second) | (~first & second)),
        none=Count("pk", filter=~first & ~second),
    )
    return Scored(**counts)
