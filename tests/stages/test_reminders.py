"""催促: exactly those who have not answered, once a day, by hand and by itself on working days, as a file."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, OutboxMessage
from staff.models import Notice, OfficeRole
from staff.services import digests
from stages import tasks
from stages.models import NominationDecline
from stages.services import declines, nominations, reminders
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff as make_staff
from tests.factories.stages import R8
from tests.staff.reading import text_of
from tests.stages.test_coverage import renamed

pytestmark = pytest.mark.django_db
PAGE = "/nominations/reminders/"


def at(month: int, day: int, hour: int = 7) -> datetime:
    return datetime(2026, month, day, hour, 30, tzinfo=TOKYO)


@pytest.fixture
def dx():
    return make_staff.office(OfficeRole.DX)


def send(call, *places, by, when=NOW, title="回答のお願い", body="回答してください。"):
    return reminders.send(call.pk, [row.pk for row in places], title=title, body=body, by=by, at=when)


def test_the_page_lists_exactly_those_who_have_not_answered(client, dx):
    make.call()
    where = make.house(name="回答した課")
    make.nomination(where, status="submitted")
    make.decline(make_staff.department("推薦なしの課"))
    silent = make_staff.department("未回答の課")
    head = make_staff.posting(make_staff.employee("髙橋　𠮷子", email=""), to=silent, is_head=True, title="課長")
    make_staff.absence(head.employee)
    make_staff.department("所属長のいない課")
    client.force_login(dx)
    page = client.get(PAGE)
    assert [row.department.name for row in page.context["lines"]] == ["未回答の課", "所属長のいない課"]
    text = text_of(page)
    assert "未回答 2 所属" in text
    assert "髙橋　𠮷子 課長 休職等 メールなし" in text
    assert "自動の催促の予定 R8.11.27、R8.12.1、R8.12.7" in text
    assert page.content.decode().count(" checked") == 2
    assert client.get(f"{PAGE}?tick=none").content.decode().count(" checked") == 0


def test_dx_reminds_the_chosen_ones_and_it_is_kept(client, dx):
    call = make.call()
    chosen, other = make.house(name="道路課"), make.house(name="河川課")
    client.force_login(dx)
    given = {"title": "回答のお願い", "body": "本文です。", "departments": [chosen.place.pk]}
    page = client.post(PAGE, given, follow=True)
    assert "1所属に催促しました。" in text_of(page)
    assert "1回(直近 R8.11.23) 今日催促済み" in text_of(page)
    notice = Notice.objects.get(key__startswith="reminder:")
    assert (notice.department, notice.title, notice.body) == (chosen.place, "回答のお願い", "本文です。")
    assert (notice.url, notice.due) == ("/department/nominate/", call.closes_on)
    event = AuditEvent.objects.get(action="reminded")
    assert (event.by_id, event.after["所属"]) == (dx.pk, ["道路課"])
    assert Notice.objects.visible_to(chosen.head, NOW.date()).get() == notice
    assert not Notice.objects.visible_to(other.head, NOW.date()).exists()

    refused = client.post(PAGE, given)
    assert refused.status_code == 409
    assert "今日すでに催促しています" in text_of(refused)
    empty = client.post(PAGE, {**given, "departments": [], "title": ""})
    assert empty.status_code == 422
    assert "催促する所属を1つ以上選んでください。" in text_of(empty)
    assert Notice.objects.count() == 1


def test_who_may_and_when_it_is_refused(client, dx):
    call = make.call()
    where = make.house()
    hr = make_staff.office(OfficeRole.HR)
    with pytest.raises(NotAllowed):
        send(call, where.place, by=hr)
    client.force_login(hr)
    assert "催促を送れるのは、DX推進担当だけです。" in text_of(client.get(PAGE))
    with pytest.raises(RuleBroken, match="件名と本文"):
        send(call, where.place, by=dx, body=" ")
    make.nomination(where, status="submitted")
    with pytest.raises(RuleBroken, match="すでに回答"):
        send(call, where.place, by=dx)
    call.issued_at = None
    call.save()
    with pytest.raises(RuleBroken, match="発出されていません"):
        send(call, make_staff.department(), by=dx)
    client.force_login(dx)
    assert "推薦依頼はありません" in text_of(client.get(PAGE))
    assert client.post(PAGE, {}).status_code == 409
    assert not Notice.objects.filter(key__startswith="reminder:").exists()


def test_it_goes_by_itself_five_and_one_working_days_before_and_after_the_close():
    make.call(issued_at=at(11, 2))  # closes on Monday, 30 November
    place = make.house(name="道路課").place
    went = {}
    for day in range(1, 40):
        moment = at(11, 10) + timedelta(days=day - 1)
        if count := reminders.send_due(at=moment):
            went[moment.date()] = count
        assert reminders.send_due(at=moment + timedelta(hours=3)) == 0  # run again the same day
    # 23 November is a holiday: five working days before the close is the 20th.
    days = [date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 1), date(2026, 12, 7)]
    assert went == dict.fromkeys(days, 1)
    assert list(went) == reminders.days(reminders.open_call(date(2026, 12, 1)))
    before, after = Notice.objects.order_by("written_at")[0], Notice.objects.order_by("-written_at")[0]
    assert before.title == "【令和8年11月30日締切】令和8年度のDX推進員の推薦について、回答をお願いします。"
    assert after.title.startswith("【締切を過ぎています】")
    assert set(Notice.objects.values_list("department", flat=True)) == {place.pk}


def test_a_missed_day_is_made_up_for_and_a_reminder_by_hand_counts(dx):
    call = make.call(issued_at=at(11, 2))
    missed, by_hand = make.house().place, make.house().place
    send(call, by_hand, by=dx, when=at(11, 20, 15))
    assert reminders.send_due(at=at(11, 25)) == 1  # two working days after the 20th
    assert [row.department for row in Notice.objects.order_by("pk")] == [by_hand, missed]
    Notice.objects.all().delete()
    assert reminders.send_due(at=at(11, 26)) == 0  # too late: the next one goes tomorrow


def test_the_task_run_twice_reminds_once_and_the_morning_letter_tells():
    make.call()
    where = make.house()
    with time_machine.travel(at(11, 27), tick=False):
        tasks.send_reminders()
        once = list(Notice.objects.values())
        tasks.send_reminders()
    assert list(Notice.objects.values()) == once
    assert len(once) == 1
    assert digests.write_all(at=at(11, 27, 8)) == 1
    letter = OutboxMessage.objects.get()
    assert letter.to == where.head.employee.email
    assert "回答をお願いします。" in letter.body


@pytest.mark.parametrize("way", ["nominated", "declined"])
def test_an_answer_takes_the_reminder_back_out_of_the_letter_too(dx, way):
    call = make.call()
    where = make.house()
    send(call, where.place, by=dx)
    digests.write_all(at=at(11, 24, 8))
    if way == "nominated":
        row = nominations.draft(
            where.place, where.person, fiscal_year=R8, reason="意欲があるため", by=where.head, at=at(11, 24, 8)
        )
        nominations.submit(row.pk, by=where.head, at=at(11, 24, 8))
    else:
        declines.decline(where.place, fiscal_year=R8, reason_code="nobody", by=where.head, at=at(11, 24, 8))
    assert OutboxMessage.objects.get().cancelled_at
    assert not Notice.objects.visible_to(where.head, date(2026, 11, 24)).filter(key__startswith="reminder").exists()
    NominationDecline.objects.update(taken_back_at=NOW)
    if way == "declined":  # asked again, it is known that a reminder went
        [line] = reminders.lines(call, on=date(2026, 11, 24))
        assert line.days == (NOW.date(),)


def test_nobody_is_reminded_of_a_closed_year_or_of_one_that_is_over(dx):
    make.call()
    make.house()
    assert reminders.open_call(date(2027, 4, 1)) is None
    assert reminders.open_call(date(2026, 11, 1)) is None  # it opens tomorrow
    closing.FiscalYearClosing.objects.create(
        fiscal_year=R8, number=1, act="closed", at=NOW, by_name="x", reason="確認済み"
    )
    assert reminders.open_call(NOW.date()) is None
    assert reminders.send_due(at=at(11, 27)) == 0


def test_a_renamed_department_keeps_its_reminders(dx):
    call = make.call()
    place = make.house(name="旧課").place
    send(call, place, by=dx)
    renamed(place, "新課", date(2026, 11, 24))
    [line] = reminders.lines(call, on=date(2026, 11, 24))
    assert (line.department.name, line.days) == ("新課", (NOW.date(),))


def test_the_same_departments_as_a_file_for_mail_merge(client, dx):
    call = make.call()
    where = make.house(name="道路課")
    make_staff.deputy(where.place, make_staff.posting(make_staff.employee("工藤　蓮"), to=where.place).employee)
    make.nomination(make.house(), status="submitted")
    send(call, where.place, by=dx)
    client.force_login(make_staff.office(OfficeRole.INFO))
    answer = client.get(f"{PAGE}download/?format=csv")
    header, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [*re.findall("代理者の氏名|直近の催促日", header)] == ["代理者の氏名", "直近の催促日"]
    assert len(rows) == 1
    for told in ("道路課", "課長", where.head.employee.email, "工藤　蓮", "2026-11-30", "2026-11-23"):
        assert told in rows[0]


def test_the_page_asks_the_same_for_few_and_for_many(client, dx):
    call = make.call()
    client.force_login(dx)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGE)
        return len(caught)

    send(call, make.house().place, by=dx)
    few = queries()
    for _ in range(5):
        make.house()
    assert queries() == few <= 24
