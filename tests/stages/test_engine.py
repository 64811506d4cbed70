"""The figures of a year: examples computed by hand, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.quota import engine, matrix
from stages.quota.bureaus import by_bureau
from stages.quota.facts import Cell
from tests.stages.facts import R6, R7, R8, R9, R10, aomori, bureaus, departments, facts, people, plan

# year: target, carry, 推薦枠, 自薦の目安, appointed, unfilled, cumulative target, cumulative appointed, by hand:
# R6: ceil(1000/5) = 200 → 0;   200 − 161 = 39;      161 − 155 = 6
# R7: ceil(799/4) = 200 → 0;    200 − 171 = 29;      171 − 154 = 17
# R8: ceil(607/3) = 203 → 3;    203 − 171 = 32;      171 − 157 = 14
BY_HAND = {
    R6: (200, 0, 161, 39, 201, 6, 200, 201),
    R7: (200, 0, 171, 29, 192, 17, 400, 393),
    R8: (200, 3, 171, 32, 186, 14, 600, 579),
}


@pytest.mark.parametrize("year", BY_HAND)
def test_the_years_of_the_prefecture_come_out_as_computed_by_hand(year):
    told = aomori(year)

    computed = (
        engine.target(told).value,
        engine.carry(told).value,
        engine.recommended_quota(told).value,
        engine.self_guide(told).value,
        engine.appointed(told).value,
        engine.unfilled_departments(told).value,
        engine.cumulative_target(told).value,
        engine.cumulative_appointed(told).value,
    )

    assert computed == BY_HAND[year]


def test_every_figure_is_found_under_its_own_name():
    told = aomori()

    assert all(compute(told).name == compute.__name__ for compute in engine.FIGURES)


@pytest.mark.parametrize("compute", engine.FIGURES)
def test_a_figure_of_sums_is_the_sum_of_its_terms(compute):
    figure = compute(aomori())

    if figure.terms and figure.name not in {"carry", "self_guide"}:
        signed = (-term.value if term.sign == "−" else term.value for term in figure.terms)
        assert figure.value == sum(signed)


def test_a_guide_is_never_negative():
    assert engine.self_guide(facts(R6, departments=departments(260))).value == 0


def test_a_plan_ahead_of_its_total_carries_nothing():
    assert engine.carry(facts(R8, people=people(R6, 1_200))).value == 0


def test_the_last_year_carries_all_that_is_missing():
    told = facts(R10, people=(*people(R6, 201), *people(R7, 192), *people(R8, 186), *people(R9, 190)))

    assert engine.carry(told).value == 1_000 - 769 - 200


def test_a_carry_is_rounded_up():
    # (1000 − 400) / 3 = 200 exactly; one person less asks one more of the coming years
    assert engine.carry(facts(R8, people=people(R6, 400))).value == 0
    assert engine.carry(facts(R8, people=people(R6, 399))).value == 1


def test_a_year_that_has_not_begun_takes_the_running_one_as_it_stands():
    # ceil((1000 − 579) / 2) − 200
    told = aomori()
    assert engine.carry(facts(R9, people=told.people)).value == 11


def test_cohorts_outside_the_plan_are_not_in_its_sums():
    told = facts(R8, plan=plan([100, 100], first=R7), people=(*people(R6, 50), *people(R8, 10)))

    assert engine.cumulative_appointed(told).value == 10
    assert engine.cumulative_target(told).value == 200


def test_later_cohorts_are_not_in_the_sums_of_a_past_year():
    assert engine.cumulative_appointed(aomori(R7)).value == 393


def test_an_exempt_department_owes_nothing_and_is_not_missing():
    told = facts(departments=departments(10, filled=4, exempt=2))

    assert engine.nominating_departments(told).value == 10
    assert engine.recommended_quota(told).value == 8
    assert engine.unfilled_departments(told).value == 4
    assert engine.self_guide(told).value == 200 + engine.carry(told).value - 8


def test_an_exempt_department_that_nominated_all_the_same_fills_nobody_elses_place():
    told = facts(departments=departments(3, filled=3, exempt=1))

    assert engine.recommended_quota(told).value == 2
    assert engine.unfilled_departments(told).value == 0


def test_those_who_left_the_staff_are_appointed_but_not_in_service():
    told = facts(R7, people=(*people(R6, 155, 46, in_service=150), *people(R7, 10), *people(R8, 99)))

    assert engine.cumulative_appointed(told).value == 211
    assert engine.still_in_service(told).value == 206


def test_the_matrix_shows_people_and_who_completed():
    told = aomori()

    assert matrix.continuing(told, 2).value == 55
    assert matrix.continuing(told, 2, R7).value == 60
    assert matrix.completed(told, 2, R7) == 50
    assert engine.going_on(told).value == 55 + 20


def test_a_cell_names_its_cohorts():
    told = facts(R7, cells=(Cell(R6, R7, 1, 4, 0), Cell(R7, R7, 1, 190, 0)))

    assert [(term.of, term.value) for term in matrix.continuing(told, 1).terms] == [
        ("令和6年度", 4),
        ("令和7年度", 190),
    ]


def test_the_plan_decides_the_first_stage_only():
    assert matrix.planned(aomori(), 1, R9) == 200
    assert matrix.planned(aomori(), 2, R9) is None


def test_the_carry_is_spread_over_bureaus_by_their_staff():
    # carry 3 over 50, 30, 20: 1.5, 0.9, 0.6 → 1, 0, 0 and the two left to .9 and .6
    rows = by_bureau(aomori(bureaus=bureaus(50, 30, 20)))

    assert [row.carry for row in rows] == [1, 1, 1]


def test_without_staff_on_record_the_carry_is_spread_evenly():
    rows = by_bureau(aomori(bureaus=bureaus(0, 0)))

    assert [row.carry for row in rows] == [2, 1]


def test_without_bureaus_there_is_nothing_to_spread():
    assert by_bureau(facts(R8, bureaus=())) == ()


@st.composite
def any_facts(draw):
    """A plan in its third year with any numbers, over one to six bureaus."""
    staff = draw(st.lists(st.integers(0, 3_000), min_size=1, max_size=6))
    some = st.integers(0, 120)
    rows = tuple(
        row
        for year in (R6, R7, R8)
        for bureau in range(1, len(staff) + 1)
        for row in people(year, draw(some), draw(some), bureau=bureau)
    )
    places = tuple(
        place
        for bureau in range(1, len(staff) + 1)
        for number in [draw(st.integers(0, 30))]
        for place in departments(
            number, filled=draw(st.integers(0, number)), exempt=draw(st.integers(0, number)), bureau=bureau
        )
    )
    targets = draw(st.lists(st.integers(0, 500), min_size=5, max_size=5))
    return facts(R8, plan=plan(targets), bureaus=bureaus(*staff), people=rows, departments=places)


@given(any_facts())
def test_the_parts_of_the_bureaus_sum_to_the_whole(told):
    rows = by_bureau(told)

    wholes = {
        "nominating_departments": engine.nominating_departments,
        "recommended_quota": engine.recommended_quota,
        "appointed": engine.appointed,
        "recommended": engine.recommended,
        "self_nominated": engine.self_nominated,
        "withdrawn": engine.withdrawn,
        "trained": engine.trained,
        "unfilled": engine.unfilled_departments,
        "carry": engine.carry,
    }
    for column, compute in wholes.items():
        assert sum(getattr(row, column) for row in rows) == compute(told).value, column


@given(any_facts())
def test_no_figure_is_negative(told):
    assert all(compute(told).value >= 0 for compute in engine.FIGURES)


@given(st.lists(st.integers(0, 400), min_size=2, max_size=8), st.integers(0, 1_500))
def test_a_plan_whose_later_years_meet_target_and_carry_ends_on_its_total(targets, first):
    """Above the total only where the first year, or a later year's own target, brings more than was missing."""
    total, so_far, ahead = sum(targets), people(R6, first), first > sum(targets)
    for place, year in enumerate(plan(targets).years[1:], 1):
        told = facts(year, plan=plan(targets), people=so_far)
        missing, years_left = total - _reached(so_far), len(targets) - place
        ahead |= targets[place] * years_left >= missing + years_left
        so_far = (*so_far, *people(year, engine.target(told).value + engine.carry(told).value))

    assert _reached(so_far) >= total
    assert _reached(so_far) == total or ahead


def _reached(rows):
    return sum(row.appointed for row in rows)
