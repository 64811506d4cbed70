"""Memory of acts that hold a whole file: how much, and how often Python looks through it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (200_000, 20, 20)
"""New objects before Python looks for unreachable circles among them; usually it is 700."""


@contextmanager
def many_objects() -> Iterator[None]:
    """Let Python look for unreachable circles less often: rows of a file make none, and there are a million of them.

    With the usual threshold a third of the time of an import goes into looking. For the process as a whole, so that
    the garbage of others waits a little longer meanwhile.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
