"""Memory of acts that hold a whole file: how much, and how often Python looks through it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SELDOM = (200_000, 20, 20)
"""New objects before Python looks for unreachable circles among them; usually it is 700."""

_lock = Lock()
_within: list[tuple[int, int, int]] = []
"""What was usual when each of those began that are within now. They may end in another order than they began."""


@contextmanager
def many_objects() -> Iterator[None]:
    """Let Python look for unreachable circles less often: rows of a file make none, and there are a million of them.

    With the usual threshold a third of the time of an import goes into looking. For the process as a whole, so that
    the garbage of others waits a little longer meanwhile; the last of several threads restores what the first found.
    """
    with _lock:
        _within.append(gc.get_threshold() if not _within else _within[0])
        gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        with _lock:
            usual = _within.pop()
            if not _within:
                gc.set_threshold(*usual)
