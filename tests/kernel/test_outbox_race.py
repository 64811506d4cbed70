"""Two deliverers at the same time send each letter once."""

from functools import partial

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import QuerySet

from aomori_dx.kernel import outbox
from aomori_dx.kernel.models import OutboxMessage
from tests.conftest import NOW
from tests.kernel.racing import Crossing, need_row_locks, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
crossing = Crossing()


class MeetingBackend(EmailBackend):
    """Both deliverers hold a letter in their hands before either has sent it."""

    def send_messages(self, messages):
        crossing.meet()
        return super().send_messages(messages)


def deliver_twice_at_once(settings, letters: int) -> list[str]:
    settings.EMAIL_BACKEND = f"{__name__}.MeetingBackend"
    for n in range(letters):
        outbox.write(key=f"{n}", to="a@example.jp", subject=f"{n}", body="", at=NOW)
    together(partial(outbox.deliver, at=NOW), partial(outbox.deliver, at=NOW))
    assert not OutboxMessage.objects.filter(sent_at=None).exists()
    return sorted(str(message.subject) for message in mail.outbox)


def test_each_letter_is_sent_once(settings):
    need_row_locks()
    assert deliver_twice_at_once(settings, 4) == ["0", "1", "2", "3"]


def test_without_the_lock_letters_would_be_sent_twice(settings, monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    assert len(deliver_twice_at_once(settings, 4)) > 4
