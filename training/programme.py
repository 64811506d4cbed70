"""The programme that courses serve: its career tracks and steps. The floor above keeps them and fills this registry."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Pairs = Callable[[], Iterable[tuple[str, str]]]
Found = TypeVar("Found", bound=Pairs)
_tracks: list[Pairs] = []
_levels: list[Pairs] = []


def register_tracks(finder: Found) -> Found:
    """Add a finder: it gives (code, name) of every career track, in order."""
    if finder not in _tracks:
        _tracks.append(finder)
    return finder


def register_levels(finder: Found) -> Found:
    """Add a finder: it gives (number as text, name) of every step, in order."""
    if finder not in _levels:
        _levels.append(finder)
    return finder


def tracks() -> dict[str, str]:
    """Code → name of every career track."""
    return {code: name for finder in _tracks for code, name in finder()}


def levels() -> dict[str, str]:
    """Number → name of every step."""
    return {code: name for finder in _levels for code, name in finder()}
