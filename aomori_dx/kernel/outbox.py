"""Letters are rows written with their cause; a job sends them later, at least once, and marks them once."""

import logging
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import ATTEMPTS, OutboxMessage

log = logging.getLogger(__name__)


def write(*, key: str, to: str, subject: str, body: str, at: datetime, not_before: datetime | None = None) -> None:
    """Write a letter in the transaction of its cause, to go at once or `not_before` a moment.

    The same key a second time changes nothing.
    """
    letter = OutboxMessage(key=key, to=to, subject=subject, body=body, written_at=at, not_before=not_before)
    OutboxMessage.objects.bulk_create([letter], ignore_conflicts=True)


def write_new(letters: list[OutboxMessage]) -> list[OutboxMessage]:
    """Write many letters whose keys are known to be new, in the transaction of their cause. Returns them saved."""
    return OutboxMessage.objects.bulk_create(letters, batch_size=500)


@transaction.atomic
def cancel(letter_id: int, *, reason: str, by: Any, at: datetime) -> OutboxMessage:
    """Call off a letter that has not gone: it stays, with why. A deliverer that holds it is waited for.

    Who may is asked by the caller. Raises RuleBroken: it was sent, or called off already.
    """
    letter = OutboxMessage.objects.select_for_update().get(pk=letter_id)
    if letter.sent_at:
        raise RuleBroken("このメールはすでに送信されています。取り消せません。")
    if letter.cancelled_at:
        raise RuleBroken("このメールはすでに取り消されています。")
    letter.cancelled_at, letter.cancel_reason = at, reason[:500]
    letter.save(update_fields=["cancelled_at", "cancel_reason"])
    audit.record(letter, "cancelled", by=by, at=at, after={"取消日時": at, "宛先": letter.to}, reason=reason)
    return letter


def deliver(*, at: datetime, limit: int = 500) -> int:
    """Send what waits, oldest first; returns the number sent.

    A mail server that is away costs no letter an attempt: everything waits for the next run. A letter that the
    server refuses is tried again after growing pauses (1, 3, 7, 15 … minutes), and holds up no other.
    """
    if not _waiting(at, []).exists():
        return 0
    mail = get_connection()
    sent = 0
    tried: list[int] = []
    try:
        mail.open()  # outside any transaction: a server that does not answer must not hold a lock
        while len(tried) < limit and (outcome := _deliver_next(at, tried, mail)) is not None:
            sent += outcome
    except OSError as error:
        log.warning("Letters wait for the next run: the mail server is away (%s: %s)", type(error).__name__, error)
    finally:
        mail.close()
    return sent


def _waiting(at: datetime, tried: list[int]):
    """Unsent letters whose turn it is: after n refusals a letter waits until 2ⁿ - 1 minutes after it was to go."""
    pauses = [Q(attempts=n, to_go__lte=at - timedelta(minutes=2**n - 1)) for n in range(1, ATTEMPTS)]
    rows = OutboxMessage.objects.filter(sent_at__isnull=True, cancelled_at__isnull=True).exclude(pk__in=tried)
    turn = rows.annotate(to_go=Coalesce("not_before", "written_at")).exclude(not_before__gt=at)
    return turn.filter(reduce(or_, pauses, Q(attempts=0))).order_by("written_at", "pk")


@transaction.atomic
def _deliver_next(at: datetime, tried: list[int], mail: BaseEmailBackend) -> int | None:
    """Lock, send and mark one letter; None where no more waits. Another deliverer skips the locked one.

    Raises an OSError where the mail server went away: the letter is then as it was.
    """
    skip = connection.features.has_select_for_update_skip_locked
    letter = _waiting(at, tried).select_for_update(skip_locked=skip).first()
    if letter is None:
        return None
    tried.append(letter.pk)
    letter.attempts += 1
    try:
        EmailMessage(letter.subject, letter.body, to=[letter.to], connection=mail).send()
    except Exception as error:  # whatever is wrong with one letter must not hold up the others
        if _is_away(error):
            raise
        letter.last_error = f"{type(error).__name__}: {error}"
        letter.save(update_fields=["attempts", "last_error"])
        return 0
    letter.sent_at, letter.last_error = at, ""
    letter.save(update_fields=["attempts", "sent_at", "last_error"])
    return 1


def _is_away(error: Exception) -> bool:
    """Whether it is the server that is missing (421: it is about to close), not the letter that is refused."""
    if isinstance(error, SMTPRecipientsRefused):
        return any(code == 421 for code, _ in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return error.smtp_code == 421
    return isinstance(error, (ConnectionError, TimeoutError, SMTPServerDisconnected))
