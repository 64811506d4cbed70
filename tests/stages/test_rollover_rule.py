"""The rule of the turn of the year: one move for every promoter, never against rule 9."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.models import MoveKind, StageOutcome, StageStatus, WishAnswer
from stages.rules.rollover import ENROLS, Facts, Rules, YearInStage, decide
from tests.factories.stages import R6, R7, R8

R9 = R8.next
FIVE = Rules(R9, (1, 2, 3, 4, 5))


def year(of=R8, stage=1, status=StageStatus.COMPLETED, outcome=""):
    return YearInStage(of, stage, status, outcome)


def move(*years, rules=FIVE, **facts):
    decision = decide(Facts(tuple(years), **facts), rules)
    return decision.kind, decision.stage


@pytest.mark.parametrize(
    ("status", "outcome", "wish", "expected"),
    [
        ("completed", "completed", "yes", (MoveKind.CLIMB, 2)),
        ("completed", "recognised", "yes", (MoveKind.CLIMB, 2)),
        ("completed", "completed", "not_this_year", (MoveKind.PAUSE, None)),
        ("completed", "completed", "no", (MoveKind.END, None)),
        ("completed", "completed", "", (MoveKind.EXCEPTION, None)),
        ("not_completed", "repeat", "", (MoveKind.REPEAT, 1)),
        ("not_completed", "carry_on", "", (MoveKind.CARRY_ON, 1)),
        ("not_completed", "repeat", "no", (MoveKind.END, None)),
        ("not_completed", "", "yes", (MoveKind.REPEAT, 1)),
        ("not_completed", "", "", (MoveKind.EXCEPTION, None)),
        ("suspended", "suspended", "", (MoveKind.RESUME, 1)),
        ("suspended", "", "not_this_year", (MoveKind.PAUSE, None)),
        ("withdrawn", "withdrawn", "", (MoveKind.END, None)),
        ("withdrawn", "withdrawn", "yes", (MoveKind.REPEAT, 1)),
        ("in_progress", "", "yes", (MoveKind.EXCEPTION, None)),
    ],
)
def test_each_end_of_a_year_and_each_wish_has_its_move(status, outcome, wish, expected):
    assert move(year(status=status, outcome=outcome), wish=wish) == expected


def test_who_completed_the_last_stage_is_finished_whatever_she_wishes():
    climbed = [year(FIVE.year.__class__(2022 + stage), stage) for stage in FIVE.stages]
    assert {move(*climbed, wish=wish) for wish in ("", *WishAnswer.values)} == {(MoveKind.FINISH, None)}


def test_a_sixth_stage_needs_no_code():
    climbed = [year(FIVE.year.__class__(2022 + stage), stage) for stage in FIVE.stages]
    assert move(*climbed, wish="yes", rules=Rules(R9, (1, 2, 3, 4, 5, 6))) == (MoveKind.CLIMB, 6)


def test_on_leave_on_the_first_day_waits_and_who_is_back_goes_on():
    assert move(year(), wish="yes", is_away=True) == (MoveKind.PAUSE, None)
    assert move(year(status="suspended"), is_away=True) == (MoveKind.PAUSE, None)
    assert move(year(status="suspended"), is_away=False) == (MoveKind.RESUME, 1)


def test_who_left_or_withdrew_has_ended_whatever_else_is_known():
    assert move(year(status="in_progress"), gone="在職していません", wish="yes") == (MoveKind.END, None)


def test_no_answer_pauses_where_the_office_chose_so_and_always_after_a_year_of_pause():
    asked = Rules(R9, FIVE.stages, silence_pauses=True)
    assert move(year(), rules=asked) == (MoveKind.PAUSE, None)
    assert move(year(R7)) == (MoveKind.PAUSE, None)
    assert move(year(R7), wish="yes") == (MoveKind.CLIMB, 2)


def test_what_contradicts_itself_is_for_a_person_with_the_reason():
    jumped = decide(Facts((year(R7, 1, "not_completed"), year(R8, 2)), wish="yes"), FIVE)
    assert (jumped.kind, "①を修了していません" in jumped.why) == (MoveKind.EXCEPTION, True)
    twice = decide(Facts((year(R7), year(R8)), wish="yes"), FIVE)
    assert (twice.kind, "その前の年度に修了" in twice.why) == (MoveKind.EXCEPTION, True)
    assert decide(Facts(()), FIVE).kind == MoveKind.EXCEPTION


def test_a_new_year_that_is_there_already_is_the_move_or_a_contradiction():
    assert move(year(), wish="yes", new=year(R9, 2, "in_progress")) == (MoveKind.CLIMB, 2)
    assert move(year(), new=year(R9, 2, "in_progress")) == (MoveKind.CLIMB, 2)
    assert move(year(), wish="yes", new=year(R9, 3, "in_progress"))[0] == MoveKind.EXCEPTION
    assert move(year(), new=year(R9, 3, "in_progress"))[0] == MoveKind.EXCEPTION
    assert move(year(), wish="no", new=year(R9, 2, "in_progress"))[0] == MoveKind.EXCEPTION


def test_every_combination_has_one_move_with_a_reason():
    outcomes = ("", *StageOutcome.values)
    for status, outcome, wish, away, quiet in product(
        StageStatus.values, outcomes, ("", *WishAnswer.values), (True, False), (True, False)
    ):
        facts = Facts((year(status=status, outcome=outcome),), wish=wish, is_away=away)
        decision = decide(facts, Rules(R9, FIVE.stages, quiet))
        assert decision.kind in MoveKind
        assert decision.why
        assert (decision.stage is not None) == (decision.kind in ENROLS)


lives = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(StageStatus.values), st.sampled_from(("", *StageOutcome.values))),
    max_size=5,
)


@given(lives, st.sampled_from(("", *WishAnswer.values)), st.booleans(), st.booleans())
def test_nobody_is_enrolled_against_rule_9(life, wish, away, quiet):
    years = tuple(
        YearInStage(R6.__class__(2026 - len(life) + number + 1), stage, status, outcome)
        for number, (stage, status, outcome) in enumerate(life)
    )
    decision = decide(Facts(years, wish=wish, is_away=away), Rules(R9, FIVE.stages, quiet))
    if decision.kind not in ENROLS:
        assert decision.stage is None
        return
    completed = {row.stage for row in years if row.status == StageStatus.COMPLETED}
    assert decision.stage not in completed
    assert set(range(1, decision.stage)) <= completed
    assert not away
