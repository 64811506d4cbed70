"""自薦: applying, seeing how far it is, and answering after the decision."""

from datetime import date, timedelta

import pytest
import time_machine

from staff.models import EmploymentType, OfficeRole
from stages.models import Nomination, Promoter
from stages.services import reserves
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R6
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
PAGE = "/nominations/self/"
SAID = {"motive": "学びたい", "work_to_improve": "申請の受付"}


@pytest.fixture
def where(client) -> make.House:
    make.call()
    make_stages.stages()
    house = make.house(name="税務課")
    client.force_login(house.login)
    return house


def post(client, act: str = "submit", **given):
    return client.post(PAGE, {"act": act, **SAID, **given}, follow=True)


def page_of(client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return text_of(response)


def test_one_applies_and_sees_how_far_it_is(client, where):
    track = make.track()
    assert "受付は令和8年11月30日まで(あと7日)です。" in page_of(client)
    for _ in range(2):
        assert "令和8年度の自薦枠に応募しました。" in text_of(post(client, wanted_track=track.pk))
    row = Nomination.objects.get()
    assert (row.status, row.motive, row.wanted_track, row.department) == ("submitted", "学びたい", track, where.place)
    assert "提出 済み 所属長の同意 待っています 審査 これから 決定 これから" in page_of(client)
    assert "応募する" not in page_of(client)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("draft", "提出 下書き 所属長の同意 これから"),
        ("endorsed", "提出 済み 所属長の同意 同意 審査 待っています 決定 これから"),
        ("not_endorsed", "所属長の同意 不同意"),
        ("in_review", "審査 審査中 決定 これから"),
        ("returned", "提出 差戻し"),
        ("accepted", "審査 済み 決定 決定"),
        ("reserve", "決定 補欠"),
        ("declined", "自薦枠 不採用"),
        ("withdrawn", "自薦枠 取下げ"),
        ("turned_down", "自薦枠 辞退"),
    ],
)
def test_the_state_is_told_in_words(client, where, status, words):
    make.nomination(where, route="self", status="accepted" if status == "turned_down" else status)
    if status == "turned_down":
        reserves.turn_down(Nomination.objects.get().pk, reason="異動", by=where.login, at=NOW)
    assert words in page_of(client)


def test_a_draft_leaves_words_for_later_and_a_refusal_keeps_them(client, where):
    assert "まだ提出していません" in text_of(post(client, "draft", motive=""))
    refused = post(client, motive="", work_to_improve="照会への回答")
    assert refused.status_code == 422
    assert "志望動機を入力してください。" in text_of(refused)
    assert "照会への回答</textarea>" in refused.content.decode()
    post(client, "draft", motive="学びたい")
    assert Nomination.objects.count() == 1


def test_who_was_not_endorsed_writes_again(client, where):
    row = make.nomination(where, route="self", status="not_endorsed")
    assert "所属長が同意しませんでした。" in page_of(client)
    post(client, motive="もう一度")
    row.refresh_from_db()
    assert (row.status, row.motive) == ("submitted", "もう一度")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda w: make_stages.promoter(w.person, cohort=R6), "R6に任命済です(新規の推薦はできません)。"),
        (lambda w: staff.absence(w.person), "休職等の期間中です。"),
        (
            lambda w: w.person.__class__.objects.update(employment_type=EmploymentType.ANNUAL),
            "職員区分(会計年度任用職員)が対象外です。",
        ),
        (lambda w: make.NominationCall.objects.all().delete(), "令和8年度の推薦依頼はまだ出されていません。"),
        (lambda w: make.NominationCall.objects.update(closes_on=date(2026, 11, 20)), "に締め切りました。"),
        (lambda w: w.person.postings.update(is_primary=False), "所属が決まっていないため、応募できません。"),
    ],
)
def test_why_one_cannot_apply_stands_in_place_of_the_form(client, where, change, sentence):
    change(where)
    client.force_login(where.login.__class__.objects.get(pk=where.login.pk))
    page = client.get(PAGE)
    assert sentence in text_of(page)
    assert "<textarea" not in page.content.decode()
    assert post(client).status_code == 409
    assert not Nomination.objects.live().exists()


