"""What follows when a report, a deadline or an examination counts, or counts no more: progress is kept up to date."""

from collections.abc import Collection
from datetime import datetime


def changed(enrollment_ids: Collection[int], *, at: datetime) -> None:
    """The years whose facts changed, in the transaction of the change."""
