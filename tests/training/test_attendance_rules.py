"""出欠 in minutes as plain arithmetic: an hour counts once, exactly the share that may be missed is still enough."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.rules import attendance as rules
from training.rules import pasted
from training.rules.attendance import Attempt

LENGTHS = st.lists(st.integers(1, 480), min_size=1, max_size=5).map(tuple)


@st.composite
def attempts(draw):
    """A first booking and up to four that make up for it, cut alike or not."""
    found = []
    first = draw(LENGTHS)
    for lengths in [first, *draw(st.lists(st.one_of(st.just(first), LENGTHS), max_size=4))]:
        minutes = tuple(draw(st.one_of(st.none(), st.integers(0, length + 30))) for length in lengths)
        found.append(Attempt(lengths, minutes))
    return found


@given(attempts(), st.randoms())
def test_hours_count_once_whatever_the_order(chain, random):
    first, *others = chain
    present = rules.credited(chain)
    random.shuffle(others)
    assert rules.credited([first, *others]) == present
    assert 0 <= present <= sum(first.lengths)
    assert rules.credited([first]) <= present
    hours = rules.hours_that_count(sum(first.lengths), present, Decimal("6.0"))
    assert 0 <= hours <= Decimal("6.0")


def test_the_same_meeting_twice_counts_once_and_another_fills_the_gap():
    first = Attempt((180, 180), (180, 0))
    assert rules.credited([first, Attempt((180, 180), (180, None))]) == 180
    assert rules.credited([first, Attempt((180, 180), (None, 120))]) == 300
    assert rules.credited([first, Attempt((360,), (360,))]) == 360


@pytest.mark.parametrize(("present", "enough"), [(270, True), (269, False), (360, True), (0, False)])
def test_exactly_a_quarter_missed_is_still_enough(present, enough):
    assert rules.is_enough(360, present, Decimal("0.25")) is enough


@given(st.integers(1, 5000), st.data())
def test_the_boundary_is_the_share_itself(total, data):
    present = data.draw(st.integers(0, total))
    share = Decimal(data.draw(st.integers(0, 99))) / 100
    assert rules.is_enough(total, present, share) is ((total - present) * 100 <= total * int(share * 100))
    assert rules.is_enough(total, total - rules.may_be_missed(total, share), share)


@pytest.mark.parametrize(
    ("presence", "typed", "minutes"),
    [("present", None, 180), ("absent", 90, 0), ("handout", None, 0), ("late", 120, 120), ("partial", 1, 1)],
)
def test_minutes_follow_from_the_presence(presence, typed, minutes):
    assert rules.minutes_of(presence, typed, 180) == minutes


@pytest.mark.parametrize("typed", [None, 0, 180, 181])
def test_who_was_there_in_part_was_so_for_part_of_the_time(typed):
    with pytest.raises(ValueError, match="1から179まで"):
        rules.minutes_of("late", typed, 180)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0001234\n0005678", ["0001234", "0005678"]),
        ("職員番号\t氏名\n１２３４\t青森　太郎", ["0001234"]),
        ("1\t0001234\t青森 太郎\t90", ["0001234"]),
        ("0001234, 0005678、0009999", ["0001234", "0005678", "0009999"]),
        ("青森 太郎", [""]),
        ("\n  \n", []),
    ],
)
def test_a_pasted_list_is_read_in_any_arrangement(text, numbers):
    assert [row.number for row in pasted.lines(text, 7)] == numbers


def test_a_name_beside_the_number_of_somebody_else_is_seen():
    assert not pasted.names_another("青森 太郎 主事", "青森　太郎", "", "ｱｵﾓﾘ ﾀﾛｳ")
    assert not pasted.names_another("", "青森　太郎")
    assert pasted.names_another("津軽 花子", "青森　太郎", "", "ｱｵﾓﾘ ﾀﾛｳ")
