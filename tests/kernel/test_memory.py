"""The collector of unreachable objects looks seldom while a file is in memory, and as often as before afterwards."""

import gc

import pytest

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.memory import SELDOM, many_objects


@many_objects()
def refuse(seen: list) -> None:
    seen.append((gc.isenabled(), gc.get_threshold()))
    raise RuleBroken("だめです。")


def test_it_looks_as_often_as_before_also_after_a_failure():
    usual, seen = gc.get_threshold(), []
    with pytest.raises(RuleBroken):
        refuse(seen)
    assert seen == [(True, SELDOM)]
    assert gc.get_threshold() == usual != SELDOM


def test_of_two_that_overlap_the_last_restores_what_the_first_found():
    usual = gc.get_threshold()
    first, second = many_objects(), many_objects()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == SELDOM
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual
