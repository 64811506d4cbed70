"""A head's own page, 推薦なし, and the word on 自薦."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from stages.models import Exemption, Nomination, NominationDecline, StageStatus
from stages.services import reserves
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R6, R8
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
PAGE = "/department/"


@pytest.fixture
def where(client) -> make.House:
    house = make.house(name="税務課")
    client.force_login(house.head)
    return house


def page_of(client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response)


def test_without_a_call_there_is_nothing_to_do(client, where):
    page = page_of(client)
    assert "空き 令和8年度の推薦依頼はまだ出されていません。" in page
    assert "推薦する職員を選ぶ" not in page


def test_an_empty_place_says_until_when_and_has_one_button(client, where):
    make.call()
    page = page_of(client)
    assert "推薦する職員を1名選んでください。" in page
    assert "締切 令和8年11月30日(あと7日)" in page
    assert client.get(PAGE).content.decode().count("button-primary") == 1


def test_who_did_not_answer_in_time_is_told_how_late_it_is(client, where):
    make.call(closes_on=date(2026, 11, 20))
    page = page_of(client)
    assert "未回答" in page
    assert "推薦の回答がまだです。締切を3日過ぎています。DX推進担当に連絡してください。" in page


def test_the_home_page_says_what_waits_for_a_head_and_how_late_it_is(client, where):
    call = make.call()
    for _ in range(2):
        who = staff.posting(to=where.place).employee
        make.nomination(
            make.House(where.place, where.head, who, staff.user(who), where.dx), route="self", status="submitted"
        )
    home = page_of(client, "/")
    assert (
        "推薦の回答(税務課) 推薦する職員を1名選んでください。2分ほどで終わります。締切は令和8年11月30日(あと7日)です。"
        in home
    )
    assert "自薦への同意" in home
    assert "2 件 応募を読む" in home
    call.closes_on = date(2026, 11, 20)
    call.save()
    assert "推薦の回答がまだです。締切を3日過ぎています。" in page_of(client, "/")


def test_who_may_apply_is_told_quietly_and_nobody_else_is_invited(client, where):
    make.call()
    client.force_login(where.login)
    quiet = "令和8年11月30日まで、DX推進員への自薦を受け付けています。"
    assert quiet in page_of(client, "/")
    for change in (
        lambda: where.person.__class__.objects.filter(pk=where.person.pk).update(employment_type="annual"),
        lambda: make_stages.promoter(where.person, cohort=R6),
    ):
        change()
        assert quiet not in page_of(client, "/")
        where.person.__class__.objects.filter(pk=where.person.pk).update(employment_type="regular")


def test_an_exempt_department_owes_nothing(client, where):
    make.call()
    Exemption.objects.create(department=where.place, fiscal_year=R8, reason="小規模")
    assert "対象外 この所属は、令和8年度は推薦の必要がありません。" in page_of(client)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("submitted", "推薦済み 青森　太郎さんを推薦しています。"),
        ("returned", "差戻し 青森　太郎さんの推薦が差し戻されています。令和8年12月10日まで(あと17日)に、"),
        ("accepted", "決定 青森　太郎さんが決まっています。"),
        ("declined", "空き 推薦する職員を1名選んでください。"),
        ("withdrawn", "空き 推薦する職員を1名選んでください。"),
    ],
)
def test_the_place_is_told_in_every_state(client, where, status, words):
    make.call()
    make.nomination(where, status=status)
    assert words in page_of(client)


def test_another_person_is_asked_for_after_a_refusal(client, where):
    make.call(closes_on=date(2026, 11, 23))
    row = make.nomination(where, status="turned_down")
    reserves.reopen_place(row.pk, due=date(2026, 12, 10), by=where.dx, at=NOW)
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        client.force_login(where.head)
        assert "令和8年12月10日まで(あと12日)に、代わりの職員を推薦してください。" in page_of(client)
        other = staff.posting(staff.employee("工藤　蓮"), to=where.place).employee
        given = {"act": "submit", "nominee": other.pk, "reason": "代わりに"}
        assert "工藤　蓮さんを令和8年度のDX推進員に推薦しました。" in text_of(
            client.post("/department/nominate/", given, follow=True)
        )


def test_promoters_of_all_years_with_stage_and_of_those_who_moved_only_where(client, where):
    here = make_stages.promoter(staff.posting(staff.employee("工藤　蓮"), to=where.place).employee, cohort=R6)
    make_stages.enrollment(here, status=StageStatus.COMPLETED)
    moved = make_stages.promoter(
        staff.posting(staff.employee("津軽　海"), to=staff.department("会計課")).employee,
        cohort=R6,
        department=where.place,
    )
    make_stages.enrollment(moved, status=StageStatus.NOT_COMPLETED)
    page = page_of(client)
    assert "工藤　蓮 令和6年度 推薦枠 ①業務効率化 令和6年度 修了" in page
    assert "津軽　海 令和6年度 推薦枠 現在は会計課 － 異動" in page
    assert "未修了" not in page


def test_who_heads_two_chooses_and_a_deputy_sees_the_same(client, where):
    make.call()
    other = staff.department("会計課")
    staff.posting(where.head.employee, to=other, is_head=True, is_primary=False)
    client.force_login(where.head)
    assert 'aria-label="所属の切替"' in client.get(PAGE).content.decode()
    assert page_of(client, f"{PAGE}?department={other.code}").count("会計課") > 1
    deputy = staff.user(staff.deputy(where.place).employee)
    client.force_login(deputy)
    assert "推薦する職員を1名選んでください。" in page_of(client)
    given = {"act": "submit", "nominee": where.person.pk, "reason": "意欲"}
    client.post("/department/nominate/", given)
    assert AuditEvent.objects.filter(action="submit").get().by_name.endswith("(代理)")


@pytest.mark.parametrize(
    "address", [PAGE, "/department/nominate/", "/department/decline/", "/department/endorsements/"]
)
def test_who_heads_nothing_is_told_so(client, where, address):
    for user in (where.login, staff.office(OfficeRole.DX)):
        client.force_login(user)
        refused = client.get(address)
        assert refused.status_code == 403
        assert "所属長と、その代理者のための画面です" in text_of(refused)


def test_nobody_to_recommend_is_an_answer_that_can_be_taken_back(client, where):
    make.call()
    page = client.post("/department/decline/", {"reason_code": "other", "note": ""})
    assert page.status_code == 422
    assert "理由が「その他」のときは、説明を入力してください。" in text_of(page)
    given = {"reason_code": "nobody", "note": "全員が1年目のため"}
    for _ in range(2):
        done = text_of(client.post("/department/decline/", given, follow=True))
        assert "「推薦なし」(該当者なし)と回答しています。" in done
    assert NominationDecline.objects.count() == 1
    assert "「推薦なし」と回答しています" in page_of(client, "/department/nominate/")
    for _ in range(2):
        client.post("/department/decline/", {"act": "take_back"})
    assert NominationDecline.objects.standing().count() == 0
    assert "推薦する職員を1名選んでください。" in page_of(client)


def test_nobody_to_recommend_is_grey_while_somebody_is_recommended(client, where):
    make.call()
    make.nomination(where, status="submitted")
    sentence = "この所属の推薦はすでに提出されています。「推薦なし」にするには、先に取り下げてください。"
    assert sentence in page_of(client, "/department/decline/")
    refused = client.post("/department/decline/", {"reason_code": "small", "note": "3人のため"})
    assert refused.status_code == 409
    assert sentence in text_of(refused)
    assert "3人のため</textarea>" in refused.content.decode()


def test_a_head_reads_an_application_and_gives_a_word(client, where):
    make.call()
    row = make.nomination(where, route="self", status="submitted", wanted_track=make.track())
    page = page_of(client, "/department/endorsements/")
    for words in ("窓口の待ち時間を減らしたい", "申請の受付", "データ型"):
        assert words in page
    assert "自薦への同意" in page_of(client)
    given = {"nomination": row.pk, "act": "not_endorse", f"{row.pk}-opinion": " "}
    refused = client.post("/department/endorsements/", given)
    assert refused.status_code == 422
    assert "同意しない理由を、意見に入力してください。" in text_of(refused)
    given = {"nomination": row.pk, "act": "endorse", f"{row.pk}-opinion": "応援します"}
    for _ in range(2):
        done = text_of(client.post("/department/endorsements/", given, follow=True))
        assert "青森　太郎さんの自薦に「同意」と回答しました。" in done
        assert "回答したもの 青森　太郎(令和8年度) 同意" in done
    assert AuditEvent.objects.filter(action="endorse").count() == 1
    other = client.post("/department/endorsements/", {**given, "act": "not_endorse", f"{row.pk}-opinion": "やはり"})
    assert other.status_code == 409
    assert "「同意」からは「不同意」にできません。" in text_of(other)


def test_drafts_and_applications_of_others_are_not_read(client, where):
    make.call()
    make.nomination(where, route="self", motive="下書きの動機")
    elsewhere = make.nomination(make.house(), route="self", status="submitted", motive="よその動機")
    page = page_of(client, "/department/endorsements/")
    assert "下書きの動機" not in page
    assert "よその動機" not in page
    given = {"nomination": elsewhere.pk, "act": "endorse"}
    assert client.post("/department/endorsements/", given).status_code == 404
    assert Nomination.objects.get(pk=elsewhere.pk).status == "submitted"


def test_a_head_does_not_endorse_himself(client, where):
    make.call()
    place = where.place
    own = make.House(place, where.head, where.head.employee, where.head, where.dx)
    row = make.nomination(own, route="self", status="submitted")
    assert "待っている自薦はありません" in page_of(client, "/department/endorsements/")
    refused = client.post("/department/endorsements/", {"nomination": row.pk, "act": "endorse"})
    assert refused.status_code == 409


def test_the_file_of_the_call_is_handed_out_to_whom_it_asks(client, where):
    make.call(attachment=b"%PDF-1.7", attachment_name="推薦要領.pdf")
    address = "/department/call/2026/attachment/"
    answer = client.get(address)
    assert answer.content == b"%PDF-1.7"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8E%A8")
    assert client.get("/department/call/2025/attachment/").status_code == 404
    assert client.get("/department/call/99999/attachment/").status_code == 404
    client.force_login(where.login)
    assert client.get(address).status_code == 403
    make.NominationCall.objects.update(issued_at=None)
    client.force_login(where.head)
    assert client.get(address).status_code == 404


def test_the_pages_ask_the_same_queries_whatever_waits(client, where):
    make.call()
    asked = []
    for number in (1, 8):
        for _ in range(number):
            who = staff.posting(to=where.place).employee
            house = make.House(where.place, where.head, who, staff.user(who), where.dx)
            make.nomination(house, route="self", status="submitted")
            make_stages.promoter(staff.posting(to=where.place).employee, cohort=R6)
        for address in (PAGE, "/department/endorsements/", "/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            asked.append(len(queries))
    assert asked[:3] == asked[3:]
    assert max(asked) < 40
