"""The page on which a head recommends somebody: whom to choose from, submitting, changing, taking back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models import Employee, Succession
from stages.models import Nomination
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R6, R7
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
PAGE = "/department/nominate/"


@pytest.fixture
def where(client) -> make.House:
    make.call(attachment=b"%PDF-1.7", attachment_name="推薦要領.pdf", document_number="行経第123号")
    house = make.house(name="税務課")
    Employee.objects.filter(pk=house.person.pk).update(name="髙橋　美咲")
    house.person.refresh_from_db()
    client.force_login(house.head)
    return house


def post(client, act: str = "submit", *, query: str = "", **given):
    return client.post(f"{PAGE}{query}", {"act": act, **given}, follow=True)


def main_of(response) -> str:
    return response.content.decode().partition("<main")[2]


def test_a_head_reads_the_call_chooses_and_submits(client, where):
    page = text_of(client.get(PAGE))
    for words in ("行経第123号", "令和8年11月30日(あと7日)", "推薦要領.pdf", "髙橋　美咲 主事 ・ この所属 3年目"):
        assert words in page
    done = text_of(post(client, nominee=where.person.pk, reason="意欲があるため"))
    assert "髙橋　美咲さんを令和8年度のDX推進員に推薦しました。" in done
    assert "髙橋　美咲さんを推薦しています。" in done
    row = Nomination.objects.get()
    assert (row.status, row.reason, row.department) == ("submitted", "意欲があるため", where.place)


def test_the_same_click_twice_is_one_nomination_and_no_mistake(client, where):
    for _ in range(2):
        answer = post(client, nominee=where.person.pk, reason="意欲があるため")
        assert answer.status_code == 200
        assert "推薦しました" in text_of(answer)
    assert Nomination.objects.count() == 1


def test_a_draft_may_leave_the_reason_for_later_and_comes_back_filled(client, where):
    assert "まだ提出していません" in text_of(post(client, "draft", nominee=where.person.pk, reason=""))
    post(client, "draft", nominee=where.person.pk, reason="意欲")
    page = client.get(PAGE)
    assert "意欲</textarea>" in main_of(page)
    assert " checked" in main_of(page)
    assert [row.status for row in Nomination.objects.all()] == ["draft"]
    assert "下書きを続ける" in text_of(client.get("/department/"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"reason": ""}, "推薦理由を入力してください。"), ({"nominee": ""}, "推薦する職員を選んでください。")],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(client, where, given, sentence):
    page = post(client, **{"nominee": where.person.pk, "reason": "意欲があるため", **given})
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert ("意欲があるため" if "nominee" in given else " checked") in main_of(page)
    assert not Nomination.objects.exists()


def test_eligible_people_come_first_and_the_others_with_the_reason(client, where):
    trained = staff.posting(staff.employee("工藤　蓮"), to=where.place).employee
    make_stages.promoter(trained, cohort=R6)
    page = text_of(client.get(PAGE))
    assert page.index("髙橋　美咲") < page.index("推薦できない職員と、その理由") < page.index("工藤　蓮")
    assert "工藤　蓮 R6に任命済です(新規の推薦はできません)。" in page
    refused = post(client, nominee=trained.pk, reason="意欲があるため")
    assert refused.status_code == 409
    assert "R6に任命済です(新規の推薦はできません)。" in text_of(refused)
    assert "意欲があるため</textarea>" in main_of(refused)


def test_finished_courses_help_to_choose(client, where):
    course = training.course()
    for status in ("completed", "absent"):
        training.booking(training.run(course), where.person, status=status)
    assert "修了した研修 1件" in text_of(client.get(PAGE))


def test_former_wishes_and_managers_are_marked(client, where):
    """E26: a manager and the head himself may be chosen, with a warning."""
    make.nomination(where, route="self", fiscal_year=R7, submitted_at=NOW)
    page = text_of(client.get(PAGE))
    assert "R7に自薦" in page
    assert "ご本人です。推薦できますが" in page
    assert post(client, nominee=where.head.employee_id, reason="率先するため").status_code == 200
    assert Nomination.objects.get(fiscal_year=make.R8).nominee == where.head.employee


def test_last_years_reason_can_be_copied_and_nothing_typed_is_lost(client, where):
    other = staff.posting(to=where.place).employee
    make.nomination(where, fiscal_year=R7, submitted_at=NOW, nominee=other, reason="窓口の改善")
    assert "令和7年度の推薦" in text_of(client.get(PAGE))
    page = main_of(post(client, "copy", nominee=where.person.pk, reason="x"))
    assert "窓口の改善</textarea>" in page
    assert f'value="{where.person.pk}" id="id_nominee_' in page
    assert " checked" in page
    assert Nomination.objects.count() == 1


def test_the_person_or_the_reason_can_be_changed_until_the_last_day(client, where):
    row = make.nomination(where, status="submitted")
    other = staff.posting(staff.employee("工藤　蓮"), to=where.place).employee
    change = f"?change={row.pk}"
    assert "髙橋　美咲さんの推薦を変更する" in text_of(client.get(PAGE + change))
    post(client, query=change, nominee=other.pk, reason="より適任")
    states = {(row.nominee_id, row.status) for row in Nomination.objects.all()}
    assert states == {(where.person.pk, "withdrawn"), (other.pk, "submitted")}
    newest = Nomination.objects.get(status="submitted")
    for _ in range(2):  # twice is once
        post(client, query=f"?change={newest.pk}", nominee=other.pk, reason="理由を直した")
    assert list(Nomination.objects.filter(nominee=other).order_by("pk").values_list("status", "reason")) == [
        ("withdrawn", "より適任"),
        ("submitted", "理由を直した"),
    ]


def test_after_the_last_day_everything_is_grey_with_the_sentence_of_the_refusal(client, where):
    row = make.nomination(where, status="submitted")
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        client.force_login(where.head)
        page = client.get(PAGE)
        sentence = "受付は令和8年11月30日に締め切りました。変更が必要なときは、DX推進担当に連絡してください。"
        assert sentence in text_of(page)
        assert f"change={row.pk}" not in main_of(page)
        refused = client.post(f"/department/nominations/{row.pk}/withdraw/", {"reason": ""})
        assert refused.status_code == 409
        assert sentence in text_of(refused)


def test_before_the_first_day_a_draft_can_be_kept_and_submitting_is_grey(client, where):
    make.NominationCall.objects.update(opens_on=date(2026, 11, 25))
    page = client.get(PAGE)
    assert "受付は令和8年11月25日からです。" in text_of(page)
    assert 'value="submit" disabled' in main_of(page)
    assert post(client, "draft", nominee=where.person.pk, reason="意欲").status_code == 200


def test_what_was_sent_back_is_put_right_on_the_same_page(client, where):
    row = make.nomination(where, status="returned")
    page = text_of(client.get(PAGE))
    assert "差戻しの理由 理由を具体的に" in page
    with time_machine.travel(NOW + timedelta(days=10), tick=False):  # until its own day, after the call's last
        client.force_login(where.head)
        assert "推薦しました" in text_of(post(client, nominee=where.person.pk, reason="窓口を担当し、改善の提案が多い"))
    row.refresh_from_db()
    assert (row.status, Nomination.objects.count()) == ("submitted", 1)


def renamed(where: make.House) -> make.House:
    """From today the department has another name, and everybody is posted to that."""
    today = NOW.date()
    place = staff.department("税制課", parent=where.place.parent, valid_from=today)
    where.place.valid_to = today
    where.place.save()
    Succession.objects.create(predecessor=where.place, successor=place, on=today, kind="renamed")
    for posting in list(where.place.postings.all()):
        posting.valid_to = today
        posting.save()
        fields = {"title": posting.title, "is_head": posting.is_head, "valid_from": today}
        staff.posting(posting.employee, to=place, **fields)
    head = where.head.__class__.objects.get(pk=where.head.pk)
    return make.House(place, head, where.person, where.login, where.dx)


def test_a_renamed_department_goes_on_with_what_it_had_begun(client, where):
    """E1: what was sent back under the old name is put right, or given to another person, under the new one."""
    row = make.nomination(where, status="returned")
    other = staff.posting(staff.employee("工藤　蓮"), to=where.place).employee
    where = renamed(where)
    client.force_login(where.head)
    assert "推薦しました" in text_of(post(client, nominee=where.person.pk, reason="窓口を担当しているため"))
    row.refresh_from_db()
    assert row.status == "submitted"
    assert "推薦しました" in text_of(post(client, query=f"?change={row.pk}", nominee=other.pk, reason="より適任"))
    newest = Nomination.objects.get(status="submitted")
    assert (newest.nominee, newest.department) == (other, where.place)


def test_withdrawing_asks_first_and_the_place_is_free_again(client, where):
    row = make.nomination(where, status="submitted")
    address = f"/department/nominations/{row.pk}/withdraw/"
    assert "髙橋　美咲さんの令和8年度の推薦枠" in text_of(client.get(address))
    for _ in range(2):
        assert "取り下げました" in text_of(client.post(address, {"reason": ""}, follow=True))
    assert "推薦する職員を1名選んでください" in text_of(client.get("/department/"))


def test_a_place_filled_by_a_list_takes_nobody_else(client, where):
    make_stages.promoter(staff.employee("津軽　海"), department=where.place)
    sentence = "この所属からは、すでに津軽　海さんが任命されています。"
    assert post(client, nominee=where.person.pk, reason="意欲").status_code == 409
    assert sentence in text_of(post(client, nominee=where.person.pk, reason="意欲"))


def test_nobody_else_can_nominate_for_the_department(client, where):
    row = make.nomination(where, status="submitted")
    other = make.house()
    client.force_login(other.head)
    assert client.get(f"{PAGE}?department={where.place.code}").status_code == 404
    for act in ("withdraw", "answer"):
        assert client.post(f"/department/nominations/{row.pk}/{act}/").status_code == 404
    client.force_login(other.login)
    assert client.get(PAGE).status_code == 403
    assert "所属長と、その代理者のための画面です" in text_of(client.get(PAGE))
    row.refresh_from_db()
    assert row.status == "submitted"


def test_the_page_asks_the_same_queries_for_two_and_for_thirty_people(client, where):
    asked = []
    for number in (1, 30):
        for _ in range(number):
            staff.posting(to=where.place)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        asked.append(len(queries))
    assert asked[0] == asked[1] < 45
