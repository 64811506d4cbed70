"""Files that wait between preview and confirmation, in the database: each known by a ticket, for its owner only."""

import re
import secrets
from dataclasses import dataclass

from django.core.cache import cache

LIFETIME = 60 * 60
_TICKET = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """The file, and what its preview said."""

    content: bytes
    digest: str


def keep(upload: Upload, *, owner: str) -> str:
    """Put a file aside for an hour; returns its ticket. `owner` names the person and what the file is for."""
    ticket = secrets.token_hex(16)
    cache.set(_key(ticket, owner), (upload.content, upload.digest), LIFETIME)
    return ticket


def fetch(ticket: str, *, owner: str) -> Upload | None:
    """The file of a ticket; None where it has expired, or is somebody else's, or the ticket is no ticket."""
    found = cache.get(_key(ticket, owner)) if _TICKET.fullmatch(ticket) else None
    return Upload(*found) if found else None


def drop(ticket: str, *, owner: str) -> None:
    if _TICKET.fullmatch(ticket):
        cache.delete(_key(ticket, owner))


def _key(ticket: str, owner: str) -> str:
    return f"upload:{owner}:{ticket}"
