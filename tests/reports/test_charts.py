"""The chart's coordinates follow the numbers: linear, from the ground up, within the drawing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aomori_dx.kernel.fiscal_year import FiscalYear
from reports import charts
from reports.figures.dashboard import PlanYear


def _years(*rows: tuple) -> list[PlanYear]:
    """(planned so far, appointed so far, trained so far) a year."""
    return [
        PlanYear(FiscalYear(2024 + place), 200, planned, appointed, trained, appointed, trained)
        for place, (planned, appointed, trained) in enumerate(rows)
    ]


def test_bars_are_as_high_as_their_numbers():
    chart = charts.cumulative(_years((200, 200, 100), (400, 400, 0), (600, None, None)), chosen=2025)
    first, second, third = chart.groups
    heights = [[bar.height for bar in (group.appointed, group.trained) if bar] for group in (first, second)]
    assert heights[0] == pytest.approx([heights[0][0], heights[0][0] / 2])
    assert heights[1] == pytest.approx([2 * heights[0][0], 0])
    assert chart.ground - heights[1][0] == pytest.approx(second.plan_y)
    assert (third.appointed, third.trained) == (None, None)
    assert [group.is_chosen for group in chart.groups] == [False, True, False]


def test_a_number_that_is_not_told_has_no_height_and_keeps_its_star():
    chart = charts.cumulative(_years((200, "*", "*")), chosen=2024)
    bar = chart.groups[0].appointed
    assert bar is not None
    assert (bar.height, bar.label) == (0, "*")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_everything_stays_within_the_drawing(rows):
    chart = charts.cumulative(_years(*rows), chosen=2024)
    for group in chart.groups:
        for bar in (group.appointed, group.trained):
            assert bar is not None
            assert charts.TOP - 0.01 <= bar.y <= chart.ground
            assert chart.left <= bar.x <= chart.right - bar.width
        assert charts.TOP - 0.01 <= group.plan_y <= chart.ground
    assert len({line.label for line in chart.grid}) == 5  # even steps: no two lines read the same


def test_the_sentence_tells_begun_years_and_the_end_of_the_plan():
    assert charts.cumulative(_years((200, 201, 190), (400, None, None)), chosen=2024).sentence == (
        "令和6年度は計画200人、任命201人、育成190人。最終年度の令和7年度の計画は400人です。"
    )
