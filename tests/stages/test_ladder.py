"""How far the plan takes whom (R22), and stages from data (R19)."""

import pytest

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.rules import ladder
from tests.factories.stages import R6, R7, R8, R9, R10

FIVE, SIX = [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]
PLAN = {"first_year": R6, "last_year": R10}


@pytest.mark.parametrize(("cohort", "highest"), [(R6, 5), (R7, 4), (R8, 3), (R9, 2), (R10, 1)])
def test_a_cohort_comes_as_far_as_the_years_that_are_left(cohort, highest):
    assert ladder.highest_stage(cohort, R10, FIVE) == highest


def test_nobody_comes_further_than_the_last_stage_or_starts_after_the_end():
    assert ladder.highest_stage(FiscalYear(2020), R10, FIVE) == 5
    assert ladder.highest_stage(FiscalYear(2020), R10, SIX) == 6
    assert ladder.highest_stage(R10.next, R10, FIVE) is None
    assert ladder.highest_stage(R6, R10, []) is None


def test_numbers_may_have_gaps():
    assert ladder.highest_stage(R9, R10, [1, 3, 7]) == 3
    assert ladder.first_year_of(7, R6, [1, 3, 7]) == R8


def test_a_stage_that_nobody_can_be_in_yet_is_warned_of():
    assert ladder.why_beyond(3, R8, stages=FIVE, **PLAN) is None
    assert "この段階に進む人が出るのは、令和8年度から" in ladder.why_beyond(3, R7, stages=FIVE, **PLAN)


def test_a_sixth_stage_needs_more_years_than_the_plan_has():
    assert "最終年度(R10)までに、この段階に進む人はいません" in ladder.why_beyond(6, R10, stages=SIX, **PLAN)


def test_a_year_outside_the_plan_is_warned_of():
    assert "後の年度です" in ladder.why_beyond(1, R10.next, stages=FIVE, **PLAN)
    assert "前の年度です" in ladder.why_beyond(1, R6.previous, stages=FIVE, **PLAN)
