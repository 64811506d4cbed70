"""A letter is written with its cause and sent later: never lost, once where the server took it."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from aomori_dx.kernel import outbox
from aomori_dx.kernel.models import OutboxMessage
from tests.conftest import NOW
from tests.kernel.mail_server import mail_server

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def letter(key: str = "appointed:1", to: str = "hanako@pref.example.jp", **fields) -> None:
    outbox.write(**{"key": key, "to": to, "subject": f"お知らせ {key}", "body": "本文です。", "at": NOW, **fields})


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


@pytest.fixture
def nobody_listens(settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def test_the_same_key_a_second_time_changes_nothing():
    letter(body="一通目")
    letter(body="二通目")
    assert OutboxMessage.objects.get().body == "一通目"


def test_a_letter_shares_the_fate_of_its_cause():
    with transaction.atomic():
        letter()
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


def test_waiting_letters_are_sent_oldest_first_and_once():
    letter("second", at=NOW + MINUTE)
    letter("first")
    assert outbox.deliver(at=NOW + MINUTE) == 2
    assert [m.subject for m in mail.outbox] == ["お知らせ first", "お知らせ second"]
    assert set(OutboxMessage.objects.values_list("sent_at", "attempts", "last_error")) == {(NOW + MINUTE, 1, "")}
    assert outbox.deliver(at=NOW + 2 * MINUTE) == 0
    assert len(mail.outbox) == 2


def test_a_run_sends_no_more_than_its_limit():
    for n in range(3):
        letter(f"key:{n}")
    assert outbox.deliver(at=NOW, limit=2) == 2
    assert outbox.deliver(at=NOW, limit=2) == 1


def test_letters_reach_a_real_mail_server(server):
    letter("1", to="taro@pref.example.jp")
    letter("2", to="hanako@pref.example.jp")
    assert outbox.deliver(at=NOW) == 2
    assert server.accepted == [("taro@pref.example.jp", "お知らせ 1"), ("hanako@pref.example.jp", "お知らせ 2")]


def test_a_mail_server_that_is_gone_costs_no_letter_an_attempt(settings, nobody_listens):
    letter("1")
    letter("2")
    for n in range(outbox.ATTEMPTS + 1):  # longer than any letter would be tried
        assert outbox.deliver(at=NOW + n * MINUTE) == 0
    assert set(OutboxMessage.objects.values_list("sent_at", "attempts")) == {(None, 0)}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver(at=NOW) == 2
    assert outbox.deliver(at=NOW) == 0
    assert len(mail.outbox) == 2


def test_a_server_that_hangs_up_half_way_gets_the_rest_later(server):
    for n in range(3):
        letter(f"{n}")
    server.hang_up_after = 1
    assert outbox.deliver(at=NOW) == 1
    assert OutboxMessage.objects.filter(sent_at=None, attempts=0).count() == 2
    server.hang_up_after = None
    assert outbox.deliver(at=NOW) == 2
    assert [subject for _, subject in server.accepted] == ["お知らせ 0", "お知らせ 1", "お知らせ 2"]


def test_a_server_that_closes_for_now_counts_as_gone(server):
    letter(to="busy@pref.example.jp")
    assert outbox.deliver(at=NOW) == 0
    assert OutboxMessage.objects.get().attempts == 0


def test_a_refused_letter_holds_up_no_other_and_waits_longer_each_time(server):
    letter("bad", to="unknown@pref.example.jp")
    letter("good")
    assert outbox.deliver(at=NOW) == 1
    bad = OutboxMessage.objects.get(key="bad")
    assert bad.attempts == 1
    assert "no such person" in bad.last_error
    outbox.deliver(at=NOW)
    outbox.deliver(at=NOW + MINUTE)
    bad.refresh_from_db()
    assert bad.attempts == 2
    outbox.deliver(at=NOW + 2 * MINUTE)
    bad.refresh_from_db()
    assert bad.attempts == 2  # its next turn is three minutes after it was written


def test_a_letter_that_is_always_refused_is_given_up_with_the_last_word_kept(server):
    letter("bad", to="unknown@pref.example.jp")
    for n in range(3 * outbox.ATTEMPTS):
        outbox.deliver(at=NOW + n * timedelta(hours=1))
    bad = OutboxMessage.objects.get()
    assert (bad.attempts, bad.sent_at) == (outbox.ATTEMPTS, None)
    assert "550" in bad.last_error


def test_a_letter_that_cannot_even_be_built_holds_up_no_other():
    letter("bad", subject="改行\nBcc: everyone@example.jp")
    letter("good")
    assert outbox.deliver(at=NOW) == 1
    assert [m.subject for m in mail.outbox] == ["お知らせ good"]
    assert "BadHeaderError" in OutboxMessage.objects.get(key="bad").last_error


class Killed(BaseException):
    """What nothing in the house catches, like a SIGKILL."""


class KilledAfterSending(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        raise Killed


def test_a_worker_killed_between_sending_and_marking_sends_again_rather_than_never(settings):
    letter()
    settings.EMAIL_BACKEND = f"{__name__}.KilledAfterSending"
    with pytest.raises(Killed):
        outbox.deliver(at=NOW)
    assert OutboxMessage.objects.get().sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver(at=NOW) == 1
    assert OutboxMessage.objects.get().sent_at == NOW
    assert outbox.deliver(at=NOW) == 0


def test_a_letter_waits_for_its_moment_and_is_then_tried_again_after_the_same_pauses(server):
    letter("bad", to="unknown@pref.example.jp", not_before=NOW + 60 * MINUTE)
    assert outbox.deliver(at=NOW + 59 * MINUTE) == 0
    assert OutboxMessage.objects.get().attempts == 0
    for minute, attempts in ((60, 1), (60, 1), (61, 2), (62, 2), (63, 3)):
        outbox.deliver(at=NOW + minute * MINUTE)
        assert OutboxMessage.objects.get().attempts == attempts


def test_a_letter_that_was_called_off_stays_and_does_not_go():
    letter()
    row = outbox.cancel(OutboxMessage.objects.get().pk, reason="誤り", by=None, at=NOW)
    assert outbox.deliver(at=NOW + MINUTE) == 0
    assert mail.outbox == []
    assert (row.cancelled_at, row.state) == (NOW, "cancelled")
