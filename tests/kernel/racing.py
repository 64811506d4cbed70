"""Real threads with real transactions, let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection

AT_MOST = 60  # seconds: no race is decided by it, a deadlock of the test itself ends
KEPT_AWAY = 5  # looks in a row: who waits that often waits for us, not for a moment
SOMEBODY_WAITS = """
    SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
                   WHERE NOT granted AND datname = current_database())
"""


def need_row_locks() -> None:
    """Say so where the database serialises writers itself and there is nothing to race for."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time (IMMEDIATE); the lock is tried on PostgreSQL.")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, in order; each in its own thread with its own connection."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(AT_MOST)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def wait_until(done: Callable[[], bool]) -> None:
    """Return when `done`, or when the database keeps somebody waiting for a lock: then it cannot be done yet.

    What decides is what PostgreSQL says of its locks, never how fast the machine is.
    """
    watch = connection.copy()  # of its own: the caller is in the middle of a transaction
    end, seen_waiting = monotonic() + AT_MOST, 0
    try:
        with watch.cursor() as cursor:
            while not done() and seen_waiting < KEPT_AWAY:
                cursor.execute(SOMEBODY_WAITS)
                seen_waiting = seen_waiting + 1 if cursor.fetchone() == (True,) else 0
                assert monotonic() < end, "nobody came, and nobody is kept away"
                sleep(0.01)
    finally:
        watch.close()


def head_start(other: Future[Any]) -> None:
    """Let `other` go as far as it can: to its end, or to the lock that keeps it away."""
    wait_until(other.done)


class Crossing:
    """A place in the code where two threads meet, if they can both get there.

    A lock that works keeps the second away: then the first goes on alone.
    """

    def __init__(self) -> None:
        self._both_are_here = Event()
        self._arrivals: list[None] = []

    def meet(self) -> None:
        self._arrivals.append(None)
        if len(self._arrivals) >= 2:
            self._both_are_here.set()
        wait_until(self._both_are_here.is_set)
