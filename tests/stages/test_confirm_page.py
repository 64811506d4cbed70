"""例外, 確定, 補欠 and 辞退 in the browser."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel.errors import RuleBroken
from staff.models import OfficeRole
from stages.models import Nomination, Promoter
from stages.services import nominations, selection
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R8
from tests.stages.board_rows import many

pytestmark = pytest.mark.django_db
CONFIRM, EXCEPTIONS, RESERVES = (f"/nominations/{name}/" for name in ("confirm", "exceptions", "reserves"))


@pytest.fixture
def officer():
    make.call()
    make_stages.plan()
    return staff.office(OfficeRole.DX)


@pytest.fixture
def dx(officer):
    client = Client()
    client.force_login(officer)
    return client


def reader() -> Client:
    client = Client()
    client.force_login(staff.office(OfficeRole.HR))
    return client


def state(row) -> str:
    return Nomination.objects.get(pk=row.pk).status


def proposed(officer, *kinds: str) -> list[Nomination]:
    rows = []
    for kind in kinds:
        row = make.nomination(make.house(), status="in_review")
        selection.propose([row.pk], kind, reason="選考の結果", by=officer, at=NOW)
        rows.append(row)
    return rows


def seen_on(client) -> str:
    return client.get(CONFIRM).context["form"]["seen"].value()


def test_what_is_shown_is_decided_as_of_the_day_that_was_typed(dx, officer):
    one, two, three = proposed(officer, "accept", "reserve", "decline")
    page = dx.get(CONFIRM).content.decode()
    for row in (one, two, three):
        assert row.nominee.name in page
    assert "3件を確定する" in page
    response = dx.post(CONFIRM, {"seen": seen_on(dx), "appointed_on": "R8.12.1"}, follow=True)
    page = response.content.decode()
    assert "採用1人、補欠1人、不採用1人です" in page
    assert "/promoters/?cohort=2026" in page
    assert "/nominations/documents/" in page
    assert [state(row) for row in (one, two, three)] == ["accepted", "reserve", "declined"]
    assert Promoter.objects.get().appointed_on == date(2026, 12, 1)


def test_the_second_officer_is_told_and_sees_what_is_left(dx, officer):
    proposed(officer, "accept", "accept")
    seen = seen_on(dx)
    assert dx.post(CONFIRM, {"seen": seen, "appointed_on": "R8.12.1"}).status_code == 302
    late = dx.post(CONFIRM, {"seen": seen, "appointed_on": "R8.12.1"})
    assert late.status_code == 409
    assert selection.CHANGED_MEANWHILE in late.content.decode()
    assert Promoter.objects.count() == 2
    assert dx.post(CONFIRM, {"seen": seen, "appointed_on": "x"}).status_code == 422
    assert "選考案の決まった推薦はありません" in dx.get(CONFIRM).content.decode()


def test_a_standing_exception_stops_it_and_is_cleared_on_its_page(dx, officer):
    (row,) = proposed(officer, "accept")
    staff.absence(row.nominee)
    page = dx.get(CONFIRM)
    assert "確定する前に、次の例外を処理してください" in page.content.decode()
    assert f"{EXCEPTIONS}?year=R8#exception-{row.pk}-away" in page.content.decode()
    assert dx.post(CONFIRM, {"seen": seen_on(dx), "appointed_on": "R8.12.1"}).status_code == 409
    assert state(row) == "in_review"
    act = f"{EXCEPTIONS}{row.pk}/"
    refused = dx.post(act, {"act": "clear", "code": "away", "reason": " "})
    assert (refused.status_code, "理由を入力してください" in refused.content.decode()) == (409, True)
    assert dx.post(act, {"act": "clear", "code": "away", "reason": "12月に復職"}).status_code == 302
    page = dx.get(EXCEPTIONS)
    assert (page.context["standing"], len(page.context["cleared"])) == ([], 1)
    assert "12月に復職" in page.content.decode()
    assert dx.post(CONFIRM, {"seen": seen_on(dx), "appointed_on": "R8.12.1"}).status_code == 302


def test_one_person_by_two_ways_is_merged_or_not_taken(dx):
    drafts = []
    for _ in range(2):
        where = make.house()
        make.nomination(where, status="submitted", route="self")
        draft = make.nomination(where)
        with pytest.raises(RuleBroken):
            nominations.submit(draft.pk, by=where.head, at=NOW)
        drafts.append(draft)
    page = dx.get(EXCEPTIONS).content.decode()
    assert page.count("併合する") == 2
    assert "このまま進める理由" not in page
    assert "併合する" not in reader().get(EXCEPTIONS).content.decode()
    assert reader().post(f"{EXCEPTIONS}{drafts[0].pk}/", {"act": "merge"}).status_code == 403
    assert dx.post(f"{EXCEPTIONS}{drafts[0].pk}/", {"act": "merge", "code": "two_ways"}).status_code == 302
    refusal = {"act": "refuse", "code": "two_ways", "reason": "自薦で審査します"}
    assert dx.post(f"{EXCEPTIONS}{drafts[1].pk}/", {**refusal, "reason": ""}).status_code == 409
    assert dx.post(f"{EXCEPTIONS}{drafts[1].pk}/", refusal).status_code == 302
    assert [state(row) for row in drafts] == ["withdrawn", "withdrawn"]
    assert dx.post(f"{EXCEPTIONS}{drafts[1].pk}/", refusal).status_code == 409
    hidden = make.nomination(make.house())
    assert dx.post(f"{EXCEPTIONS}{hidden.pk}/", refusal).status_code == 404


def test_the_line_is_ordered_asked_and_shows_who_turned_down(dx):
    first, second, third = (make.nomination(make.house(), status="reserve") for _ in range(3))
    turned_down = make.nomination(make.house(), status="turned_down")
    typed = {f"order_{first.pk}": "3", f"order_{second.pk}": "2", f"order_{third.pk}": "1"}
    assert dx.post(f"{RESERVES}order/", typed).status_code == 302
    page = dx.get(RESERVES)
    assert page.context["line"] == [third, second, first]
    assert page.context["next"] == third
    assert page.context["gone"] == [turned_down]
    typed = {"due": "R8.12.1", "expected": third.pk}
    assert dx.post(f"{RESERVES}ask/", {**typed, "due": "R8.11.1"}).status_code == 409
    assert dx.post(f"{RESERVES}ask/", {**typed, "expected": first.pk}).status_code == 409
    assert dx.post(f"{RESERVES}ask/", typed).status_code == 302
    twice = dx.post(f"{RESERVES}ask/", typed)
    assert (twice.status_code, "次の順位の方が変わりました" in twice.content.decode()) == (409, True)
    page = dx.get(RESERVES)
    assert "照会中" in page.content.decode()
    assert page.context["next"] == second
    assert list(Nomination.objects.filter(due__isnull=False, status="reserve")) == [third]
    third.refresh_from_db()
    assert third.due == date(2026, 12, 1)
    assert dx.post(f"/nominations/{third.pk}/move_up/").status_code == 302
    page = dx.get(RESERVES)
    assert (page.context["moved_up"], page.context["line"]) == ([third], [second, first])
    looked = reader().get(RESERVES).content.decode()
    assert third.nominee.name in looked
    assert "照会する</button>" not in looked


def test_a_number_of_the_line_stays_with_who_moved_up_or_turned_down(dx, officer):
    first, second, third = (make.nomination(make.house(), status="reserve") for _ in range(3))
    Nomination.objects.filter(pk=first.pk).update(status="turned_down")
    selection.order_reserves(R8, [third.pk, second.pk], by=officer, at=NOW)
    orders = dict(Nomination.objects.values_list("pk", "reserve_order"))
    assert (orders[first.pk], orders[third.pk], orders[second.pk]) == (1, 2, 3)


def test_the_pages_ask_the_same_for_three_and_for_thirty_and_for_a_thousand(dx):
    counts = []
    for number in (3, 27, 1000):
        many(number)
        for address in (CONFIRM, EXCEPTIONS, RESERVES, "/nominations/balance/"):
            with CaptureQueriesContext(connection) as queries:
                assert dx.get(address).status_code == 200
            counts.append((address, len(queries)))
    assert len(set(counts)) == 4
    assert max(number for _, number in counts) <= 17  # six of them for the frame


def test_confirming_asks_the_same_for_three_and_for_two_hundred(officer):
    counts = []
    for number in (3, 200):
        many(number)
        found = selection.batch(R8, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            selection.confirm(R8, seen=found.seen, by=officer, at=NOW + timedelta(minutes=number))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2
    assert Promoter.objects.count() == 203