def test_nobody_learns_here_of_being_recommended_before_it_is_decided(client, where):
    row = make.nomination(where, status="submitted")
    assert "推薦枠" not in page_of(client)
    for act in ("withdraw", "answer"):
        assert client.get(f"{PAGE}{row.pk}/{act}/").status_code == 404
    make.decide(make.nomination(make.house(), status="in_review"), "accept", by=where.dx)
    assert "<textarea" in client.get(PAGE).content.decode()


def test_one_withdraws_and_applies_again(client, where):
    row = make.nomination(where, route="self", status="submitted")
    assert "取り下げました" in text_of(client.post(f"{PAGE}{row.pk}/withdraw/", {"reason": ""}, follow=True))
    post(client)
    assert list(Nomination.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "submitted"]
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        client.force_login(where.login)
        assert "に締め切りました。" in page_of(client)


@pytest.mark.parametrize("route", ["self", "recommended"])
def test_a_reserve_who_is_asked_says_yes(client, where, route):
    row = make.nomination(where, route=route, status="reserve")
    assert "補欠になりました。" in page_of(client)
    grey = text_of(client.get(f"{PAGE}{row.pk}/answer/"))
    assert "繰上げの照会をまだ受けていません。" in grey
    reserves.ask_next(row.fiscal_year, by=where.dx, at=NOW)
    assert "令和8年11月30日まで(あと7日)に回答してください。" in page_of(client)
    assert "補欠からの繰上げ" in text_of(client.get("/"))
    for _ in range(2):
        done = client.post(f"{PAGE}{row.pk}/answer/", {"act": "move_up"}, follow=True)
        assert "DX推進員に決まりました。" in text_of(done)
    assert Promoter.objects.get().employee == where.person


@pytest.mark.parametrize("route", ["self", "recommended"])
def test_after_the_decision_one_may_say_no_with_a_reason(client, where, route):
    row = make.nomination(where, route=route, status="accepted")
    assert "令和8年度のDX推進員に決まりました。" in page_of(client)
    address = f"{PAGE}{row.pk}/answer/"
    assert "この操作は取り消せません" in text_of(client.get(address))
    assert client.post(address, {"act": "turn_down", "reason": ""}).status_code == 422
    for _ in range(2):
        assert "辞退を届け出ました" in text_of(
            client.post(address, {"act": "turn_down", "reason": "病気療養のため"}, follow=True)
        )
    row.refresh_from_db()
    assert (row.status, row.comment) == ("turned_down", "病気療養のため")
    assert Promoter.objects.get().withdrawn_on == NOW.date()


def test_a_stranger_reaches_nothing_of_it(client, where):
    row = make.nomination(where, route="self", status="submitted")
    client.force_login(make.house().login)
    for act in ("withdraw", "answer"):
        assert client.post(f"{PAGE}{row.pk}/{act}/", {"reason": "x"}).status_code == 404
    assert "窓口の待ち時間" not in page_of(client)
    client.force_login(staff.office(OfficeRole.VIEWER))
    refused = client.get(PAGE)
    assert refused.status_code == 403
    assert "在職している職員のための画面です" in text_of(refused)


def test_the_head_answers_for_whom_she_recommended(client, where):
    row = make.nomination(where, status="reserve")
    reserves.ask_next(row.fiscal_year, by=where.dx, at=NOW)
    client.force_login(where.head)
    assert "補欠の青森　太郎さんの繰上げ" in text_of(client.get("/department/"))
    client.post(f"/department/nominations/{row.pk}/answer/", {"act": "turn_down", "reason": "異動のため"})
    row.refresh_from_db()
    assert row.status == "turned_down"
    own = make.nomination(make.house(), route="self", status="accepted")
    assert client.get(f"/department/nominations/{own.pk}/answer/").status_code == 404


def test_the_head_does_not_say_no_for_an_applicant(client, where):
    row = make.nomination(where, route="self", status="accepted")
    client.force_login(where.head)
    refused = client.get(f"/department/nominations/{row.pk}/answer/")
    assert refused.status_code == 403
    assert "この推薦を変えられるのは" in text_of(refused)
