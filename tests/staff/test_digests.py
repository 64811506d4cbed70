"""The digest: one letter a person and working day, nothing doubled, nothing lost, nothing that was taken back."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.celery import app
from aomori_dx.kernel import outbox
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.models import OutboxMessage
from staff import tasks
from staff.models import Notice, NoticeLetter, OfficeRole
from staff.services import digests, notices
from staff.services.notices import Message
from tests.conftest import NOW
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=TOKYO)  # NOW, the day before, is a holiday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell(to, title="推薦の依頼", *, key=None, at=NOW, **fields):
    notices.write(Message(key or f"{title}:{to}", to, title, **fields), at=at)


def letters():
    return {row.to: row for row in OutboxMessage.objects.all()}


def bodies():
    return "\n".join(row.body for row in OutboxMessage.objects.all())


def test_a_person_a_post_and_an_office_get_one_letter_each_with_everything_new(settings):
    settings.SITE_URL = "https://dx.example.lg.jp"
    place = make.department("道路課")
    head, person = make.head_of(place), make.posting(make.employee("髙﨑　𠮷邉")).employee
    deputy = make.deputy(place).employee
    officer = make.office(OfficeRole.DX, person=make.posting().employee).employee
    tell(person, "決定しました。", body="おめでとうございます。")
    tell(person, "回答してください。", due=date(2026, 12, 1))
    tell(place, "推薦の依頼")
    tell(OfficeRole.DX, "辞退がありました。")

    assert digests.write_all(at=MORNING) == 4
    sent = letters()
    assert sent.keys() == {person.email, head.email, deputy.email, officer.email}
    text = sent[person.email]
    assert text.subject == "DX推進員育成: お知らせ2件"
    assert text.body.startswith(
        "髙﨑　𠮷邉さん\n\n新しいお知らせが2件あります。\n\n■ 決定しました。\nおめでとうございます。\n"
    )
    assert "期限: 令和8年12月1日" in text.body
    assert f"https://dx.example.lg.jp/notices/{Notice.objects.get(title='決定しました。').pk}/" in text.body
    assert text.key == f"digest:{person.pk}:2026-11-24"
    assert text.not_before == MORNING + HOUR
    assert "推薦の依頼" in sent[deputy.email].body
    assert "辞退がありました。" not in sent[head.email].body


def test_without_the_address_of_the_site_a_letter_says_where_to_look():
    tell(make.posting().employee)
    digests.write_all(at=MORNING)
    assert "http" not in bodies()
    assert "「お知らせ」を開いてください" in bodies()


def test_a_letter_goes_when_its_hour_is_over_and_not_before():
    tell(make.posting().employee)
    digests.write_all(at=MORNING)
    assert outbox.deliver(at=MORNING + HOUR - timedelta(seconds=1)) == 0
    assert outbox.deliver(at=MORNING + HOUR) == 1
    assert outbox.deliver(at=MORNING + HOUR) == 0
    assert len(mail.outbox) == 1


def test_no_letters_on_a_day_off_and_nothing_is_lost():
    tell(make.posting().employee)
    assert digests.write_all(at=NOW) == 0
    assert digests.write_all(at=MORNING - DAY * 3) == 0  # a Saturday
    assert digests.write_all(at=MORNING) == 1


def test_run_twice_writes_nothing_twice_and_what_came_since_waits_for_the_next_day():
    person = make.posting().employee
    tell(person, "一つ目")
    assert digests.write_all(at=MORNING) == 1
    tell(person, "二つ目", at=MORNING)

    assert digests.write_all(at=MORNING + HOUR) == 0
    assert "二つ目" not in bodies()
    assert digests.write_all(at=MORNING + DAY) == 1
    assert bodies().count("二つ目") == bodies().count("一つ目") == 1


class Killed(BaseException):
    """What nothing in the house catches, like a SIGKILL."""


def test_killed_half_way_and_run_again_is_run_once(monkeypatch):
    people = [make.posting().employee for _ in range(3)]
    for person in people:
        tell(person)

    def killed(*args, **more):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(NoticeLetter.objects, "bulk_create", killed)
        with pytest.raises(Killed):
            digests.write_all(at=MORNING)
    assert not OutboxMessage.objects.exists()

    assert digests.write_all(at=MORNING) == 3
    assert NoticeLetter.objects.count() == 3


def test_the_task_run_twice_leaves_what_once_leaves():
    person = make.posting().employee
    tell(person, at=NOW - DAY)

    def kept():
        return list(OutboxMessage.objects.values()), list(Notice.objects.values()), list(NoticeLetter.objects.values())

    with time_machine.travel(MORNING, tick=False):
        tasks.write_digests()
        once = kept()
        tasks.write_digests()
    assert kept() == once
    assert len(once[0]) == 1
    assert tasks.write_digests.name in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_who_opened_it_already_gets_no_letter_and_the_others_do():
    place = make.department()
    head, deputy = make.user(make.head_of(place)), make.deputy(place).employee
    tell(place)
    notices.mark_read(Notice.objects.all(), user=head, at=NOW)

    assert digests.write_all(at=MORNING) == 1
    assert letters().keys() == {deputy.email}
    assert Notice.objects.get().digested_at == MORNING


def test_people_without_an_address_get_none_and_those_who_left_neither():
    tell(make.posting(make.employee(email="")).employee, "住所なし")
    tell(make.posting(make.employee(left_on=date(2026, 11, 24))).employee, "退職")
    assert digests.write_all(at=MORNING) == 0
    assert not Notice.objects.filter(digested_at=None).exists()


def test_a_notice_to_a_vacant_post_waits_for_its_next_head_for_a_month():
    place, other = make.department(), make.department()
    tell(place, "新任に")
    tell(other, "だれもいない")
    assert digests.write_all(at=MORNING) == 0
    successor = make.head_of(place, valid_from=date(2026, 12, 1))
    assert digests.write_all(at=MORNING + 7 * DAY) == 1
    assert letters().keys() == {successor.email}

    assert digests.write_all(at=MORNING + 42 * DAY) == 0
    make.head_of(other, valid_from=date(2027, 2, 1))
    assert digests.write_all(at=MORNING + 70 * DAY) == 0
    assert not Notice.objects.filter(digested_at=None).exists()


def test_what_was_taken_back_stands_in_no_letter():
    person, other = make.posting().employee, make.posting().employee
    tell(person, "取り消す前", key="gone")
    tell(person, "残る", key="kept")
    tell(other, "これだけ", key="only")
    tell(person, "送る前から取消", key="before")
    notices.cancel(["before"], at=NOW)
    digests.write_all(at=MORNING)
    assert "送る前から取消" not in bodies()

    assert notices.cancel(["gone", "only"], at=MORNING + HOUR / 2) == 2
    letter, emptied = letters()[person.email], letters()[other.email]
    assert letter.subject == "DX推進員育成: お知らせ1件"
    assert "取り消す前" not in letter.body
    assert "残る" in letter.body
    assert (emptied.cancelled_at, emptied.cancel_reason) == (MORNING + HOUR / 2, digests.NOTHING_LEFT)
    assert outbox.deliver(at=MORNING + HOUR) == 1
    assert [message.to for message in mail.outbox] == [[person.email]]

    notices.cancel(["kept"], at=MORNING + 2 * HOUR)  # it has gone: the record of what was sent stays
    assert "残る" in letters()[person.email].body


def test_a_notice_to_the_former_name_of_a_post_reaches_its_head():
    old = make.department("旧課")
    tell(old)
    old.valid_to = date(2026, 11, 24)
    old.save()
    new = make.department("新課", parent=old.parent, code=old.code, valid_from=old.valid_to)
    old.successions.create(successor=new, on=old.valid_to, kind="renamed")
    head = make.head_of(new)
    digests.write_all(at=MORNING)
    assert letters().keys() == {head.email}


def test_the_number_of_queries_does_not_grow_with_the_people():
    def queries(at):
        with CaptureQueriesContext(connection) as caught:
            digests.write_all(at=at)
        return len(caught)

    def more(number, at):
        for _ in range(number):
            place = make.department()
            make.head_of(place)
            tell(place, f"所属{number}{place.pk}", at=at)
            tell(make.posting().employee, f"個人{number}{place.pk}", at=at)

    more(1, NOW)
    few = queries(MORNING)
    more(6, MORNING)
    assert queries(MORNING + DAY) == few
    assert OutboxMessage.objects.count() == 14
