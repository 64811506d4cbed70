"""The only module that asks what time it is."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """The moment, in Japan."""
    return datetime.now(TOKYO)


def today() -> date:
    """The day, in Japan: it turns at 00:00 there, wherever the server thinks it is."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The day in Japan on which `moment` lies. Moments read from the database are in UTC: `.date()` would be wrong."""
    return moment.astimezone(TOKYO).date()


def start_of(day: date) -> datetime:
    """00:00 of `day`, in Japan."""
    return datetime.combine(day, time.min, TOKYO)
