"""出欠 in minutes: what may be recorded, what counts, and whether it is enough for 修了. Plain arithmetic, no rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

WHOLE = "present"
IN_PART = frozenset({"late", "left_early", "partial"})
NOT_THERE = frozenset({"absent", "handout"})
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Attempt:
    """One booking: the lengths of the run's meetings, and the minutes of presence at each (None: not recorded)."""

    lengths: tuple[int, ...]
    minutes: tuple[int | None, ...]

    @property
    def was_there(self) -> bool:
        return any(self.minutes)


def minutes_of(presence: str, typed: int | None, length: int) -> int:
    """The minutes that stand behind a presence. Raises ValueError with a Japanese reason.

    出席 is the whole meeting, 欠席 and 資料配付のみ are none of it (R48); the others say how long.
    """
    if presence == WHOLE:
        return length
    if presence in NOT_THERE:
        return 0
    if typed is None:
        raise ValueError(f"出席した時間を分で入力してください(1から{length - 1}まで)。")
    if not 0 < typed < length:
        raise ValueError(f"「{typed}分」は入力できません。この日程は{length}分です(1から{length - 1}まで)。")
    return typed


def credited(attempts: Sequence[Attempt]) -> int:
    """Minutes that count for the first booking with the ones that make up for it (振替), each hour once (R47).

    A meeting of a run that is cut alike stands for the same meeting of the first: the longest presence counts. A run
    that is cut otherwise fills what is still missing. So the sum is never more than the length of the first.
    """
    first, *others = attempts
    alike = [row for row in others if len(row.lengths) == len(first.lengths)]
    found = 0
    for place, length in enumerate(first.lengths):
        found += max(min(length, row.minutes[place] or 0) for row in (first, *alike))
    elsewhere = sum(
        min(length, minutes or 0)
        for row in others
        if row not in alike
        for length, minutes in zip(row.lengths, row.minutes, strict=True)
    )
    return min(sum(first.lengths), found + elsewhere)


def missed_at(attempts: Sequence[Attempt], place: int) -> bool:
    """Whether the meeting of the first booking at `place` is still owed: recorded, and not for its whole length."""
    first, *others = attempts
    alike = [row for row in others if len(row.lengths) == len(first.lengths)]
    known = [there for row in (first, *alike) if (there := row.minutes[place]) is not None]
    return bool(known) and max(known) < first.lengths[place]


def is_enough(total: int, present: int, most_missed: Decimal) -> bool:
    """R49: not more than the share of the whole may be missed; exactly the share is still enough."""
    return Decimal(total - present) <= Decimal(total) * most_missed


def may_be_missed(total: int, most_missed: Decimal) -> int:
    """How many whole minutes may be missed."""
    return int(Decimal(total) * most_missed)


def hours_that_count(total: int, present: int, hours: Decimal) -> Decimal:
    """The course's hours in proportion to the presence, never more than the course has."""
    if not total or present >= total:
        return hours
    return min(hours, (hours * present / total).quantize(TENTH, ROUND_HALF_UP))


def duration(minutes: int) -> str:
    """90 → 1時間30分"""
    hours, rest = divmod(minutes, 60)
    return "".join([f"{hours}時間" if hours else "", f"{rest}分" if rest or not hours else ""])
