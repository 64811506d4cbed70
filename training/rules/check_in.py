"""受付 by one's own phone or at the door: when it is possible, and what an arrival counts. No rows, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

EARLY = timedelta(minutes=60)
"""The door opens so long before the meeting."""
GRACE = timedelta(minutes=10)
"""Who comes within so long after the start was there from the start."""
LIFE = timedelta(minutes=3)
"""A code on the screen is renewed; a photo of it is of no use after that."""
TO_CONFIRM = timedelta(minutes=5)
"""Whoever has opened a code in time may take so long to log in and to confirm."""


@dataclass(frozen=True)
class Arrival:
    """What an arrival is recorded as."""

    presence: str
    minutes: int


def why_closed(starts_at: datetime, ends_at: datetime, at: datetime) -> str | None:
    """Why nobody is received now, or None."""
    if at < starts_at - EARLY:
        return f"受付は、開始の{EARLY.seconds // 60}分前からです。"
    return None if at < ends_at else "この日程は終わっています。出席していたときは、研修の担当に申し出てください。"


def arrival(starts_at: datetime, ends_at: datetime, at: datetime) -> Arrival:
    """Present for who comes until shortly after the start; late for the rest, with the minutes that are left."""
    length = int((ends_at - starts_at).total_seconds() // 60)
    if at <= starts_at + GRACE:
        return Arrival("present", length)
    left = int((ends_at - at).total_seconds() // 60)
    return Arrival("late", min(max(left, 1), length - 1)) if length > 1 else Arrival("present", length)
