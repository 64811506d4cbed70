"""What is known of one person in one stage: each fact with the day on which it became true.

A fact that was revoked is simply not given: it is as if it never was, also for earlier days. `key` is the number of
the row that tells the fact; the same fact told twice is one fact.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

PRACTICE = "practice"


def course_key(course: int) -> str:
    """How an item that asks for a course is named, whatever version of the curriculum it stands in."""
    return f"course:{course}"


def examination_key(name: str) -> str:
    """How an item that asks for an external examination is named; `name` folded (`kernel.text.fold`)."""
    return f"examination:{name}"


@dataclass(frozen=True, slots=True)
class Done:
    """Something that settles an item: a completion, an approved report, an examination that was passed.

    `item`: what it settles (`course_key`, PRACTICE, `examination_key`). `year`: the fiscal year it belongs to, which
    is not always that of the day (E25); None: of every year, as a qualification that one has.
    """

    key: int
    item: str
    on: date
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody is at it: attended a meeting (`minutes`), or has a practice theme (0 minutes)."""

    key: int
    item: str
    on: date
    minutes: int = 0
    year: int | None = None


EXEMPT, ACCEPT, DENY = "exempt", "accept", "deny"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision (rule 10), about an item or (`item` None) the stage. The greater `order`, the newer."""

    order: int
    item: str | None
    kind: str
    on: date
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """休職等 from `first` until the day before `until` (None: it goes on): deadlines stand still (E5)."""

    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Extended:
    """An own deadline for an item, given by the office (R61)."""

    item: str
    until: date
    on: date


Fact = Done | Begun | Ruling | Away | Extended


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the curriculum asks for. `pk`: its row, for links; `due`: earlier than the deadline of all."""

    key: str
    title: str
    pk: int = 0
    kind: str = "course"
    required: bool = True
    hours: Decimal = Decimal(0)
    due: date | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """The version of a curriculum by which somebody is judged, and what only holds for this year of hers.

    `electives` / `elective_hours`: how many elective items, and how many hours of them, are asked for. `started_on`:
    from when leave stops the deadline. `anew_from`: 再履修, only what belongs to this fiscal year or later counts.
    """

    items: tuple[Item, ...]
    deadline: date | None = None
    electives: int = 0
    elective_hours: Decimal = Decimal(0)
    started_on: date | None = None
    anew_from: int | None = None
