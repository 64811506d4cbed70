"""Waiting for real processes."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")


def eventually(ask: Callable[[], Answer], *, within: float = 30.0) -> Answer:
    """The first true answer. Fails when none came in `within` seconds, which is long for any machine."""
    deadline = time.monotonic() + within
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return answer


def until(found: Callable[[str], bool], lines: Iterable[str]) -> Iterator[str]:
    """What is said up to the line that was waited for; all of it if that line never comes."""
    for line in lines:
        yield line
        if found(line):
            return


def is_running(pid: int) -> bool:
    """Whether a process is there and is more than an entry that nobody has asked for yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
