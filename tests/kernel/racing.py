"""Real threads with real transactions, let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection


def need_row_locks() -> None:
    """Say so where the database serialises writers itself and there is nothing to race for."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time (IMMEDIATE); the lock is tried on PostgreSQL.")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, in order; each in its own thread with its own connection."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(60)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


class Crossing:
    """A place in the code where two threads meet, if they can both get there.

    A lock that works keeps the second away: the first goes on alone after `PATIENCE`, long enough for a busy machine.
    """

    PATIENCE = 5  # seconds

    def __init__(self) -> None:
        self._barrier = Barrier(2)

    def meet(self) -> None:
        try:
            self._barrier.wait(self.PATIENCE)
        except BrokenBarrierError:
            self._barrier.reset()
