"""必修: whom the rules oblige, worked out for all staff and kept; run it as often as you like (R67, R69).

A round that is over is not touched: only the rows of the fiscal year asked for are written.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, bulk, closing, progress
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job
from staff.models import Employee
from training import permissions as may
from training.models import Obligation, Obliged, Requirement
from training.rules import requirements as rules
from training.rules.requirements import NO_LONGER, Owed
from training.services import person_facts

KIND = "assign_requirements"
NOT_YOURS = "必修研修を登録し割り当てられるのは、人財育成・人事担当とDX推進担当だけです。"
WRITTEN = ("obliged_on", "due_on", "present_from", "lifted_on", "lifted_reason")

BATCH = 5_000

Report = Callable[[int, int, str], None]


@dataclass
class Tally:
    """What an assignment did: rows `created`, `changed` (another due day, back from leave) and newly `lifted`."""

    created: int = 0
    changed: int = 0
    lifted: int = 0

    @property
    def any(self) -> bool:
        return bool(self.created or self.changed or self.lifted)


def request(*, by: Any, at: datetime) -> Job:
    """Ask for the assignment of all rules as of today, in the background. One that still waits answers for both.

    Raises NotAllowed for those who may not; the system itself (`by` None) may.
    """
    on = day_of(at)
    if by is not None and not may.edit_requirements(by, on):
        raise NotAllowed(NOT_YOURS)
    return progress.enqueue(KIND, key=f"{KIND}:{on}", params={"on": on.isoformat()}, by=by, at=at)


def follow(*, at: datetime) -> None:
    """Records of people have changed: ask for the assignment, where there is a rule at all."""
    if Requirement.objects.exists():
        request(by=None, at=at)


def assign_all(*, on: date, at: datetime, report: Report = lambda done, total, message: None) -> dict[str, int]:
    """All rules in the fiscal year of `on`, one after another; what was done before an interruption stays.

    A closed year is left alone. Returns the number of rows created, changed and lifted.
    """
    year = FiscalYear.containing(on)
    wanted = [] if closing.closed_years().why_not(year) else list(Requirement.objects.order_by("pk"))
    wanted = [row for row in wanted if rules.runs_in(row, year)]
    total = Tally()
    for number, row in enumerate(wanted):
        report(number, len(wanted), f"{row.name}を割り当てています。")
        done = assign(row, year, on=on, at=at)
        total = Tally(total.created + done.created, total.changed + done.changed, total.lifted + done.lifted)
    report(len(wanted), len(wanted), "割当が終わりました。")
    return {"created": total.created, "changed": total.changed, "lifted": total.lifted}


def assign(requirement: Requirement, fiscal_year: FiscalYear, *, on: date, at: datetime, by: Any = None) -> Tally:
    """Whom the rule obliges in the year, as is known on `on`: new rows, and what changed in those that are there.

    A portion of the staff is a transaction; the rule is locked in each, so that two at a time write once. Raises
    RuleBroken where the year is closed.
    """
    first, last = rules.round_of(requirement, fiscal_year)
    span = (first.first_day, fiscal_year.last_day)
    people = person_facts.audience(requirement.obliges, *span)
    there = Obligation.objects.filter(requirement=requirement, fiscal_year=fiscal_year)
    tally = Tally()
    for ids in person_facts.portions(people | Employee.objects.filter(pk__in=there.order_by().values("employee"))):
        with transaction.atomic():
            closing.ensure_open(fiscal_year)
            rule = Requirement.objects.select_for_update().get(pk=requirement.pk)
            facts = person_facts.load(ids, *span, managers=rule.obliges == Obliged.MANAGERS)
            owed = {pk: rules.obligation(rule, fiscal_year, known, on=on) for pk, known in facts.items()}
            _keep(_Portion(rule, fiscal_year, (first, last), owed), on=on, by=by, at=at, tally=tally)
    if tally.any:
        told = {"年度": int(fiscal_year), "新規": tally.created, "変更": tally.changed, "対象外": tally.lifted}
        audit.record(requirement, "assigned", by=by, at=at, after=told)
    return tally


def preview(requirement: Requirement, fiscal_year: FiscalYear, *, on: date) -> int:
    """How many people the rule, saved or not, would oblige in the year, as is known on `on`. Nothing is written."""
    first, _last = rules.round_of(requirement, fiscal_year)
    span, count = (first.first_day, fiscal_year.last_day), 0
    for ids in person_facts.portions(person_facts.audience(requirement.obliges, *span)):
        facts = person_facts.load(ids, *span, managers=requirement.obliges == Obliged.MANAGERS)
        found = (rules.obligation(requirement, fiscal_year, known, on=on) for known in facts.values())
        count += sum(owed is not None and owed.lifted_on is None for owed in found)
    return count


@dataclass
class _Portion:
    rule: Requirement
    year: FiscalYear
    round: tuple[FiscalYear, FiscalYear]
    owed: dict[int, Owed | None]
    lifted: list[Obligation] = field(default_factory=list)


def _keep(portion: _Portion, *, on: date, by: Any, at: datetime, tally: Tally) -> None:
    """Write what is new; of what is there, only what is otherwise than it was."""
    ids = sorted(portion.owed)
    rows = Obligation.objects.filter(requirement=portion.rule, fiscal_year=portion.year)
    there = {row.employee_id: row for row in rows.filter(employee__gte=ids[0], employee__lte=ids[-1])}
    new, changed, told = [], [], []
    for pk in ids:
        owed, row = portion.owed[pk], there.get(pk)
        if row is None and owed is not None:
            new.append(_row(portion, pk, owed))
        elif row is not None:
            before = _stated(row)
            after = _stated(owed) if owed is not None else _let_off(row, on)
            if before == after:
                continue
            for name, value in after.items():
                setattr(row, name, value)
            changed.append(row)
            told.append((row, before, after))
            tally.lifted += row.lifted_on is not None and before["lifted_on"] is None
    bulk.insert_all(Obligation, new)
    _write(changed)
    people = Employee.objects.in_bulk([row.employee_id for row in changed]) if changed else {}
    for row in changed:
        row.requirement, row.employee = portion.rule, people[row.employee_id]  # the record names them
    audit.record_all(audit.event(row, "edited", by=by, at=at, **_difference(*sides)) for row, *sides in told)
    tally.created += len(new)
    tally.changed += len(changed)


def _write(changed: Sequence[Obligation]) -> None:
    """A statement for all that become the same: where thousands change, they change alike (another due day)."""
    alike: dict[tuple, list[int]] = defaultdict(list)
    for row in changed:
        alike[tuple(_stated(row).values())].append(row.pk)
    for values, keys in alike.items():
        for part in (keys[first : first + BATCH] for first in range(0, len(keys), BATCH)):
            Obligation.objects.filter(pk__in=part).update(**dict(zip(WRITTEN, values, strict=True)))


def _row(portion: _Portion, employee_id: int, owed: Owed) -> Obligation:
    first, last = portion.round
    return Obligation(
        requirement=portion.rule,
        employee_id=employee_id,
        fiscal_year=portion.year,
        counts_from=first,
        counts_until=last,
        **_stated(owed),
    )


def _stated(source: Any) -> dict[str, Any]:
    return {name: getattr(source, name) for name in WRITTEN}


def _let_off(row: Obligation, on: date) -> dict[str, Any]:
    """Of somebody whom the rule does not oblige any more (another 職員区分, a corrected record): kept, and lifted."""
    stated = _stated(row)
    if row.lifted_on is None:
        stated |= {"lifted_on": max(on, row.obliged_on), "lifted_reason": NO_LONGER}
    return stated


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in WRITTEN if before[name] != after[name]]
    return {
        side: {name: _plain(values[name]) for name in names} for side, values in (("before", before), ("after", after))
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
