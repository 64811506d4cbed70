"""Two clocks write the morning's letters, and a letter is called off while it is being sent: each is settled once."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.db.models import QuerySet

from aomori_dx.kernel import locks, outbox
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import OutboxMessage
from staff.models import Notice, NoticeLetter
from staff.services import digests, notices
from staff.services.notices import Message
from tests.conftest import NOW
from tests.factories import staff as make
from tests.kernel.racing import Crossing, head_start, need_row_locks, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=TOKYO)


def two_clocks_at_once(monkeypatch) -> list:
    """Both have read what is new before either writes, if they can get there."""
    crossing = Crossing()
    sort = digests._sort

    def both_have_read(*asked):
        found = sort(*asked)
        crossing.meet()
        return found

    monkeypatch.setattr(digests, "_sort", both_have_read)
    for number in range(3):
        notices.write(Message(f"n{number}", make.posting().employee, "お知らせ"), at=NOW)
    return together(*[partial(digests.write_all, at=MORNING)] * 2)


def test_two_clocks_write_every_letter_once(monkeypatch):
    need_row_locks()
    assert sorted(two_clocks_at_once(monkeypatch)) == [0, 3]
    assert OutboxMessage.objects.count() == NoticeLetter.objects.count() == 3
    assert not Notice.objects.filter(digested_at=None).exists()


def test_without_locks_the_second_clock_breaks_down_and_still_nothing_is_doubled(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(locks, "hold", lambda *name, **how: None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    outcomes = two_clocks_at_once(monkeypatch)
    assert [type(outcome).__name__ for outcome in outcomes if outcome != 3] == ["IntegrityError"]
    assert OutboxMessage.objects.count() == NoticeLetter.objects.count() == 3


def somebody_takes_one_back_while_it_is_written(monkeypatch) -> str:
    """The letter's text; the notice is taken back between reading and writing, if that is possible."""
    person = make.posting().employee
    for key in ("gone", "kept"):
        notices.write(Message(key, person, f"お知らせ {key}"), at=NOW)
    sort = digests._sort

    def take_back() -> int:
        try:
            return notices.cancel(["gone"], at=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        begun: list[Future] = []

        def read_and_wait(*asked):
            found = sort(*asked)
            begun.append(other.submit(take_back))
            head_start(begun[0])
            return found

        monkeypatch.setattr(digests, "_sort", read_and_wait)
        digests.write_all(at=MORNING)
        assert begun[0].result() == 1
    return OutboxMessage.objects.get().body


def test_what_is_taken_back_while_the_letter_is_written_is_left_out_of_it(monkeypatch):
    need_row_locks()
    assert "お知らせ gone" not in somebody_takes_one_back_while_it_is_written(monkeypatch)


def test_without_the_lock_it_would_stand_in_the_letter(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    assert "お知らせ gone" in somebody_takes_one_back_while_it_is_written(monkeypatch)


def test_a_letter_on_its_way_is_not_called_off(monkeypatch):
    """Who calls it off waits for the deliverer and is told that it has gone."""
    need_row_locks()
    outbox.write(key="1", to="a@example.jp", subject="件名", body="本文", at=NOW)
    letter, crossing = OutboxMessage.objects.get(), Crossing()
    send = EmailBackend.send_messages

    def send_slowly(self, messages):
        crossing.meet()
        return send(self, messages)

    def call_off():
        crossing.meet()
        return outbox.cancel(letter.pk, reason="誤り", by=None, at=NOW)

    monkeypatch.setattr(EmailBackend, "send_messages", send_slowly)
    sent, refusal = together(partial(outbox.deliver, at=NOW), call_off)
    assert sent == 1
    assert isinstance(refusal, RuleBroken)
    assert len(mail.outbox) == 1
    letter.refresh_from_db()
    assert (letter.sent_at, letter.cancelled_at) == (NOW, None)
