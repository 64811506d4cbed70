"""Sharing a whole number out among bureaus."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.quota.apportion import apportion

WEIGHTS = st.dictionaries(st.integers(0, 60), st.integers(0, 10_000), min_size=1, max_size=25)
TOTALS = st.integers(0, 2_000)


@given(TOTALS, WEIGHTS)
def test_the_parts_sum_to_the_whole(total, weights):
    parts = apportion(total, weights)

    assert sum(parts.values()) == total
    assert parts.keys() == weights.keys()
    assert all(part >= 0 for part in parts.values())


@given(TOTALS, WEIGHTS.filter(lambda weights: sum(weights.values()) > 0))
def test_each_part_is_within_one_of_its_exact_share(total, weights):
    whole = sum(weights.values())

    for key, part in apportion(total, weights).items():
        assert abs(part - Fraction(total * weights[key], whole)) < 1


@given(TOTALS, WEIGHTS)
def test_a_larger_weight_never_gets_less(total, weights):
    parts = apportion(total, weights)

    in_order = sorted(weights, key=lambda key: weights[key])
    for smaller, larger in pairwise(in_order):
        assert parts[smaller] <= parts[larger] or weights[smaller] == weights[larger]


@given(TOTALS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_the_weights_does_not_matter(total, weights, chance):
    shuffled = list(weights.items())
    chance.shuffle(shuffled)

    assert apportion(total, dict(shuffled)) == apportion(total, weights)


@given(TOTALS, WEIGHTS, st.integers(1, 50))
def test_only_the_proportion_counts(total, weights, factor):
    assert apportion(total, {key: weight * factor for key, weight in weights.items()}) == apportion(total, weights)


def test_the_largest_remainders_take_what_rounding_down_leaves():
    # 10 × 47/100 = 4.7, 10 × 16/100 = 1.6, 10 × 37/100 = 3.7: two are left, for the .7s
    assert apportion(10, {"a": 47, "b": 16, "c": 37}) == {"a": 5, "b": 1, "c": 4}


def test_of_equal_remainders_the_larger_weight_goes_first_then_the_smaller_key():
    assert apportion(1, {2: 5, 1: 5}) == {1: 1, 2: 0}
    # 3 × 2/4 = 1.5 and twice 3 × 1/4 = 0.75: the two .75s take the two left
    assert apportion(3, {"x": 2, "z": 1, "y": 1}) == {"x": 1, "y": 1, "z": 1}
    # 2 × 3/4 = 1.5 and 2 × 1/4 = 0.5
    assert apportion(2, {"a": 1, "b": 3}) == {"a": 0, "b": 2}


def test_without_any_weight_all_count_alike():
    assert apportion(5, {1: 0, 2: 0, 3: 0}) == {1: 2, 2: 2, 3: 1}


def test_a_weight_of_nothing_beside_others_gets_nothing():
    assert apportion(7, {1: 0, 2: 3}) == {1: 0, 2: 7}


def test_nothing_is_shared_among_nobody():
    assert apportion(0, {}) == {}
    with pytest.raises(ValueError, match="nobody"):
        apportion(1, {})


@pytest.mark.parametrize(("total", "weights"), [(-1, {1: 1}), (1, {1: -1, 2: 2})])
def test_negative_numbers_are_refused(total, weights):
    with pytest.raises(ValueError, match="never negative"):
        apportion(total, weights)
