"""What the floors above know about people and shows beside their names: a registry that they fill."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Mark:
    """`count(on)`: department id → how many people posted there on the day bear the mark.

    `words(employees, on)`: employee id → the mark of that person in words.
    """

    label: str
    count: Callable[[date], dict[int, int]]
    words: Callable[[Collection[int], date], dict[int, str]]


_marks: list[Mark] = []


def register(mark: Mark) -> None:
    """Add a mark; again the same changes nothing."""
    if mark not in _marks:
        _marks.append(mark)


def all_marks() -> tuple[Mark, ...]:
    return tuple(_marks)


def words_of_each(employees: Collection[int], on: date) -> list[dict[int, str]]:
    """For every mark, in their order: employee id → what it says of that person on `on`."""
    return [mark.words(employees, on) for mark in _marks]
