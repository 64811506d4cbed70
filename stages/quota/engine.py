"""枠の計算: every figure of a fiscal year as of a day, each with the terms it was made of. Pure.

What counts, decided once:
- *Appointed* is a fact that a withdrawal does not undo: `appointed` and its sums count everyone appointed by the
  day, `withdrawn` says how many of them withdrew by then. `trained` counts people by cohort, each once, whenever
  they completed the first stage.
- A year asked about before it begins has nobody appointed; its target, departments and carry are already known.
  A year asked about after it ended is seen from that day: late completions and withdrawals are in.
- `carry` looks at the years before the one asked about as they stand on the day, a running one too.
- Cohorts outside the plan's years are no part of its sums.
"""

from collections.abc import Callable, Iterable

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.quota import matrix
from stages.quota.facts import RECOMMENDED, ROUTES, SELF, Facts, People
from stages.quota.figure import Figure, Term


def target(facts: Facts) -> Figure:
    """New promoters planned for the year."""
    return Figure("target", facts.targets[facts.fiscal_year])


def cumulative_target(facts: Facts) -> Figure:
    """New promoters planned from the plan's first year to this one."""
    terms = tuple(Term("target", facts.targets[year], of=str(year)) for year in facts.years_so_far)
    return Figure.sum_of("cumulative_target", terms)


def plan_total(facts: Facts) -> Figure:
    """New promoters planned over the whole plan."""
    terms = tuple(Term("target", facts.targets[year], of=str(year)) for year in facts.plan.years)
    return Figure.sum_of("plan_total", terms)


def nominating_departments(facts: Facts) -> Figure:
    """Departments that nominate, on the reference date; the exempt ones too."""
    return Figure("nominating_departments", len(facts.departments))


def exempted(facts: Facts) -> Figure:
    """Of the nominating departments, those that owe no nomination this year."""
    return Figure("exempted", sum(department.exempt for department in facts.departments))


def recommended_quota(facts: Facts) -> Figure:
    """One a nominating department, exemptions aside."""
    all_of_them, exempt = nominating_departments(facts).value, exempted(facts).value
    terms = (Term("nominating_departments", all_of_them), Term("exempted", exempt, "−"))
    return Figure.sum_of("recommended_quota", terms)


def unfilled_departments(facts: Facts) -> Figure:
    """Departments that owe a nomination and have no promoter of this year through it."""
    owing = recommended_quota(facts).value
    filled = sum(department.filled and not department.exempt for department in facts.departments)
    terms = (Term("owing_departments", owing), Term("filled_departments", filled, "−"))
    return Figure.sum_of("unfilled_departments", terms)


