"""The clock is in Japan, wherever the server thinks it is."""

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from aomori_dx.kernel import clock


@pytest.fixture
def _server_in_utc():
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("_server_in_utc")
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), date(2026, 4, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_japan(moment, day):
    with time_machine.travel(moment, tick=False):
        assert clock.today() == day
        assert clock.now() == moment
        assert clock.now().utcoffset() == timedelta(hours=9)
    assert clock.day_of(moment) == day
