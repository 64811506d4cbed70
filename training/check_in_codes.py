"""The code of a meeting that phones read from the screen: signed, for one meeting, until a moment.

A photo that is sent to somebody who is not there is of no use after a few minutes.
"""

from datetime import UTC, datetime, timedelta

import segno
from django.core import signing
from django.utils.crypto import constant_time_compare

SALT = "training.check_in"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def make(session_id: int, *, until: datetime) -> str:
    """A code for the meeting that is valid until `until`."""
    end = _base36(int(until.timestamp()))
    return f"{end}-{_signature(session_id, end)}"


def is_valid(code: str, session_id: int, *, at: datetime, grace: timedelta = timedelta()) -> bool:
    """Whether the code is ours, of this meeting, and not older than it may be."""
    end, _, signature = code.partition("-")
    if not end or len(end) > 10 or set(end) - set(DIGITS):
        return False
    if not constant_time_compare(signature, _signature(session_id, end)):
        return False
    return at <= datetime.fromtimestamp(int(end, 36), UTC) + grace


def drawing(text: str) -> str:
    """The text as a 二次元コード: an SVG as an address for an image. Nothing comes from outside."""
    return str(segno.make_qr(text, error="m").svg_data_uri(scale=10, border=2))


def _signature(session_id: int, end: str) -> str:
    return signing.Signer(salt=SALT).signature(f"{session_id}:{end}")[:22]


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text or "0"
