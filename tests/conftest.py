"""What every test stands on: a fixed moment, the three kinds of people, a real browser."""

import os
from datetime import datetime

import pytest
import time_machine
from hypothesis import settings

from aomori_dx.kernel.clock import TOKYO

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread

# No test depends on how fast the machine is, and two runs of the same code see the same examples.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _fixed_time(request):
    """23 November 2026 (R8), 10:00 in Japan; `real_time` tests (workers, browsers) see the real clock."""
    if request.node.get_closest_marker("real_time"):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield
