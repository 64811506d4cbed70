"""What the fold answers: one state an item, and what they add up to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stages.folding.facts import Begun, Done, Item, Ruling

DONE, EXEMPTED, ACCEPTED = "done", "exempt", "accepted"
DENIED, IN_PROGRESS, OPEN, OVERDUE = "denied", "in_progress", "open", "overdue"
SETTLED = frozenset({DONE, EXEMPTED, ACCEPTED})
WORDS = {
    DONE: "済み",
    EXEMPTED: "免除",
    ACCEPTED: "認定",
    DENIED: "不認定",
    IN_PROGRESS: "取組中",
    OPEN: "これから",
    OVERDUE: "期限切れ",
}


@dataclass(frozen=True, slots=True)
class ItemState:
    """How one item stands: since which day (`on`), by which fact (`by`), until when it is due after leave and
    extension, and how many hours of it are behind."""

    item: Item
    state: str
    on: date | None = None
    by: Done | Begun | Ruling | None = None
    due: date | None = None
    hours: Decimal = Decimal(0)

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED

    @property
    def word(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is still asked for, in words. `item` is empty for the elective rule and the whole stage."""

    words: str
    item: str = ""
    pk: int = 0
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Electives:
    """The elective rule: how many and how many hours are asked for and settled, and on which day it was met."""

    asked: int = 0
    hours_asked: Decimal = Decimal(0)
    done: int = 0
    hours_done: Decimal = Decimal(0)
    met_on: date | None = None

    @property
    def is_asked(self) -> bool:
        return bool(self.asked or self.hours_asked)

    @property
    def is_met(self) -> bool:
        return self.done >= self.asked and self.hours_done >= self.hours_asked


@dataclass(frozen=True, slots=True)
class Progress:
    """One year in a stage as of a day. `met_on`: when the last thing asked for became true (rule 7).

    `ruling`: the newest decision about the stage as a whole. `queue`: the items to take up, in this order.
    `last_on`: when something moved last. `is_stopped`: leave that has no end stops the deadline.
    """

    as_of: date
    items: tuple[ItemState, ...]
    electives: Electives
    done: int
    asked: int
    hours_done: Decimal
    hours_asked: Decimal
    met_on: date | None
    missing: tuple[Missing, ...]
    queue: tuple[ItemState, ...]
    last_on: date | None
    deadline: date | None
    ruling: Ruling | None = None
    is_stopped: bool = False

    @property
    def is_met(self) -> bool:
        return self.met_on is not None

    @property
    def next(self) -> ItemState | None:
        return self.queue[0] if self.queue else None

    @property
    def overdue(self) -> list[ItemState]:
        return [row for row in self.items if row.state == OVERDUE]

    @property
    def hours_left(self) -> Decimal:
        return max(Decimal(0), self.hours_asked - self.hours_done)
