"""お知らせ: whose they are, unread first, opening one, all at once, and the bell in the header."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models import Notice, NoticeReading, OfficeRole
from staff.services import notices
from staff.services.notices import Message
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def tell(to, title, *, at=NOW, **fields) -> Notice:
    notices.write(Message(title, to, title, **fields), at=at)
    return Notice.objects.get(key=title)


def listed(client, query="") -> list[str]:
    return [row.title for row in client.get(f"/notices/{query}").context["page"]]


def unread(client) -> int:
    return client.get("/notices/").context["shell"].unread


def test_everybody_sees_what_is_addressed_to_them_their_post_and_their_office(client):
    place = make.department("道路課")
    head = make.user(make.head_of(place))
    tell(head.employee, "本人へ")
    tell(place, "所属長へ", body="<b>本文</b>", due=date(2026, 11, 30), url="/department/nominate/")
    tell(make.department(), "ほかの所属へ")
    tell(make.employee(), "ほかの人へ")
    tell(OfficeRole.DX, "担当へ")
    notices.cancel([tell(place, "取り消した").key], at=NOW)

    client.force_login(head)
    page = client.get("/notices/")
    assert {row.title for row in page.context["page"]} == {"本人へ", "所属長へ"}
    text = text_of(page)
    assert "道路課の所属長宛て" in text
    assert "期限 令和8年11月30日" in text
    assert "あと7日" in text
    assert "&lt;b&gt;本文" in page.content.decode()

    client.force_login(make.user(make.deputy(place).employee))
    assert listed(client) == ["所属長へ"]
    client.force_login(make.office(OfficeRole.DX))
    assert listed(client) == ["担当へ"]
    client.force_login(make.user(make.posting(to=place).employee))
    assert "お知らせはまだありません" in text_of(client.get("/notices/"))


def test_opening_one_marks_it_read_and_leads_on(client):
    user = make.user(make.posting().employee)
    linked = tell(user.employee, "リンクあり", url="/people/")
    bare = tell(user.employee, "リンクなし", body="本文です。")
    client.force_login(user)

    assert client.head(f"/notices/{linked.pk}/").status_code == 302
    assert unread(client) == 2  # looking ahead is not opening
    answer = client.get(f"/notices/{linked.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    assert "本文です。" in text_of(client.get(f"/notices/{bare.pk}/"))
    client.get(f"/notices/{bare.pk}/")
    assert unread(client) == 0
    assert NoticeReading.objects.count() == 2


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_out_of_the_house(client, url):
    user = make.user(make.posting().employee)
    client.force_login(user)
    assert client.get(f"/notices/{tell(user.employee, 'x', url=url).pk}/").status_code == 200


def test_another_persons_notice_does_not_exist(client):
    client.force_login(make.user(make.posting().employee))
    row = tell(make.employee(), "ほかの人へ")
    assert client.get(f"/notices/{row.pk}/").status_code == 404
    client.post("/notices/read/", {"notice": row.pk})
    client.post("/notices/read/", {"newest": row.pk})
    assert not NoticeReading.objects.exists()


def test_unread_ones_come_first_and_can_be_read_one_by_one_or_all_at_once(client):
    user = make.user(make.posting().employee)
    rows = [tell(user.employee, f"{n}番", at=NOW + n * DAY) for n in range(4)]
    client.force_login(user)
    client.post("/notices/read/", {"notice": rows[3].pk})
    assert listed(client) == ["2番", "1番", "0番", "3番"]
    assert listed(client, "?state=unread") == ["2番", "1番", "0番"]
    assert listed(client, "?q=1番") == ["1番"]

    newest = client.get("/notices/").context["newest"]
    tell(user.employee, "そのあと", at=NOW + 9 * DAY)
    page = client.post("/notices/read/", {"newest": newest, "query": "state=unread"}, follow=True)
    assert "3件を既読にしました。" in text_of(page)
    assert page.redirect_chain == [("/notices/?state=unread", 302)]
    assert [row.title for row in page.context["page"]] == ["そのあと"]
    for sent in ({}, {"notice": "x"}, {"newest": "9" * 30}):
        client.post("/notices/read/", sent)
    assert unread(client) == 1


def test_a_successor_sees_what_the_predecessor_left_unread_and_it_is_the_predecessors_no_more(client):
    place = make.department()
    before = make.user(make.head_of(place, valid_to=date(2026, 11, 10)))
    for title in ("読んだ", "読まなかった"):
        tell(place, title, at=NOW - 30 * DAY)
    notices.mark_read(Notice.objects.filter(title="読んだ"), user=before, at=NOW - 29 * DAY)
    after = make.user(make.head_of(place, valid_from=date(2026, 11, 10)))
    other = make.user(make.deputy(place, valid_from=date(2026, 11, 12)).employee)
    notices.mark_read(Notice.objects.filter(title="読まなかった"), user=other, at=NOW - 9 * DAY)

    client.force_login(after)
    assert listed(client) == ["読まなかった", "読んだ"]
    assert listed(client, "?state=unread") == ["読まなかった"]
    assert unread(client) == 1
    client.force_login(before)
    assert listed(client) == []


@pytest.mark.parametrize(("number", "words"), [(0, ""), (1, "1"), (99, "99"), (120, "99+")])
def test_the_bell_counts_to_99(client, number, words):
    user = make.user(make.posting().employee)
    notices.write_all((Message(f"n{n}", user.employee, f"{n}") for n in range(number)), at=NOW)
    client.force_login(user)
    text = text_of(client.get("/people/"))
    assert (f"お知らせ (未読 {words} 件)" if number else "お知らせ (未読なし)") in text


def test_the_page_asks_the_same_for_one_notice_and_for_many(client):
    place = make.department()
    head = make.user(make.head_of(place))
    client.force_login(head)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get("/notices/")
        return len(caught)

    tell(place, "一つ")
    few = queries()
    for n in range(20):
        tell(place, f"{n}")
    assert queries() == few <= 14
