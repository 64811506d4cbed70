"""The calendar feed as a calendar program reads it: parsed, with what changed, moved, was called off."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import RuleBroken
from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.staff.reading import text_of
from training.models import CalendarFeed, DroppedMeeting
from training.services import calendar_feeds, runs, seats

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = datetime(2026, 12, 15, 13, 0, tzinfo=TOKYO)
AFTERNOON = (START, START + timedelta(hours=3))


@pytest.fixture
def me():
    return staff.posting().employee


@pytest.fixture
def token(me):
    return calendar_feeds.renew(me, by=staff.user(me), at=NOW)


def feed(token: str, **headers):
    return Client().get("/me/calendar.ics", {"token": token}, headers=headers)


def events(token: str) -> dict[str, object]:
    """Summary → event, as a calendar reads them."""
    response = feed(token)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(response.content)
    assert calendar.errors == []
    return {str(event["summary"]): event for event in calendar.events}


def one(token: str):
    (event,) = events(token).values()
    return event


def asked(me, **fields):
    """A run that the office plans, with a seat for the person."""
    office = staff.office(OfficeRole.DX)
    days = {"opens_on": date(2026, 11, 2), "closes_on": date(2026, 11, 30), "change_until": date(2026, 12, 10)}
    stated = {"venue": "県庁西棟8階", "capacity": 1, "note": "駐車場はありません", **days, **fields}
    run = runs.plan(make.course(name="RPA入門", to_bring="パソコン"), meetings=[AFTERNOON], by=office, at=NOW, **stated)
    runs.open_run(run.pk, by=office, at=NOW)
    booked = seats.request(run.pk, me, by=office, at=NOW)
    return run, booked, office, stated


def test_a_booked_meeting_is_an_event_with_all_that_one_needs(me, token):
    run, *_ = asked(me)
    event = one(token)
    assert (event["dtstart"].dt, event["dtend"].dt) == AFTERNOON
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert (str(event["status"]), str(event["location"]), str(event["class"])) == (
        "CONFIRMED",
        "県庁西棟8階",
        "PRIVATE",
    )
    assert str(event["url"]) == f"http://testserver/courses/{run.course.code}/"
    for part in ("パソコン", "駐車場はありません"):
        assert part in str(event["description"])
    calendar = Calendar.from_ical(feed(token).content)
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Asia/Tokyo"]
    assert max(len(line) for line in feed(token).content.split(b"\r\n")) <= 75


def test_a_moved_meeting_is_the_same_event_with_a_higher_sequence(me, token):
    run, _, office, stated = asked(me)
    before = one(token)
    runs.change(run.pk, meetings=[(START + DAY, START + DAY + timedelta(hours=2))], by=office, at=NOW + DAY, **stated)
    after = one(token)
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == START + DAY
    assert after["last-modified"].dt == NOW + DAY


def test_another_place_is_news_and_an_edit_that_no_calendar_shows_is_none(me, token):
    run, _, office, stated = asked(me)
    before = one(token)
    runs.change(run.pk, meetings=[AFTERNOON], by=office, at=NOW, **{**stated, "capacity": 5})
    assert feed(token).content == feed(token).content
    assert one(token)["sequence"] == before["sequence"]
    runs.change(run.pk, meetings=[AFTERNOON], by=office, at=NOW, **{**stated, "venue": "自治研修所"})
    after = one(token)
    assert (str(after["location"]), after["sequence"] > before["sequence"]) == ("自治研修所", True)


def test_meetings_keep_their_event_when_one_is_put_between_or_taken_out(me, token):
    run, _, office, stated = asked(me)
    first = one(token)["uid"]
    second = (START + 7 * DAY, START + 7 * DAY + timedelta(hours=1))
    runs.change(run.pk, meetings=[AFTERNOON, second], by=office, at=NOW, **stated)
    uids = {event["dtstart"].dt: event["uid"] for event in Calendar.from_ical(feed(token).content).events}
    assert uids[START] == first
    runs.change(run.pk, meetings=[second], by=office, at=NOW, **stated)
    left = {event["uid"]: event for event in Calendar.from_ical(feed(token).content).events}
    assert str(left[first]["status"]) == "CANCELLED"
    assert str(left[uids[second[0]]]["status"]) == "CONFIRMED"
    assert DroppedMeeting.objects.get().starts_at == START


def test_a_meeting_at_which_somebody_was_marked_neither_moves_nor_goes(me):
    run, booked, office, stated = asked(me)
    make.attendance(booked)
    for meetings in ([(START + DAY, START + 2 * DAY)], []):
        with pytest.raises(RuleBroken, match=r"出欠を記録した日程\(令和8年12月15日\)"):
            runs.change(run.pk, meetings=meetings, by=office, at=NOW, **stated)
    runs.change(run.pk, meetings=[(START, START + timedelta(hours=2))], by=office, at=NOW, **stated)
    assert run.sessions.get().sequence == 1


def test_who_waits_sees_it_as_tentative_until_a_seat_is_free(me, token):
    run, first, office, _ = asked(staff.posting().employee)
    seats.request(run.pk, me, by=office, at=NOW)
    before = one(token)
    assert (str(before["status"]), str(before["summary"])) == ("TENTATIVE", "【キャンセル待ち】RPA入門")
    seats.cancel(first.pk, by=office, at=NOW + DAY, reason="病気")
    after = one(token)
    assert (str(after["status"]), after["uid"]) == ("CONFIRMED", before["uid"])
    assert after["sequence"] > before["sequence"]


def test_what_was_called_off_stays_a_while_as_cancelled(me, token):
    run, booked, office, _ = asked(me)
    before = one(token)
    seats.cancel(booked.pk, by=office, at=NOW, reason="都合")
    own = one(token)
    assert (str(own["status"]), own["sequence"] > before["sequence"]) == ("CANCELLED", True)
    seats.request(run.pk, me, by=office, at=NOW)
    again = one(token)
    assert (str(again["status"]), again["sequence"] > own["sequence"]) == ("CONFIRMED", True)
    runs.cancel(run.pk, reason="大雪のため", by=office, at=NOW)
    called_off = one(token)
    assert (str(called_off["status"]), called_off["uid"]) == ("CANCELLED", before["uid"])
    assert called_off["sequence"] > again["sequence"]


def test_what_was_called_off_long_ago_and_what_others_do_is_not_in_it(me, token):
    long_ago = NOW - 60 * DAY
    make.booking(make.run(meets=long_ago), me, status="cancelled")
    make.booking(make.run(meets=NOW - 200 * DAY), me, status="completed")
    make.booking(make.run(), status="confirmed")
    assert events(token) == {}
    make.booking(make.run(make.course(name="終えた研修"), meets=long_ago), me, status="completed")
    assert list(events(token)) == ["終えた研修"]


def test_due_days_of_required_courses_are_whole_days(me, token):
    owed = make.obligation(person=me)
    event = one(token)
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 31), date(2027, 1, 1))
    assert str(event["summary"]) == "【必修研修の期限】全職員研修"
    make.completion(me, owed.requirement.course)
    done = one(token)
    assert (str(done["status"]), done["uid"], done["sequence"]) == ("CANCELLED", event["uid"], 1)


def test_it_is_sent_again_only_when_something_changed(me, token):
    asked(me)
    response = feed(token)
    assert feed(token, if_none_match=response["ETag"]).status_code == 304
    make.obligation(person=me)
    assert feed(token, if_none_match=response["ETag"]).status_code == 200


@pytest.mark.parametrize("wrong", ["", "x", "\0", "青森"])
def test_any_other_token_is_no_page(token, wrong):
    assert feed(wrong).status_code == 404
    assert Client().get("/me/calendar.ics").status_code == 404


def test_a_renewed_or_stopped_address_ends_the_old_one_at_once(client, me, token):
    log_in(client, me.users.get())
    shown = client.post("/me/calendar/renew/", follow=True)
    (new,) = [part.split('"')[0] for part in shown.content.decode().split("calendar.ics?token=")[1:]]
    assert feed(token).status_code == 404
    assert feed(new).status_code == 200
    assert new not in client.get("/me/calendar/").content.decode()
    assert not CalendarFeed.objects.filter(token_hash=new).exists()
    assert "配信を停止しました" in text_of(client.post("/me/calendar/stop/", follow=True))
    assert feed(new).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at__isnull=True).count() == 0


def test_who_has_left_has_no_calendar(me, token):
    me.left_on = NOW.date()
    me.save()
    assert feed(token).status_code == 404


def test_one_run_is_loaded_once_by_who_has_it_booked(client, me):
    run, *_ = asked(me)
    log_in(client, staff.user(me))
    response = client.get(f"/me/runs/{run.pk}.ics")
    assert response["Content-Disposition"] == f'attachment; filename="run_{run.pk}.ics"'
    (event,) = Calendar.from_ical(response.content).events
    assert str(event["summary"]) == "RPA入門"
    assert client.get(f"/me/runs/{make.run().pk}.ics").status_code == 404


def test_the_feed_asks_the_same_queries_whatever_there_is(me, token, django_assert_max_num_queries):
    for number in (3, 27):
        for _ in range(number):
            make.booking(make.run(), me, status="confirmed")
        with django_assert_max_num_queries(8):
            feed(token)
