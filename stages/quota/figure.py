"""A figure and the terms it was made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """What a figure was made of: `sign` is how it enters, `of` whose it is (a year, a bureau), if not the whole's."""

    name: str
    value: int
    sign: str = "+"
    of: str = ""


@dataclass(frozen=True)
class Figure:
    """A number that can say why: its terms, in the order in which they are read."""

    name: str
    value: int
    terms: tuple[Term, ...] = ()

    @classmethod
    def sum_of(cls, name: str, terms: tuple[Term, ...]) -> "Figure":
        """A figure that is the sum of its terms, those with a minus taken off."""
        return cls(name, sum(-term.value if term.sign == "−" else term.value for term in terms), terms)