def carry(facts: Facts) -> Figure:
    """What each year left, this one included, must add to its target so that the plan still ends on its total.

    Zero where the years before are ahead of the plan: nobody is to be turned away.
    """
    total = plan_total(facts).value
    before = _count(facts, "appointed", years=_before(facts))
    left = facts.plan.last_year.start_year - facts.fiscal_year.start_year + 1
    needed = -((before - total) // left)  # the ceiling, in whole numbers
    planned = target(facts).value
    terms = (
        Term("plan_total", total),
        Term("appointed_before", before, "−"),
        Term("years_left", left, "÷"),
        Term("needed_a_year", needed, "="),
        Term("target", planned, "−"),
    )
    return Figure("carry", max(0, needed - planned), terms)


def self_guide(facts: Facts) -> Figure:
    """A guide for the 自薦枠; not a ceiling."""
    planned, carried, quota = target(facts).value, carry(facts).value, recommended_quota(facts).value
    terms = (Term("target", planned), Term("carry", carried), Term("recommended_quota", quota, "−"))
    return Figure("self_guide", max(0, planned + carried - quota), terms)


def appointed(facts: Facts) -> Figure:
    """Promoters appointed for the year by the day."""
    return _by_route(facts, "appointed", "appointed")


def recommended(facts: Facts) -> Figure:
    """Of them, those whom a department recommended."""
    return _by_bureau(facts, "recommended", RECOMMENDED)


def self_nominated(facts: Facts) -> Figure:
    """Of them, those who put themselves forward."""
    return _by_bureau(facts, "self_nominated", SELF)


def withdrawn(facts: Facts) -> Figure:
    """Of the year's promoters, those who withdrew by the day."""
    return _by_route(facts, "withdrawn", "withdrawn")


def trained(facts: Facts) -> Figure:
    """Of the year's promoters, those who completed the first stage by the day."""
    return _by_route(facts, "trained", "trained")


def cumulative_appointed(facts: Facts) -> Figure:
    """Everyone appointed from the plan's first year to this one, each once."""
    return _by_cohort(facts, "cumulative_appointed", "appointed")


def cumulative_withdrawn(facts: Facts) -> Figure:
    """Of them, those who withdrew."""
    return _by_cohort(facts, "cumulative_withdrawn", "withdrawn")


def cumulative_trained(facts: Facts) -> Figure:
    """Of them, those who completed the first stage: the people of "1,000名以上を育成"."""
    return _by_cohort(facts, "cumulative_trained", "trained")


def still_in_service(facts: Facts) -> Figure:
    """Of everyone appointed so far, those who are 在職 on the day (a withdrawn promoter is still on the staff)."""
    everyone = _count(facts, "appointed", years=facts.years_so_far)
    here = _count(facts, "in_service", years=facts.years_so_far)
    terms = (Term("cumulative_appointed", everyone), Term("left_the_staff", everyone - here, "−"))
    return Figure.sum_of("still_in_service", terms)


def going_on(facts: Facts) -> Figure:
    """Promoters in any stage after the first in this year."""
    later = facts.stages[1:]
    terms = tuple(Term("stage", matrix.continuing(facts, stage.number).value, of=stage.label) for stage in later)
    return Figure.sum_of("going_on", terms)


FIGURES: tuple[Callable[[Facts], Figure], ...] = (
    target,
    nominating_departments,
    exempted,
    recommended_quota,
    appointed,
    recommended,
    self_nominated,
    withdrawn,
    trained,
    unfilled_departments,
    plan_total,
    cumulative_target,
    cumulative_appointed,
    cumulative_withdrawn,
    cumulative_trained,
    still_in_service,
    carry,
    self_guide,
    going_on,
)


def count(facts: Facts, what: str, fiscal_year: FiscalYear, route: str | None = None) -> int:
    """`appointed`, `withdrawn`, `trained` or `in_service` of one cohort, of one route if given."""
    return sum(getattr(row, what) for row in _of(facts, [fiscal_year]) if route is None or row.route == route)


def _count(facts: Facts, what: str, *, years: Iterable[FiscalYear]) -> int:
    return sum(getattr(row, what) for row in _of(facts, years))


def _of(facts: Facts, years: Iterable[FiscalYear]) -> list[People]:
    wanted = frozenset(years)
    return [row for row in facts.people if row.cohort in wanted]


def _before(facts: Facts) -> tuple[FiscalYear, ...]:
    return tuple(year for year in facts.years_so_far if year < facts.fiscal_year)


def _by_route(facts: Facts, name: str, what: str) -> Figure:
    terms = tuple(Term(f"{what}_{route}", count(facts, what, facts.fiscal_year, route)) for route in ROUTES)
    return Figure.sum_of(name, terms)


def _by_bureau(facts: Facts, name: str, route: str) -> Figure:
    names = {bureau.id: bureau.name for bureau in facts.bureaus}
    terms = tuple(
        Term("bureau", row.appointed, of=names[row.bureau_id])
        for row in _of(facts, [facts.fiscal_year])
        if row.route == route and row.appointed
    )
    return Figure.sum_of(name, terms)


def _by_cohort(facts: Facts, name: str, what: str) -> Figure:
    terms = tuple(Term(what, count(facts, what, year), of=str(year)) for year in facts.years_so_far)
    return Figure.sum_of(name, terms)
