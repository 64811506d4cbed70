"""The only module that asks what time it is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """The moment, in Japan."""
    return timezone.now().astimezone(TOKYO)


def today() -> date:
    """The day, in Japan: it turns at 00:00 there, wherever the server thinks it is."""
    return now().date()
