"""What the engine is told: counts, frozen, as they stood on one day. No person appears here."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from aomori_dx.kernel.fiscal_year import FiscalYear

RECOMMENDED = "recommended"
SELF = "self"
ROUTES = (RECOMMENDED, SELF)

EDITION = 2
"""Raise it when the arithmetic or its words change: the same facts then give a new snapshot, not an old one."""


@dataclass(frozen=True)
class YearTarget:
    """New promoters planned for a year, and the number of the revision that says so."""

    fiscal_year: FiscalYear
    new_promoters: int
    revision: int


@dataclass(frozen=True)
class Plan:
    """The plan as revised last on the day; one target for each of its years, in order."""

    name: str
    revision: int
    targets: tuple[YearTarget, ...]

    @property
    def last_year(self) -> FiscalYear:
        return self.targets[-1].fiscal_year

    @property
    def years(self) -> tuple[FiscalYear, ...]:
        return tuple(target.fiscal_year for target in self.targets)


@dataclass(frozen=True)
class Stage:
    """A 育成ステージ: its number in the order of climbing, its name, and both as written (②業務改善)."""

    number: int
    name: str
    label: str


@dataclass(frozen=True)
class Bureau:
    """A 部局; `order` is its place in the official order, `in_service` its staff on the in-service day."""

    id: int
    name: str
    order: int
    in_service: int


@dataclass(frozen=True)
class NominatingDepartment:
    """A 所属 that owes a nomination on the reference date, unless it is exempt.

    `filled`: a promoter of the year, appointed on its recommendation, has not withdrawn within the year.
    """

    id: int
    code: str
    name: str
    bureau_id: int
    exempt: bool
    filled: bool


@dataclass(frozen=True)
class People:
    """Promoters of one cohort, route and bureau (that of the nominating department as it was), on the day.

    `trained` of them completed the first stage; `in_service` of them are 在職.
    """

    cohort: FiscalYear
    route: str
    bureau_id: int
    appointed: int
    withdrawn: int
    trained: int
    in_service: int


@dataclass(frozen=True)
class Cell:
    """Promoters of one cohort enrolled in one stage in one year, and how many of them completed it."""

    cohort: FiscalYear
    fiscal_year: FiscalYear
    stage: int
    people: int
    completed: int


@dataclass(frozen=True)
class Climb:
    """Promoters of one cohort who were ever enrolled in a stage, each once though some repeat it."""

    cohort: FiscalYear
    stage: int
    people: int


@dataclass(frozen=True)
class Facts:
    """Everything the figures of `fiscal_year` as of `as_of` rest on.

    `in_service_on` is `as_of` brought into the year; `reference_date` is the day the departments are counted.
    The tuples are in a fixed order (bureaus and departments officially), so equal facts are equal values.
    """

    fiscal_year: FiscalYear
    as_of: date
    reference_date: date
    in_service_on: date
    plan: Plan
    stages: tuple[Stage, ...]
    bureaus: tuple[Bureau, ...]
    departments: tuple[NominatingDepartment, ...]
    people: tuple[People, ...]
    cells: tuple[Cell, ...]
    climbs: tuple[Climb, ...]
    edition: int = EDITION

    @cached_property
    def targets(self) -> dict[FiscalYear, int]:
        return {target.fiscal_year: target.new_promoters for target in self.plan.targets}

    @property
    def years_so_far(self) -> tuple[FiscalYear, ...]:
        """The plan's years up to and with the year asked about."""
        return tuple(year for year in self.plan.years if year <= self.fiscal_year)
