"""The rate of a required course: completed ÷ (obliged − on leave throughout), as of a day, by whatever group (R68)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Posting
from training.models import Obligation, Requirement
from training.obligation_states import ObligationQuerySet, OwedState

GROUPS = {
    "department": "place__department",
    "bureau": "bureau",
    "employment_type": "employee__employment_type",
    "manager": "manager",
}
"""By what the rate can be asked. Department and bureau are those of the primary posting on the day, or None."""


@dataclass(frozen=True)
class Rate:
    """People by state on the day. Who is in service and has been let off (`lifted`) is not obliged.

    `away`: on leave ever since they were obliged, and not done; who has done it on leave counts as done.
    """

    done: int = 0
    overdue: int = 0
    soon: int = 0
    open: int = 0
    on_leave: int = 0
    away: int = 0
    lifted: int = 0

    @property
    def obliged(self) -> int:
        return self.counted + self.away

    @property
    def counted(self) -> int:
        """The denominator."""
        return self.done + self.not_done

    @property
    def not_done(self) -> int:
        return self.overdue + self.soon + self.open + self.on_leave

    @property
    def percent(self) -> Decimal | None:
        """One place, rounded down: 100 only where everybody has done it. None where nobody is counted."""
        if not self.counted:
            return None
        return (Decimal(self.done) * 100 / self.counted).quantize(Decimal("0.1"), rounding=ROUND_DOWN)

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(*(getattr(self, row.name) + getattr(other, row.name) for row in fields(self)))


NAMES: dict[str, str] = {
    OwedState.DONE: "done",
    OwedState.OVERDUE: "overdue",
    OwedState.SOON: "soon",
    OwedState.OPEN: "open",
    OwedState.ON_LEAVE: "on_leave",
    OwedState.AWAY: "away",
    OwedState.LIFTED: "lifted",
}


def obligations(requirement: Requirement, year: FiscalYear, *, on: date) -> ObligationQuerySet:
    """Those of the round in which the year lies, up to the year, as of `on`: people in service on that day, once each,
    with their `state` and `place` (the primary posting of the day)."""
    rows = Obligation.objects.filter(requirement=requirement).of_rounds(year, on=on)
    return with_place(rows.in_service(on).with_state(on), on)


def with_place(rows: ObligationQuerySet, on: date) -> ObligationQuerySet:
    """`place`: the primary posting on `on`, or None; `bureau`: the id of its 部局."""
    still = Q(employee__postings__valid_to__gt=on) | Q(employee__postings__valid_to__isnull=True)
    begun = Q(employee__postings__is_primary=True, employee__postings__valid_from__lte=on)
    rows = rows.annotate(place=FilteredRelation("employee__postings", condition=begun & still))
    return rows.annotate(bureau=Coalesce("place__department__parent", "place__department"))


def of(requirement: Requirement, year: FiscalYear, *, on: date) -> Rate:
    """The rate of the whole prefecture in the year, as of `on`; one query."""
    return _sum(obligations(requirement, year, on=on).order_by().values_list("state").annotate(people=Count("pk")))


def by(group: str, requirement: Requirement, year: FiscalYear, *, on: date) -> dict[Any, Rate]:
    """The rates by `group` (of `GROUPS`), as of `on`; one query. Whoever moved is in the present 所属, and once."""
    rows = obligations(requirement, year, on=on)
    if group == "manager":
        posts = Posting.objects.managers().on(on).filter(employee=OuterRef("employee"))
        rows = rows.annotate(
            manager=Case(When(Exists(posts), then=Value("yes")), default=Value("no"), output_field=CharField())
        )
    found: dict[Any, list[tuple[str, int]]] = {}
    counts = rows.order_by().annotate(key=F(GROUPS[group])).values_list("key", "state").annotate(people=Count("pk"))
    for key, state, people in counts:
        found.setdefault(key, []).append((state, people))
    return {key: _sum(pairs) for key, pairs in found.items()}


def of_departments(departments: Iterable[int], year: FiscalYear, *, on: date) -> dict[int, Rate]:
    """The rates of the rules that run in the year among the people of these departments (ids), by rule; one query."""
    return _by_rule(with_place(_of_rounds(year, on), on).filter(place__department__in=departments))


def of_all(year: FiscalYear, *, on: date) -> dict[int, Rate]:
    """The rates of all rules that run in the year, by rule; one query."""
    return _by_rule(_of_rounds(year, on))


def _of_rounds(year: FiscalYear, on: date) -> ObligationQuerySet:
    return Obligation.objects.of_rounds(year, on=on).in_service(on).with_state(on)


def _by_rule(rows: QuerySet) -> dict[int, Rate]:
    found: dict[int, list[tuple[str, int]]] = {}
    for rule, state, people in rows.order_by().values_list("requirement", "state").annotate(people=Count("pk")):
        found.setdefault(rule, []).append((state, people))
    return {rule: _sum(pairs) for rule, pairs in found.items()}


def _sum(pairs: Iterable[tuple[str, int]]) -> Rate:
    return Rate(**{NAMES[state]: people for state, people in pairs})
