"""Whom a rule of required training obliges, since when and until when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import EmploymentType
from training.models import Obliged, Requirement
from training.rules.requirements import LEFT, NO_MANAGER, Facts, Owed, obligation, round_of

R7, R8, R9, R10 = (FiscalYear(year) for year in (2025, 2026, 2027, 2028))
END = R8.last_day
HIRED = date(2010, 4, 1)


def rule(obliges=Obliged.EVERYBODY, **fields) -> Requirement:
    defaults = {"first_year": R8, "due_month": 12, "due_day": 31, "grace_days": 60, "every_years": 1}
    return Requirement(obliges=obliges, **{**defaults, **fields})


def owed(of: Requirement, *, year=R8, on=END, **facts) -> Owed | None:
    return obligation(of, year, Facts(**{"hired_on": HIRED, **facts}), on=on)


def test_everybody_in_service_is_obliged_from_the_first_of_april():
    found = owed(rule(), employment_type="regular")
    assert found == Owed(date(2026, 4, 1), date(2026, 12, 31), date(2026, 4, 1))


def test_who_joins_on_the_first_of_october_has_an_own_due_date():
    """R67"""
    found = owed(rule(due_month=10, due_day=31), hired_on=date(2026, 10, 1))
    assert (found.obliged_on, found.due_on) == (date(2026, 10, 1), date(2026, 11, 30))


def test_who_joins_early_is_due_with_the_others():
    assert owed(rule(), hired_on=date(2026, 5, 1)).due_on == date(2026, 12, 31)


@pytest.mark.parametrize("joined", [date(2027, 2, 15), date(2027, 3, 31)])
def test_no_due_date_is_beyond_the_fiscal_year(joined):
    assert owed(rule(), hired_on=joined).due_on == END


@pytest.mark.parametrize(
    ("month", "day", "due"), [(2, 30, date(2027, 2, 28)), (3, 31, END), (4, 30, date(2026, 4, 30))]
)
def test_the_due_day_is_of_the_fiscal_calendar(month, day, due):
    assert owed(rule(due_month=month, due_day=day)).due_on == due


@pytest.mark.parametrize("kind", [EmploymentType.ANNUAL, EmploymentType.REAPPOINTED, EmploymentType.FIXED_TERM, ""])
def test_a_rule_for_all_takes_every_kind_of_employment(kind):
    """E9"""
    assert owed(rule(), employment_type=kind)


@pytest.mark.parametrize("kind", [EmploymentType.SECONDED_IN, EmploymentType.SECONDED_OUT])
def test_who_is_seconded_is_obliged_only_where_the_rule_says_so(kind):
    """E8"""
    assert owed(rule(), employment_type=kind) is None
    assert owed(rule(employment_types=[kind]), employment_type=kind)


def test_a_rule_for_some_kinds_leaves_the_others_alone():
    only_annual = rule(employment_types=["annual"])
    assert owed(only_annual, employment_type="annual")
    assert owed(only_annual, employment_type="regular") is None


def test_a_manager_on_the_base_date_is_obliged_from_it():
    """R69"""
    found = owed(rule(Obliged.MANAGERS), manager=((date(2024, 4, 1), None),))
    assert (found.obliged_on, found.due_on) == (date(2026, 4, 1), date(2026, 12, 31))


def test_a_promotion_on_the_first_of_june_obliges_from_then():
    """R69"""
    early = rule(Obliged.MANAGERS, due_month=6, due_day=30)
    assert owed(early, manager=((date(2026, 6, 1), None),), on=date(2026, 5, 31)) is None
    found = owed(early, manager=((date(2026, 6, 1), None),), on=date(2026, 6, 1))
    assert (found.obliged_on, found.due_on) == (date(2026, 6, 1), date(2026, 7, 31))


def test_from_one_post_of_a_manager_to_another_is_no_promotion():
    posts = ((date(2024, 4, 1), date(2026, 6, 1)), (date(2026, 6, 1), None))
    found = owed(rule(Obliged.MANAGERS), manager=posts)
    assert (found.obliged_on, found.lifted_on) == (date(2026, 4, 1), None)


def test_who_is_no_manager_owes_managers_nothing():
    assert owed(rule(Obliged.MANAGERS)) is None
    assert owed(rule(Obliged.MANAGERS), manager=((date(2020, 4, 1), date(2026, 4, 1)),)) is None


def test_who_ceases_to_be_a_manager_before_the_due_day_is_let_off():
    found = owed(rule(Obliged.MANAGERS), manager=((date(2024, 4, 1), date(2026, 10, 1)),))
    assert (found.lifted_on, found.lifted_reason) == (date(2026, 10, 1), NO_MANAGER)


def test_who_was_a_manager_on_the_due_day_had_to_have_done_it():
    found = owed(rule(Obliged.MANAGERS), manager=((date(2024, 4, 1), date(2027, 1, 1)),))
    assert found.lifted_on is None


def test_a_second_promotion_in_the_year_obliges_anew():
    posts = ((date(2024, 4, 1), date(2026, 6, 1)), (date(2026, 11, 15), None))
    found = owed(rule(Obliged.MANAGERS), manager=posts)
    assert (found.obliged_on, found.due_on, found.lifted_on) == (date(2026, 11, 15), date(2027, 1, 14), None)


def test_who_leaves_owes_nothing_more_also_after_the_due_day():
    found = owed(rule(), left_on=date(2027, 2, 1))
    assert (found.lifted_on, found.lifted_reason) == (date(2027, 2, 1), LEFT)
    assert owed(rule(), left_on=date(2027, 2, 1), on=date(2027, 1, 31)).lifted_on is None, "planned, not yet so"
    assert owed(rule(), left_on=date(2026, 4, 1)) is None
    assert owed(rule(), left_on=date(2027, 4, 1)).lifted_on is None


def test_who_comes_back_is_obliged_from_that_day():
    """E23"""
    found = owed(rule(), gaps=((date(2025, 4, 1), date(2026, 9, 1)),))
    assert (found.obliged_on, found.due_on) == (date(2026, 9, 1), date(2026, 12, 31))


def test_new_hires_are_those_who_joined_in_the_year():
    new = rule(Obliged.NEW_HIRES, due_month=6, due_day=30, grace_days=90)
    assert owed(new) is None
    assert owed(new, hired_on=date(2026, 4, 1)).due_on == date(2026, 6, 30)
    assert owed(new, hired_on=date(2026, 10, 1)).due_on == date(2026, 12, 30)
    assert owed(new, hired_on=date(2027, 3, 1)).due_on == END


def test_who_comes_back_is_no_new_hire():
    """E23: a 再任用 has been here."""
    new = rule(Obliged.NEW_HIRES)
    assert owed(new, gaps=((date(2026, 4, 1), date(2026, 6, 1)),)) is None


def test_leave_stops_the_clock():
    """E5: as many days later as the leave has, within the fiscal year."""
    leave = ((date(2026, 10, 1), date(2026, 11, 1)),)
    assert owed(rule(), absences=leave).due_on == date(2027, 1, 31)
    assert owed(rule(due_month=9, due_day=30), absences=leave).due_on == date(2026, 9, 30), "it came after the due day"
    assert owed(rule(), absences=((date(2026, 10, 1), None),)).due_on == END


def test_a_leave_that_the_first_pushes_into_reach_pushes_too():
    leaves = ((date(2027, 1, 5), date(2027, 1, 15)), (date(2026, 12, 1), date(2026, 12, 11)))
    assert owed(rule(), absences=leaves).due_on == date(2027, 1, 20)


def test_leave_that_is_only_planned_moves_nothing_yet():
    leave = ((date(2026, 12, 1), date(2027, 1, 1)),)
    assert owed(rule(), absences=leave, on=date(2026, 11, 30)).due_on == date(2026, 12, 31)


def test_who_is_on_leave_throughout_is_known_by_having_no_day_of_work():
    """R68"""
    assert owed(rule(), absences=((date(2025, 1, 1), None),)).present_from is None
    assert owed(rule(), absences=((date(2025, 1, 1), date(2027, 4, 1)),)).present_from is None
    back = owed(rule(), absences=((date(2025, 1, 1), date(2026, 9, 1)), (date(2026, 9, 1), date(2026, 10, 1))))
    assert back.present_from == date(2026, 10, 1), "育休 and the leave that follows at once are one"
    assert owed(rule(), absences=((date(2026, 4, 2), None),)).present_from == date(2026, 4, 1)


@pytest.mark.parametrize(("year", "first"), [(R8, R8), (R9, R8), (R10, R8), (FiscalYear(2029), FiscalYear(2029))])
def test_every_three_years_a_round_begins(year, first):
    assert round_of(rule(every_years=3), year) == (first, FiscalYear(int(first) + 2))


def test_in_the_years_between_only_who_came_in_between_is_obliged():
    third = rule(every_years=3)
    assert owed(third, year=R9, on=R9.last_day) is None
    assert owed(third, year=R9, on=R9.last_day, hired_on=date(2027, 7, 1)).obliged_on == date(2027, 7, 1)
    assert owed(third, year=R10, on=R10.last_day, hired_on=date(2027, 7, 1)) is None
    assert owed(third, year=FiscalYear(2029), on=date(2030, 3, 31), hired_on=date(2027, 7, 1))


def test_who_was_on_leave_throughout_the_first_year_of_a_round_owes_it_in_the_next():
    away = ((date(2025, 1, 1), date(2027, 6, 1)),)
    found = owed(rule(every_years=2), year=R9, on=R9.last_day, absences=away)
    assert (found.obliged_on, found.present_from) == (date(2027, 4, 1), date(2027, 6, 1))


def test_outside_of_its_years_a_rule_obliges_nobody():
    assert owed(rule(), year=R7) is None
    assert owed(rule(last_year=R8), year=R9, on=R9.last_day) is None


def test_before_the_year_begins_nobody_is_obliged():
    assert owed(rule(), on=date(2026, 3, 31)) is None


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def spans(draw):
    """Spans that do not overlap, in no order."""
    days = sorted(draw(st.sets(DAYS, max_size=6)))
    found = [(begin, end) for begin, end in zip(days[::2], days[1::2], strict=False)]
    if len(days) % 2:
        found.append((days[-1], None))
    return tuple(draw(st.permutations(found)))


@given(
    hired=st.none() | DAYS, left=st.none() | DAYS, posts=spans(), leaves=spans(), on=DAYS,
    obliges=st.sampled_from(Obliged.values),
)  # fmt: skip
def test_whatever_the_facts_the_dates_are_in_order_and_in_the_year(hired, left, posts, leaves, on, obliges):
    if hired and left and left <= hired:
        left = None
    facts = Facts(hired_on=hired, left_on=left, manager=posts, absences=leaves)
    found = obligation(rule(obliges), R8, facts, on=on)
    if found is None:
        return
    assert found.obliged_on in R8
    assert found.obliged_on <= on
    assert found.obliged_on <= found.due_on <= END
    assert found.present_from is None or found.obliged_on <= found.present_from <= END
    assert found.lifted_on is None or found.obliged_on < found.lifted_on <= on
    at_work = [day for day in (found.obliged_on + timedelta(days=n) for n in range(365)) if day in R8]
    known = [span for span in leaves if span[0] <= on]
    away = [any(begin <= day and (end is None or day < end) for begin, end in known) for day in at_work]
    assert found.present_from == next((day for day, gone in zip(at_work, away, strict=True) if not gone), None)
