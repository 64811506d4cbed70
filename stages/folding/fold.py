"""From facts to the state of a stage (rules 7, 8, 10).

What counts, and from which day:

- **As of a day** means: what became true on that day or before, by the facts that stand today. A fact that was
  revoked or corrected since is as if it had never been otherwise; the audit, not the fold, knows what was believed.
- **Prior training is not repeated**: a completion of an earlier year settles an item. Where the year is a 再履修,
  `Spec.anew_from` is set and only what belongs to that fiscal year or later counts, except qualifications, which
  one has (`Done.year` None). With 継続 the facts of the years before count; the caller hands them over.
- **A decision of a person wins** over every other fact, the newest that stands over the older ones. One that only
  says what the facts said before (認定 of what was done already) leaves the earlier day.
- Items are told apart by what they ask for, not by their row: a decision about a course holds in every version.
- Nothing asked for is not the same as everything done: an empty curriculum is never met by itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from stages.folding.deadlines import moved
from stages.folding.facts import ACCEPT, DENY, EXEMPT, Away, Begun, Done, Extended, Fact, Item, Ruling, Spec
from stages.folding.progress import (
    ACCEPTED,
    DENIED,
    DONE,
    EXEMPTED,
    IN_PROGRESS,
    OPEN,
    OVERDUE,
    SETTLED,
    Electives,
    ItemState,
    Missing,
    Progress,
)

NOTHING = Decimal(0)
BY_RULING = {EXEMPT: EXEMPTED, ACCEPT: ACCEPTED, DENY: DENIED}


class _Known:
    """The facts that had become true, sorted by what they are about."""

    def __init__(self, spec: Spec, facts: Iterable[Fact], as_of: date) -> None:
        self.done: dict[str, Done] = {}
        self.begun: dict[str, list[Begun]] = defaultdict(list)
        self.rulings: dict[str | None, list[Ruling]] = defaultdict(list)
        self.extended: dict[str, date] = {}
        self.away: list[Away] = []
        for fact in set(facts):
            if isinstance(fact, Away):
                self.away += [fact] if fact.first <= as_of else []
            elif fact.on <= as_of and _counts(fact, spec):
                self._take(fact)

    def _take(self, fact: Done | Begun | Ruling | Extended) -> None:
        if isinstance(fact, Done):
            known = self.done.get(fact.item)
            if known is None or (fact.on, fact.key) < (known.on, known.key):
                self.done[fact.item] = fact
        elif isinstance(fact, Begun):
            self.begun[fact.item].append(fact)
        elif isinstance(fact, Ruling):
            self.rulings[fact.item].append(fact)
        else:
            self.extended[fact.item] = max(fact.until, self.extended.get(fact.item, fact.until))


def _counts(fact: Done | Begun | Ruling | Extended, spec: Spec) -> bool:
    """Where the stage starts anew, only what belongs to the year or a later one."""
    year = fact.year if isinstance(fact, Done | Begun) else None
    return year is None or spec.anew_from is None or year >= spec.anew_from


def fold(spec: Spec, facts: Iterable[Fact], *, as_of: date) -> Progress:
    """The state of a stage as of a day, from what it asks for and what is known. Pure: no order, no clock."""
    known = _Known(spec, facts, as_of)
    states = tuple(_state(item, known, spec, as_of) for item in spec.items)
    required = [row for row in states if row.item.required]
    electives = _electives(spec, [row for row in states if not row.item.required])
    ruling = _newest(known.rulings[None])
    met_on = _met_on(required, electives, known.rulings[None])
    settled = [row for row in required if row.state in SETTLED]
    days = [row.by.on for row in states if row.by is not None]
    deadline = moved(spec.deadline, known.away, since=spec.started_on)
    elective_hours = _elective_hours_asked(states, electives)
    return Progress(
        as_of=as_of,
        items=states,
        electives=electives,
        done=len(settled) + min(electives.done, electives.asked),
        asked=len(required) + electives.asked,
        hours_done=sum((row.hours for row in required), NOTHING) + min(_elective_hours(states), elective_hours),
        hours_asked=sum((row.item.hours for row in required if row.state != EXEMPTED), NOTHING) + elective_hours,
        met_on=met_on,
        missing=() if met_on else _missing(required, electives, ruling),
        queue=() if met_on else _queue(states, electives),
        last_on=max([*days, *([ruling.on] if ruling else [])], default=None),
        deadline=deadline,
        ruling=ruling,
        is_stopped=spec.deadline is not None and deadline is None,
    )


def _newest(rulings: list[Ruling]) -> Ruling | None:
    return max(rulings, key=lambda row: (row.order, row.on, row.kind), default=None)


def _state(item: Item, known: _Known, spec: Spec, as_of: date) -> ItemState:
    rulings = known.rulings.get(item.key, [])
    ruling, done = _newest(rulings), known.done.get(item.key)
    if ruling is not None and ruling.kind == DENY:
        return ItemState(item, DENIED, ruling.on, ruling, _due(item, known, spec))
    if ruling is not None:
        overruled = any(row.kind == DENY for row in rulings)
        if done is None or overruled or done.on > ruling.on:
            hours = item.hours if ruling.kind == ACCEPT else NOTHING
            return ItemState(item, BY_RULING[ruling.kind], ruling.on, ruling, None, hours)
    if done is not None:
        return ItemState(item, DONE, done.on, done, None, item.hours)
    due = _due(item, known, spec)
    begun = known.begun.get(item.key)
    if not begun:
        return ItemState(item, OVERDUE if due and due < as_of else OPEN, due=due)
    last = max(begun, key=lambda row: (row.on, row.key))
    hours = min(item.hours, Decimal(sum(row.minutes for row in begun)) / 60)
    return ItemState(item, OVERDUE if due and due < as_of else IN_PROGRESS, last.on, last, due, hours)


def _due(item: Item, known: _Known, spec: Spec) -> date | None:
    """The item's own day, else that of the stage; moved by leave, and never before an own extension."""
    due = moved(item.due or spec.deadline, known.away, since=spec.started_on)
    extended = known.extended.get(item.key)
    return max(due, extended) if due and extended else due


