"""What was read is kept for the length of one request that only reads, so that a page asks for it once.

Nothing is kept where something is written: a POST, a job and a command read anew each time.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

Kept = TypeVar("Kept")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)
SAFE = frozenset({"GET", "HEAD"})


def recall(key: Hashable, read: Callable[[], Kept]) -> Kept:
    """What `read` gave the first time within this request; outside of one it reads each time.

    Keep only what nobody changes afterwards: frozen values, or copies made by who asks.
    """
    kept = _kept.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return kept[key]


def only_reads() -> bool:
    """Within a request that only reads: nothing needs to be held still for it."""
    return _kept.get() is not None


@contextmanager
def remembering() -> Iterator[None]:
    """Within, `recall` keeps what it read; afterwards everything is forgotten."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


class MemoMiddleware:
    """Remember within requests that only read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            return self.get_response(request)
        with remembering():
            return self.get_response(request)
