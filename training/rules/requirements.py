"""必修: whom a rule obliges in a fiscal year, since when and until when (R67, R69). Pure over a person's facts and
the words of a rule, which may be one that is not saved yet."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import EmploymentType
from training.models import Obliged, Requirement

Span = tuple[date, date | None]
"""From a day until the first day no longer; None: without a known end."""

OUTSIDE = frozenset({EmploymentType.SECONDED_IN, EmploymentType.SECONDED_OUT})
"""E8: 派遣 are obliged only where the rule names them."""
LEFT = "退職等により在職しなくなったため"
NO_MANAGER = "管理職でなくなったため"
NO_LONGER = "対象の条件に当てはまらなくなったため"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person. `gaps`: out of service between leaving and coming back. `manager`: as 管理職, in
    whatever posting. `absences`: 休職・育休・派遣・病気休暇."""

    employment_type: str = ""
    hired_on: date | None = None
    left_on: date | None = None
    gaps: tuple[Span, ...] = ()
    manager: tuple[Span, ...] = ()
    absences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """Obliged from `obliged_on`, due on `due_on`. `present_from`: the first day of work since then in the fiscal year,
    None where there is none that is known of. `lifted_on`: no more from that day, for `lifted_reason`."""

    obliged_on: date
    due_on: date
    present_from: date | None
    lifted_on: date | None = None
    lifted_reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether it binds for the rest of the round: neither lifted, nor of somebody who was away all that year."""
        return self.lifted_on is None and self.present_from is not None


def runs_in(rule: Requirement, year: FiscalYear) -> bool:
    """Whether anybody can become obliged in the year."""
    return rule.first_year <= year and (rule.last_year is None or year <= rule.last_year)


def round_of(rule: Requirement, year: FiscalYear) -> tuple[FiscalYear, FiscalYear]:
    """The fiscal years of the round in which the year lies: a completion of any of them fulfils it.

    A course for new hires is of the year in which they came.
    """
    length = 1 if rule.obliges == Obliged.NEW_HIRES else rule.every_years
    first = int(rule.first_year) + (int(year) - int(rule.first_year)) // length * length
    return FiscalYear(first), FiscalYear(first + length - 1)


def due_day(rule: Requirement, year: FiscalYear) -> date:
    """The day of the fiscal year on which the rule is due; 30 February is the last of February."""
    number = int(year) if rule.due_month >= 4 else int(year) + 1
    return date(number, rule.due_month, min(rule.due_day, monthrange(number, rule.due_month)[1]))


def obligation(rule: Requirement, year: FiscalYear, person: Facts, *, on: date) -> Owed | None:
    """What the person owes by the rule in the year, as is known on `on`; None: nothing.

    Whoever was bound by an earlier year of the round owes it from then; who joins the audience in between owes it in
    the year of joining. What is planned for days after `on` counts once it has come.
    """
    if not runs_in(rule, year) or not fits(rule, person.employment_type):
        return None
    first, _last = round_of(rule, year)
    if first < year:
        for earlier in FiscalYear.between(max(first, rule.first_year), year.previous):
            owed = _of_year(rule, earlier, person, on)
            if owed is not None and owed.stands:
                return None
    return _of_year(rule, year, person, on)


def fits(rule: Requirement, kind: str) -> bool:
    """職員区分 (E8, E9). One that is not known excludes nobody."""
    return kind in rule.employment_types if rule.employment_types and kind else kind not in OUTSIDE


def _of_year(rule: Requirement, year: FiscalYear, person: Facts, on: date) -> Owed | None:
    found = None
    for begin, end, why in _spells(rule, year, person):
        start = max(begin, year.first_day)
        if start > min(on, year.last_day) or (end is not None and end <= start):
            continue
        known_end = end if end is not None and end <= min(on, year.last_day) else None
        found = _owed(rule, year, person, start, known_end, why, on)
        if found.lifted_on is None:
            return found
    return found


def _owed(
    rule: Requirement, year: FiscalYear, person: Facts, start: date, end: date | None, why: str, on: date
) -> Owed:
    """E5: leave stops the clock: the due day moves by the days of leave before it, within the fiscal year."""
    due = due_day(rule, year)
    if start > year.first_day or rule.obliges == Obliged.NEW_HIRES:
        due = max(due, start + timedelta(days=rule.grace_days))
    leaves = sorted((span for span in person.absences if span[0] <= on), key=itemgetter(0))
    due = min(due, year.last_day)
    present: date | None = start
    for begin, back in leaves:
        if back is not None and back <= start:
            continue
        if present is not None and begin <= present:
            present = back if back is not None and back <= year.last_day else None
        if begin > due:
            break
        due = year.last_day if back is None else min(due + (back - max(begin, start)), year.last_day)
    # Who was 管理職 until after the due day had to have done it; who left owes nothing more.
    lifted = end if end is not None and (why == LEFT or end <= due) else None
    return Owed(start, due, present, lifted, why if lifted else "")


def _spells(rule: Requirement, year: FiscalYear, person: Facts) -> Iterator[tuple[date, date | None, str]]:
    """When the person belongs to the audience, with why such a time ends."""
    for begin, end in _service(person):
        if rule.obliges == Obliged.EVERYBODY:
            yield begin, end, LEFT
        elif rule.obliges == Obliged.NEW_HIRES:
            if person.hired_on is not None and begin == person.hired_on and begin in year:
                yield begin, end, LEFT
        else:
            for since, until in _joined(person.manager):
                if end is not None and (until is None or until >= end):
                    yield max(begin, since), end, LEFT
                else:
                    yield max(begin, since), until, NO_MANAGER


def _service(person: Facts) -> Iterator[Span]:
    begin = person.hired_on or date.min
    for away, back in sorted(person.gaps, key=itemgetter(0)):
        yield begin, away
        begin = back or date.max
    yield begin, person.left_on


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch or overlap as one: who moves from one post of a 管理職 to another stays one."""
    joined: list[Span] = []
    for begin, end in sorted(spans, key=itemgetter(0)):
        if joined and (joined[-1][1] is None or begin <= joined[-1][1]):
            last = joined[-1][1]
            joined[-1] = (joined[-1][0], None if last is None or end is None else max(last, end))
        else:
            joined.append((begin, end))
    return joined
