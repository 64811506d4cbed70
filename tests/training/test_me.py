"""マイページ: what must be done, what is booked, what was finished, each with the way to the thing itself."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from aomori_dx.kernel.clock import TOKYO
from staff.models import Notice, OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.staff.reading import text_of
from training.models import Certificate
from training.services import certificates

pytestmark = pytest.mark.django_db
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def me(client):
    person = staff.posting().employee
    log_in(client, staff.user(person))
    return person


def page(client) -> str:
    response = client.get("/me/")
    assert response.status_code == 200
    return text_of(response)


def test_with_nothing_yet_every_part_says_what_would_fill_it(client, me):
    told = page(client)
    for sentence in (
        "今年度の必修研修はありません。",
        "申し込んでいる研修はありません",
        "今年度に修了した研修はまだありません。",
    ):
        assert sentence in told
    assert "これまでの年度" not in told


def test_required_courses_come_with_their_day_the_open_ones_first(client, me):
    done, late = make.obligation(person=me), make.obligation(person=me, due_on=date(2026, 11, 20))
    make.completion(me, done.requirement.course)
    make.obligation(person=me, lifted_on=date(2026, 11, 1))
    make.obligation()
    told = page(client)
    assert "(2件中、未修了1件)" in told
    assert "期限 令和8年11月20日(3日過ぎています)" in told
    assert told.index("3日過ぎています") < told.index("令和8年7月10日修了")
    assert f"/courses/{late.requirement.course.code}/" in client.get("/me/").content.decode()


def test_runs_to_come_the_next_first_with_what_one_needs_to_know(client, me):
    later = make.run(make.course(name="後の研修", to_bring="パソコン"), note="駐車場はありません", instructor="講師A")
    sooner = make.run(
        make.course(name="先の研修"), meets=datetime(2026, 12, 1, 10, 0, tzinfo=TOKYO), is_online=True, venue=""
    )
    make.booking(later, me, status="confirmed")
    make.booking(sooner, status="waitlisted", requested_at=NOW - timedelta(hours=2))
    waiting = make.booking(sooner, me, status="waitlisted")
    told = page(client)
    assert told.index("先の研修") < told.index("後の研修")
    for part in (
        "オンライン",
        "キャンセル待ちの2番目です。",
        "県庁西棟8階(東青)",
        "持ち物・準備: パソコン",
        "駐車場はありません",
        "講師A",
    ):
        assert part in told
    html = client.get("/me/").content.decode()
    assert f"/me/runs/{later.pk}.ics" in html
    assert f"/courses/{sooner.course.code}/bookings/{waiting.pk}/cancel/" in html


def test_after_the_last_day_of_changes_nobody_cancels_here(client, me):
    make.booking(make.run(change_until=date(2026, 11, 22)), me, status="confirmed")
    told = page(client)
    assert "変更の締切を過ぎました。" in told
    assert "申込を取り消す" not in told


def test_runs_that_are_over_or_were_given_up_are_not_to_come(client, me):
    make.booking(make.run(meets=YESTERDAY - timedelta(hours=3)), me, status="confirmed")
    make.booking(make.run(), me, status="cancelled")
    assert "申し込んでいる研修はありません" in page(client)


def test_what_was_finished_comes_with_hours_and_the_certificate_or_the_way_to_it(client, me):
    first = make.completion(me, make.course(name="終えた研修", hours=Decimal("2.5")))
    make.completion(me, make.course(hours=Decimal(1)))
    (paper,) = certificates.issue_all([certificates.of_completion(first)], by=None, at=NOW)
    told, html = page(client), client.get("/me/").content.decode()
    assert "令和8年度は2件、3.5時間を修了しました。" in told
    assert f"/certificates/{paper.pk}/certificate.pdf" in html
    assert html.count("修了証を発行する") == 1
    certificates.revoke(paper.pk, reason="誤発行", by=staff.office(OfficeRole.HR), at=NOW)
    assert "修了証は失効しています" in page(client)


def test_a_person_with_a_former_name_chooses_it_on_the_certificate(client, me):
    me.former_name = "弘前　桜"
    me.save()
    row = make.completion(me)
    assert "旧姓で発行する" in page(client)
    client.post(f"/certificates/completions/{row.pk}/issue/", {"name": "former"})
    assert Certificate.objects.get().name == "弘前　桜"


def test_earlier_years_stand_below_with_what_was_missed_too(client, me):
    make.completion(me, make.course(name="昨年の研修"), completed_on=date(2025, 9, 1))
    missed = make.run(make.course(name="休んだ研修"), meets=datetime(2026, 6, 1, 13, 0, tzinfo=TOKYO))
    make.booking(missed, me, status="absent")
    finished = make.run(make.course(name="出た研修"), meets=datetime(2026, 6, 2, 13, 0, tzinfo=TOKYO))
    make.completion(me, finished.course, enrollment=make.booking(finished, me, status="completed"))
    told = page(client)
    assert "令和7年度(1件" in told
    assert "休んだ研修 欠席" in told
    assert told.count("出た研修 修了") == 1


def test_what_wants_an_answer_by_a_day_comes_first(client, me):
    fields = {"employee": me, "written_at": NOW}
    Notice.objects.create(key="a", title="アンケートに答えてください", due=date(2026, 11, 30), **fields)
    Notice.objects.create(key="b", title="終わった依頼", due=date(2026, 11, 1), **fields)
    Notice.objects.create(key="c", title="期限のないお知らせ", **fields)
    told = page(client)
    assert "アンケートに答えてください" in told
    assert "終わった依頼" not in told
    assert "期限のないお知らせ" not in told


def test_a_login_without_a_person_is_told_what_to_do_instead(client):
    log_in(client, staff.office(OfficeRole.DX))
    assert "このアカウントは職員に結び付いていません" in page(client)
    assert client.get("/me/calendar/").status_code == 403


def test_the_own_record_is_handed_out_as_a_file(client, me):
    make.completion(me, make.course(name="RPA入門", hours=Decimal("6.0")))
    make.completion()
    lines = b"".join(client.get("/me/records/?format=csv")).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "RPA入門" in lines[1]
    assert ",6.0," in lines[1]


def test_the_home_page_says_it_in_one_line(client, me):
    make.obligation(person=me)
    make.booking(make.run(make.course(name="先の研修")), me, status="confirmed")
    make.completion(me, make.course(hours=Decimal("2.5")))
    told = text_of(client.get("/"))
    assert "必修研修が1件未修了です(期限 令和8年12月31日)。次は令和8年12月15日 13:00からの「先の研修」です。" in told
    assert "今年度は1件(2.5時間)を修了しました。" in told


def test_the_page_asks_the_same_queries_whatever_there_is(client, me, django_assert_max_num_queries):
    make.obligation(person=me)
    for number in (3, 27):
        for _ in range(number):
            make.booking(make.run(), me, status="waitlisted")
            make.booking(make.run(), me, status="confirmed")
            make.completion(me)
        client.get("/me/")
        with django_assert_max_num_queries(12):
            client.get("/me/")
