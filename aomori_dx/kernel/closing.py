"""締め: a closed fiscal year keeps what is dated in it, until it is opened again with a reason.

Years are closed in order, and opened again from the last one. So what is dated in an open year never changes a day
of a closed one: it is enough to ask on which day something changes. Each act is a row; the newest of a year counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from aomori_dx.kernel import audit, locks, memo
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import FiscalYearClosing

Day = date | FiscalYear | None
Values = dict[str, Any]

LOCK = "closing"
CLOSED, REOPENED = FiscalYearClosing.Act.CLOSED, FiscalYearClosing.Act.REOPENED
TO_CORRECT = "訂正するには、締めを解除してください。"


@dataclass(frozen=True)
class Closed:
    """The closed years, as they were asked for."""

    years: frozenset[FiscalYear]

    @property
    def last(self) -> FiscalYear | None:
        """Everything before the end of this year is closed."""
        return max(self.years, default=None)

    def holds(self, year: FiscalYear) -> bool:
        """Whether `year` is closed; one from before the first closed year is closed with it."""
        return self.last is not None and year <= self.last

    def why_not(self, *days: Day) -> str | None:
        """The sentence that stands against a change on these days or in these years; None where all are open."""
        touched = {_year(day) for day in days if day is not None}
        closed = sorted(year for year in touched if self.holds(year))
        if not closed:
            return None
        if named := [str(year) for year in closed if year in self.years]:
            return f"{'、'.join(named)}は締められています。{TO_CORRECT}"
        return f"{closed[-1]}より後の{self.last}までが締められています。{TO_CORRECT}"


def _year(day: date | FiscalYear) -> FiscalYear:
    return day if isinstance(day, FiscalYear) else FiscalYear.containing(day)


def closed_years() -> Closed:
    """The years that are closed now."""
    newest = dict(FiscalYearClosing.objects.order_by("pk").values_list("fiscal_year", "act"))
    return Closed(frozenset(year for year, act in newest.items() if act == CLOSED))


def hold() -> Closed:
    """The years that are closed, and stay so until the transaction ends: nobody closes or opens one meanwhile.

    A page that only says what is possible asks once and holds nothing.
    """
    if memo.only_reads():
        return memo.recall("closed years", closed_years)
    locks.hold(LOCK, shared=True)
    return closed_years()


def ensure_open(*days: Day) -> None:
    """Raise RuleBroken where one of these days, or years, is closed. Call it in the transaction that writes.

    What counts is the day on which something changes: one that begins in a closed year may end in an open one.
    """
    if all(day is None for day in days):
        return
    if reason := hold().why_not(*days):
        raise RuleBroken(reason)


@transaction.atomic
def close(fiscal_year: FiscalYear, *, by: Any, at: datetime, reason: str) -> FiscalYearClosing:
    """Close a year that is over. Raises RuleBroken: it is not, it is closed, the year before is not, no reason."""
    locks.hold(LOCK)
    closed = closed_years()
    if refusal := why_not_close(fiscal_year, closed, on=day_of(at)):
        raise RuleBroken(refusal)
    return _keep(fiscal_year, CLOSED, by=by, at=at, reason=reason)


def why_not_close(fiscal_year: FiscalYear, closed: Closed, *, on: date) -> str | None:
    """Why the year cannot be closed on `on`; None if it can."""
    if closed.holds(fiscal_year):
        return f"{fiscal_year}はすでに締められています。"
    if fiscal_year.last_day >= on:
        return f"{fiscal_year}はまだ終わっていないため、締められません。"
    if closed.last is not None and fiscal_year != closed.last.next:
        return f"先に{closed.last.next}を締めてください。年度は順番に締めます。"
    return None


@transaction.atomic
def reopen(fiscal_year: FiscalYear, *, by: Any, at: datetime, reason: str) -> list[FiscalYearClosing]:
    """Open a closed year again, and the later ones with it. Raises RuleBroken: it is not closed, no reason."""
    locks.hold(LOCK)
    opened = to_reopen(fiscal_year, closed_years())
    if not opened:
        raise RuleBroken(f"{fiscal_year}は締められていません。")
    return [_keep(year, REOPENED, by=by, at=at, reason=reason) for year in opened]


def to_reopen(fiscal_year: FiscalYear, closed: Closed) -> list[FiscalYear]:
    """Which years opening this one opens, the last one first; none where it is not closed."""
    if fiscal_year not in closed.years:
        return []
    return sorted((year for year in closed.years if year >= fiscal_year), reverse=True)


def _keep(year: FiscalYear, act: str, *, by: Any, at: datetime, reason: str) -> FiscalYearClosing:
    plain = reason.strip()
    if not plain:
        raise RuleBroken("理由を入力してください。")
    row = FiscalYearClosing(
        fiscal_year=year,
        number=FiscalYearClosing.objects.filter(fiscal_year=year).count() + 1,
        act=act,
        at=at,
        by_id=getattr(by, "pk", None),
        by_name=audit.actor_name(by),
        reason=plain,
    )
    with constraints_as_rules():
        row.save()
    audit.record(row, f"year_{act}", by=by, at=at, after={"fiscal_year": year, "act": act}, reason=plain)
    return row


@dataclass(frozen=True)
class Dated:
    """How the rows of a table are dated.

    `marks`: columns that say on which day, or in which year, something changes. `since`: the marks from which on the
    other columns hold. `free`: columns that say nothing about any day.
    """

    marks: frozenset[str]
    since: frozenset[str]
    free: frozenset[str]

    def days(self, before: Values | None, after: Values | None) -> set[FiscalYear]:
        """The years of the days on which something changes, from what a row said to what it says; None: no row."""
        if before is None or after is None:
            return _years(before or after or {}, self.marks)
        changed = {name for name in after if name in before and before[name] != after[name]}
        touched = changed & self.marks
        if changed - self.marks - self.free:
            touched |= self.since
        return _years(before, touched) | _years(after, touched)


def _years(values: Values, names: Iterable[str]) -> set[FiscalYear]:
    return {_year(_parsed(values[name])) for name in names if values.get(name) not in (None, "")}


def _parsed(value: Any) -> date | FiscalYear:
    """A day or a year as a row, an audit event or a journal keeps it: 2026-04-01, R8, 2026."""
    if isinstance(value, (date, FiscalYear)):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return FiscalYear.parse(value)


_tables: dict[type[models.Model], Dated] = {}


def register(
    model: type[models.Model], *, marks: Iterable[str], since: Iterable[str] = (), free: Iterable[str] = ()
) -> None:
    """Say how the rows of a table are dated. Called in `AppConfig.ready`; a table that is not named is not dated."""
    _tables[model] = Dated(frozenset(marks), frozenset(since), frozenset(free))


def is_dated(model: type[models.Model]) -> bool:
    return model in _tables


def marks_of(model: type[models.Model]) -> frozenset[str]:
    """The columns that say on which day, or in which year, something changes; none for a table that is not dated."""
    return _tables[model].marks if model in _tables else frozenset()


def years_touched(model: type[models.Model], before: Values | None, after: Values | None) -> set[FiscalYear]:
    """In which years a row of `model` changes something, between two states of its columns (None: no row)."""
    table = _tables.get(model)
    return table.days(before, after) if table else set()


def ensure_row_open(model: type[models.Model], before: Values | None, after: Values | None) -> None:
    """`ensure_open` for the correction of one row. Call it in the transaction that writes."""
    ensure_open(*years_touched(model, before, after))
