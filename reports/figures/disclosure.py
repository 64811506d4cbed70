"""Which numbers may stand beside each other so that nobody can work out a small one.

A number of one or two people can point at them. Leaving it out is not enough where sums stand beside it: a hidden
number that is a difference of shown ones is not hidden. Numbers are told here as sums of atoms (`{"総務部": 1, …}`),
so that "can be worked out" is a question of linear algebra.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Form = Mapping[Any, int]
"""Atom → how often. An atom is anything that can be a key."""

HIDDEN = "*"
SMALL = frozenset({1, 2})
"""閲覧者 do not see these; nobody at all is no one in particular."""

_PRIME = (1 << 61) - 1
"""Elimination in whole numbers: modulo a large prime, exact as fractions are for the small coefficients here."""


@dataclass(frozen=True)
class Number:
    """A number that could be shown: its value, and what it is the sum of."""

    name: Hashable
    value: int
    form: Form


def shown(numbers: Sequence[Number], secrets: Iterable[Form], groups: Iterable[Sequence[Hashable]] = ()) -> set:
    """The names of those that may be shown, taken in order: sums, then zeros, then from large to small.

    No small number among them, and no secret form (nor a small number left out) is a linear combination of them.
    `groups` name numbers that add up to a known sum: where those left out are one or two people, or as many cells as
    people (each would be known to be one), another joins them.
    """
    by_name = {number.name: number for number in numbers}
    small = [number.form for number in numbers if number.value in SMALL]
    hidden = [form for form in (*small, *secrets) if any(form.values())]
    while True:
        allowed = _independent(numbers, hidden)
        leaks = [form for group in groups if (form := _too_few([by_name[name] for name in group], allowed))]
        if all(form in hidden for form in leaks):
            return allowed
        hidden += leaks


def combined(*parts: tuple[int, Form]) -> dict[Any, int]:
    """The sum of forms, each times a factor."""
    total: dict[Any, int] = {}
    for factor, form in parts:
        for atom, coefficient in form.items():
            total[atom] = total.get(atom, 0) + factor * coefficient
    return total


def _too_few(group: Sequence[Number], allowed: set) -> Form | None:
    """The sum of what a group leaves out, where it gives its parts away: nobody is left out for being nobody."""
    left_out = [number for number in group if number.name not in allowed]
    people = sum(number.value for number in left_out)
    each_is_one = people <= len(left_out) and all(number.value for number in left_out)
    if not people or not (each_is_one or people in SMALL):
        return None
    return combined(*((1, number.form) for number in left_out))


def _independent(numbers: Sequence[Number], hidden: Sequence[Form]) -> set:
    """One number after another, unless with it some hidden form would be known."""
    known: dict[Any, dict[Any, int]] = {}
    rests = [_reduced(form, known) for form in hidden]
    allowed = set()
    for number in numbers:
        if number.value in SMALL:
            continue
        row = _reduced(number.form, known)
        if row:
            pivot = next(iter(row))
            row = _times(row, pow(row[pivot], -1, _PRIME))
            tried = [_minus(rest, row, pivot) for rest in rests]
            if not all(tried):
                continue
            known[pivot], rests = row, tried
        allowed.add(number.name)
    return allowed


def _reduced(form: Form, known: Mapping[Any, dict[Any, int]]) -> dict[Any, int]:
    rest = {atom: coefficient % _PRIME for atom, coefficient in form.items() if coefficient % _PRIME}
    for pivot, row in known.items():  # in the order of their coming: a later row has no earlier pivot
        rest = _minus(rest, row, pivot)
    return rest


def _times(row: Mapping[Any, int], factor: int) -> dict[Any, int]:
    return {atom: coefficient * factor % _PRIME for atom, coefficient in row.items()}


def _minus(rest: dict[Any, int], row: Mapping[Any, int], pivot: Hashable) -> dict[Any, int]:
    """`rest` without the pivot of `row`."""
    factor = rest.get(pivot)
    if not factor:
        return rest
    left = dict(rest)
    for atom, coefficient in row.items():
        if value := (left.get(atom, 0) - factor * coefficient) % _PRIME:
            left[atom] = value
        else:
            left.pop(atom, None)
    return left
