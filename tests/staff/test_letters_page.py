"""メールの送信: who reads the letters, calling one off while it waits, finding the others."""

from datetime import timedelta

import pytest
from django.core import mail

from aomori_dx.kernel import outbox
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import ATTEMPTS, AuditEvent, OutboxMessage
from staff.models import OfficeRole
from staff.services import mail as letters
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def letter(key="1", **fields) -> OutboxMessage:
    given = {"to": f"u{key}@pref.example.jp", "subject": f"お知らせ {key}", "body": "本文です。", "at": NOW}
    outbox.write(key=key, **{**given, **fields})
    return OutboxMessage.objects.get(key=key)


def test_waiting_letters_come_first_with_their_text_and_the_others_below(client):
    sent, failed = letter("sent", at=NOW), letter("failed")
    OutboxMessage.objects.filter(pk=sent.pk).update(sent_at=NOW)
    OutboxMessage.objects.filter(pk=failed.pk).update(attempts=ATTEMPTS, last_error="550 no such person")
    letter("waiting", at=NOW - HOUR, not_before=NOW + HOUR, body="待っている本文", to="hanako@pref.example.jp")
    make.employee("津軽　花子", email="hanako@pref.example.jp")
    client.force_login(make.office(OfficeRole.HR))
    page = client.get("/letters/")
    assert next(iter(page.context["page"])).key == "waiting"
    text = text_of(page)
    assert "待っている本文" in text
    assert "津軽　花子 &lt;hanako@pref.example.jp&gt;" in page.content.decode()
    assert "550 no such person" in text
    assert "取り消す" not in text  # HR looks, DX calls off
    for query, keys in (("state=failed", ["failed"]), ("q=津軽 花子", ["waiting"]), ("q=お知らせ sent", ["sent"])):
        assert [row.key for row in client.get(f"/letters/?{query}").context["page"]] == keys
    assert AuditEvent.objects.filter(action="viewed", model="kernel.outboxmessage").count() == 4


def test_dx_calls_a_letter_off_and_it_does_not_go(client):
    row, dx = letter(not_before=NOW + HOUR), make.office(OfficeRole.DX)
    client.force_login(dx)
    page = client.post(f"/letters/{row.pk}/", {"reason": " 宛先の誤り "}, follow=True)
    assert "u1@pref.example.jp宛てのメールを取り消しました。" in text_of(page)
    assert "宛先の誤り" in text_of(page)
    row.refresh_from_db()
    assert (row.cancelled_at, row.cancel_reason, str(row.state)) == (NOW, "宛先の誤り", "cancelled")
    event = AuditEvent.objects.get(action="cancelled")
    assert (event.by_id, event.reason, event.object_pk) == (dx.pk, "宛先の誤り", str(row.pk))
    assert outbox.deliver(at=NOW + 2 * HOUR) == 0
    assert mail.outbox == []

    again = client.post(f"/letters/{row.pk}/", {"reason": "もう一度"})
    assert again.status_code == 409
    assert "すでに取り消されています" in text_of(again)


def test_what_cannot_be_called_off_says_why(client):
    row, dx, hr = letter(not_before=NOW + HOUR), make.office(OfficeRole.DX), make.office(OfficeRole.HR)
    with pytest.raises(NotAllowed, match="DX推進担当だけ"):
        letters.cancel(row.pk, reason="理由", by=hr, at=NOW)
    with pytest.raises(RuleBroken, match="理由を入力"):
        letters.cancel(row.pk, reason=" ", by=dx, at=NOW)
    client.force_login(dx)
    assert client.post(f"/letters/{row.pk}/", {"reason": ""}).status_code == 422
    outbox.deliver(at=NOW + HOUR)
    with pytest.raises(RuleBroken, match="すでに送信されています"):
        letters.cancel(row.pk, reason="理由", by=dx, at=NOW)
    assert "取り消す理由" not in text_of(client.get(f"/letters/{row.pk}/"))
    assert not AuditEvent.objects.filter(action="cancelled").exists()
