"""Letters are rows written with their cause; a job sends them later, at least once, and marks them once."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import connection, transaction

from aomori_dx.kernel.models import OutboxMessage

ATTEMPTS = 10


def write(*, key: str, to: str, subject: str, body: str, at: datetime) -> None:
    """Write a letter in the transaction of its cause. The same key a second time changes nothing."""
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(key=key, to=to, subject=subject, body=body, written_at=at)], ignore_conflicts=True
    )


def deliver(*, at: datetime, limit: int = 500) -> int:
    """Send what waits, oldest first; returns the number sent. A letter that fails waits for the next time."""
    sent = 0
    tried: list[int] = []
    while len(tried) < limit:
        outcome = _deliver_next(at, tried)
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _deliver_next(at: datetime, tried: list[int]) -> int | None:
    skip = connection.features.has_select_for_update_skip_locked
    waiting = OutboxMessage.objects.filter(sent_at__isnull=True, attempts__lt=ATTEMPTS).exclude(pk__in=tried)
    letter = waiting.select_for_update(skip_locked=skip).order_by("written_at", "pk").first()
    if letter is None:
        return None
    tried.append(letter.pk)
    letter.attempts += 1
    try:
        EmailMessage(letter.subject, letter.body, to=[letter.to]).send()
    except OSError as error:
        letter.last_error = f"{type(error).__name__}: {error}"
        letter.save(update_fields=["attempts", "last_error"])
        return 0
    letter.sent_at, letter.last_error = at, ""
    letter.save(update_fields=["attempts", "sent_at", "last_error"])
    return 1
