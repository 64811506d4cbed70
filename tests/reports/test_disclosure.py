"""Small numbers stay hidden from somebody who knows every shown number and can add and subtract."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures.disclosure import SMALL, Number, combined, shown

Table = dict[tuple[int, int], int]


def _numbers(table: Table, rows: int, columns: int) -> list[Number]:
    """Whole, margins, then the cells from the largest to the smallest, as a page wants them."""
    margins = [
        Number("whole", sum(table.values()), dict.fromkeys(table, 1)),
        *(_line(f"row {r}", table, [(r, c) for c in range(columns)]) for r in range(rows)),
        *(_line(f"column {c}", table, [(r, c) for r in range(rows)]) for c in range(columns)),
    ]
    cells = sorted(table, key=lambda cell: _wanted(table[cell]))
    return [*margins, *(Number(cell, table[cell], {cell: 1}) for cell in cells)]


def _wanted(value: int) -> tuple[bool, int]:
    """Zeros first, then from the largest to the smallest."""
    return value > 0, -value


def _line(name: str, table: Table, cells: list[tuple[int, int]]) -> Number:
    return Number(name, sum(table[cell] for cell in cells), dict.fromkeys(cells, 1))


def _could_be_otherwise(numbers: list[Number], allowed: set, table: Table, cell: tuple[int, int]) -> bool:
    """Whether another table of people agrees with all that is shown and has another number in the cell."""
    told = [number.form for number in numbers if number.name in allowed]
    for steps in product(range(-4, 5), repeat=len(table)):
        step = dict(zip(table, steps, strict=True))
        agrees = all(not sum(step[atom] * often for atom, often in form.items()) for form in told)
        if step[cell] and agrees and all(table[place] + step[place] >= 0 for place in table):
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_no_small_cell_of_a_table_with_margins_can_be_worked_out(values):
    table = dict(zip(product(range(2), range(2)), values, strict=True))
    numbers = _numbers(table, 2, 2)
    allowed = shown(numbers, [])
    for cell, value in table.items():
        if value in SMALL:
            assert _could_be_otherwise(numbers, allowed, table, cell)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=12))
def test_what_a_list_leaves_out_is_more_than_one_cell_and_more_people_than_cells(values):
    """Zeros are left out only for cover: a reader may take every star for somebody."""
    cells = [Number(place, value, {place: 1}) for place, value in enumerate(values)]
    whole = Number("whole", sum(values), {place: 1 for place in range(len(values))})
    ordered = [whole, *sorted(cells, key=lambda cell: _wanted(cell.value))]
    allowed = shown(ordered, [], [[cell.name for cell in cells]])
    left_out = [cell.value for cell in cells if cell.name not in allowed]
    assert not {cell.value for cell in cells if cell.name in allowed} & SMALL
    if left_out and "whole" in allowed:
        assert len(left_out) > 1
        assert sum(left_out) not in SMALL
        assert sum(left_out) > len(left_out) or 0 in left_out


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([11, 8, 3, 0], {"whole", 0, 1, 2, 3}),  # nothing small: all of it
        ([11, 8, 1, 0], {"whole", 0, 3}),  # the next smallest goes with the one, else whole − rest tells it
        ([11, 2, 1], {"whole", 0}),  # two small ones cover each other
        ([11, 8, 1, 1], {"whole", 0}),  # two stars with two people between them would be one each
        ([1, 1, 1, 0, 0], {"whole", 3}),  # with nobody larger to hide behind, a zero is cover
        ([2], set()),  # a list of one is its own sum
    ],
)
def test_a_list_leaves_out_as_little_as_it_must(values, expected):
    cells = [Number(place, value, {place: 1}) for place, value in enumerate(values)]
    whole = Number("whole", sum(values), {place: 1 for place in range(len(values))})
    ordered = [whole, *sorted(cells, key=lambda cell: _wanted(cell.value))]
    assert shown(ordered, [], [list(range(len(values)))]) == expected


def test_a_difference_that_is_secret_keeps_one_of_its_sides_hidden():
    """198 people of whom 197 completed: the one who did not is nobody's business."""
    done, not_yet = {"done": 1}, {"not yet": 1}
    numbers = [Number("people", 198, combined((1, done), (1, not_yet))), Number("completed", 197, done)]
    assert shown(numbers, [not_yet]) == {"people"}
    assert shown(numbers, []) == {"people", "completed"}
