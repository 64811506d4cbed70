"""The rates of required training: on the real tables, against the same asked person by person."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Absence
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from tests.factories.stages import R8
from training import own_requirements, rates
from training.obligation_states import OwedState
from training.services import requirements

R7, R9 = FiscalYear(2025), FiscalYear(2027)
ON = day_of(NOW)
pytestmark = pytest.mark.django_db


def assign(rule, year=R8, on=ON):
    return requirements.assign(rule, year, on=on, at=NOW)


def test_the_rate_has_both_numbers():
    """R68"""
    rule = training.requirement()
    people = [make.posting().employee for _ in range(5)]
    make.absence(people[4], valid_from=date(2026, 1, 1))
    training.completion(people[0], rule.course)
    assign(rule)
    rate = rates.of(rule, R8, on=ON)
    assert (rate.done, rate.obliged, rate.away, rate.counted, rate.percent) == (1, 5, 1, 4, Decimal("25.0"))


def test_who_has_done_it_on_leave_counts():
    """E5: may join voluntarily."""
    rule = training.requirement()
    person = make.posting().employee
    make.absence(person, valid_from=date(2026, 1, 1))
    training.completion(person, rule.course)
    assign(rule)
    rate = rates.of(rule, R8, on=ON)
    assert (rate.done, rate.counted, rate.away) == (1, 1, 0)


def test_who_came_back_from_leave_is_counted_from_that_day():
    rule = training.requirement()
    person = make.posting().employee
    make.absence(person, valid_from=date(2026, 1, 1), valid_to=date(2026, 9, 1))
    assign(rule)
    assert rates.of(rule, R8, on=date(2026, 8, 31)).away == 1
    assert rates.of(rule, R8, on=date(2026, 9, 1)).counted == 1


def test_a_mover_is_counted_once_in_the_present_department():
    """R68"""
    old, new = make.department(), make.department()
    post = make.posting(to=old, valid_to=date(2026, 10, 1))
    make.posting(post.employee, to=new, valid_from=date(2026, 10, 1))
    make.posting(post.employee, to=old, valid_from=date(2026, 10, 1), is_primary=False)
    rule = training.requirement()
    assign(rule)
    assert {key: rate.counted for key, rate in rates.by("department", rule, R8, on=ON).items()} == {new.pk: 1}
    assert set(rates.by("department", rule, R8, on=date(2026, 9, 30))) == {old.pk}
    assert set(rates.by("bureau", rule, R8, on=ON)) == {new.parent_id}


def test_by_kind_of_employment_and_by_manager():
    rule = training.requirement()
    make.posting(make.employee(employment_type="annual"))
    make.posting(is_manager=True)
    assign(rule)
    assert set(rates.by("employment_type", rule, R8, on=ON)) == {"annual", "regular"}
    assert {key: rate.counted for key, rate in rates.by("manager", rule, R8, on=ON).items()} == {"yes": 1, "no": 1}


@pytest.mark.parametrize(("year", "on", "state"), [
    (R8, date(2027, 4, 9), OwedState.OVERDUE), (R8, date(2027, 4, 10), OwedState.DONE), (R9, date(2027, 4, 10), None),
])  # fmt: skip
def test_work_finished_in_april_counts_for_the_year_that_it_says(year, on, state):
    """E25"""
    rule = training.requirement()
    person = make.posting().employee
    assign(rule)
    training.completion(person, rule.course, completed_on=date(2027, 4, 10), fiscal_year=R8)
    assign(rule, R9, on=date(2027, 4, 10))
    found = rates.obligations(rule, year, on=on).values_list("state", flat=True)
    assert list(found) == [state or OwedState.OPEN]


def test_a_revoked_completion_is_none():
    rule = training.requirement()
    person = make.posting().employee
    training.completion(person, rule.course, revoked_at=NOW, revoked_reason="誤り")
    assign(rule)
    assert rates.of(rule, R8, on=ON).done == 0


def test_a_completion_of_any_year_of_the_round_fulfils_it():
    rule = training.requirement(first_year=R8, every_years=3)
    person = make.posting().employee
    training.completion(person, rule.course, completed_on=date(2026, 7, 1))
    joined = make.posting(make.employee(hired_on=date(2027, 6, 1))).employee
    assign(rule)
    later = date(2027, 12, 1)
    assign(rule, R9, on=later)
    assert [own.state for own in own_requirements.of(person, later)] == [OwedState.DONE]
    assert [own.state for own in own_requirements.of(joined, later)] == [OwedState.SOON]
    assert rates.of(rule, R9, on=later).counted == 2


def test_who_has_left_is_counted_nowhere():
    rule = training.requirement()
    person = make.posting(make.employee(left_on=date(2026, 11, 1))).employee
    training.completion(person, rule.course)
    assign(rule)
    assert rates.of(rule, R8, on=ON) == rates.Rate()
    assert rates.of(rule, R8, on=date(2026, 10, 31)).done == 1


def test_a_hundred_per_cent_is_everybody():
    assert rates.Rate(done=9999, open=1).percent == Decimal("99.9")
    assert rates.Rate(done=3).percent == 100
    assert rates.Rate().percent is None


class RatesEqualCounting(TestCase):
    """Whatever the people: the figures equal those counted person by person, in another way."""

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 3), st.booleans()), max_size=7))
    def test_of_all_and_by_department(self, people):
        places = [make.department() for _ in range(2)]
        rule = training.requirement(due_month=10, due_day=31)
        expected: dict[tuple[int, str], int] = {}
        for second, leave, done, left in people:
            person = make.posting(
                make.employee(left_on=date(2026, 11, 1) if left else None), to=places[second]
            ).employee
            away = {1: (date(2026, 1, 1), None), 2: (date(2026, 1, 1), date(2026, 9, 1)), 3: (date(2026, 5, 1), None)}
            if leave in away:
                begin, end = away[leave]
                Absence.objects.create(employee=person, reason="leave", valid_from=begin, valid_to=end)
            if done in (1, 2):
                day = date(2026, 7, 1) if done == 1 else ON + timedelta(days=1)
                training.completion(person, rule.course, completed_on=day)
            if left:
                continue
            state = "done" if done == 1 else "away" if leave == 1 else "on_leave" if leave == 3 else "overdue"
            if leave == 2 and done != 1:
                state = "open"  # 153 days of leave: due on the last day of the year
            expected[places[second].pk, state] = expected.get((places[second].pk, state), 0) + 1
        requirements.assign(rule, R8, on=ON, at=datetime(2026, 11, 23, 10, tzinfo=TOKYO))
        found = rates.by("department", rule, R8, on=ON)
        counted = {
            (place, name): getattr(rate, name) for place, rate in found.items() for name in rates.NAMES.values()
            if getattr(rate, name)
        }  # fmt: skip
        assert counted == expected
        assert sum(found.values(), rates.Rate()) == rates.of(rule, R8, on=ON)
        assert rates.of_all(R8, on=ON).get(rule.pk, rates.Rate()) == rates.of(rule, R8, on=ON)