def _electives(spec: Spec, states: list[ItemState]) -> Electives:
    """An exempted elective item counts as one that was taken."""
    number, hours, met_on = 0, NOTHING, None
    if not spec.electives and not spec.elective_hours:
        return Electives()
    for row in sorted((row for row in states if row.state in SETTLED), key=lambda row: (row.on, row.item.key)):
        number, hours = number + 1, hours + row.item.hours
        if met_on is None and number >= spec.electives and hours >= spec.elective_hours:
            met_on = row.on
    return Electives(spec.electives, spec.elective_hours, number, hours, met_on)


def _met_on(required: list[ItemState], electives: Electives, rulings: list[Ruling]) -> date | None:
    ruling = _newest(rulings)
    if ruling is not None and ruling.kind == DENY:
        return None
    days = [row.on for row in required if row.on is not None]
    if electives.met_on:
        days.append(electives.met_on)
    by_facts = max(days, default=None) if all(row.state in SETTLED for row in required) and electives.is_met else None
    if ruling is None:
        return by_facts
    agreed = by_facts is not None and by_facts <= ruling.on and not any(row.kind == DENY for row in rulings)
    return by_facts if agreed else ruling.on


def _elective_hours(states: tuple[ItemState, ...]) -> Decimal:
    return sum((row.hours for row in states if not row.item.required), NOTHING)


def _elective_hours_asked(states: tuple[ItemState, ...], electives: Electives) -> Decimal:
    """As many as the rule says, and at least those of the shortest items that would do."""
    shortest = sorted(row.item.hours for row in states if not row.item.required)[: electives.asked]
    return max(electives.hours_asked, sum(shortest, NOTHING))


def _missing(required: list[ItemState], electives: Electives, ruling: Ruling | None) -> tuple[Missing, ...]:
    """What blocks the completion, in words."""
    found = []
    if ruling is not None and ruling.kind == DENY:
        found.append(Missing(f"ステージの修了が不認定になっています({ruling.reason})"))
    for row in required:
        if row.state in SETTLED:
            continue
        why = {DENIED: "(不認定)", OVERDUE: "(期限切れ)", IN_PROGRESS: "(取組中)"}.get(row.state, "")
        found.append(Missing(f"「{row.item.title}」{why}", row.item.key, row.item.pk, row.due))
    if not electives.is_met:
        found.append(Missing(_elective_words(electives)))
    return tuple(found)


def _elective_words(electives: Electives) -> str:
    number, hours = electives.asked - electives.done, electives.hours_asked - electives.hours_done
    parts = [f"あと{number}つ"] if number > 0 else []
    if hours > 0:
        parts.append(f"あと{hours.normalize():f}時間")
    return f"選択項目を{'、'.join(parts)}"


def _queue(states: tuple[ItemState, ...], electives: Electives) -> tuple[ItemState, ...]:
    """What is required by its day, then the elective items while their rule asks; what was denied is for the office."""
    waiting = [row for row in states if row.state in {OPEN, IN_PROGRESS, OVERDUE}]
    required = [row for row in waiting if row.item.required]
    optional = [] if electives.is_met else [row for row in waiting if not row.item.required]
    return (*sorted(required, key=_urgency), *sorted(optional, key=_urgency))


def _urgency(row: ItemState) -> tuple[date, bool, int, str]:
    return row.due or date.max, row.state != IN_PROGRESS, row.item.position, row.item.key
