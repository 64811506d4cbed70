"""通知書: nothing before 確定, whose may be printed by whom, how the office words them, and what they say."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from stages.models import DocumentKind, DocumentText
from stages.rules import documents as rules
from stages.services import printing, selection
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff as make_staff
from tests.factories.stages import R8
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
PAGE = "/nominations/documents/"
WORDS = {"number": "第{推薦番号}号", "sender": "青森県\n課長", "title": "{年度}の決定", "body": "{氏名}様\n{所属}"}


def told(response) -> str:
    """The text of a PDF, without white space."""
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.fixture
def dx():
    return make_staff.office(OfficeRole.DX)


def house(name="髙﨑　𠮷邉", place="道路課") -> make.House:
    where = make.house(name=place)
    where.person.name = name
    where.person.save()
    return where


def test_a_decision_is_printed_with_names_eras_and_the_place_of_that_day(client, dx):
    make.call()
    where = house()
    row = make.nomination(where, status="accepted")
    posting = where.person.postings.get()
    posting.valid_to = date(2026, 11, 24)
    posting.save()
    make_staff.posting(where.person, to=make_staff.department("河川課"), valid_from=date(2026, 11, 24), title="主査")
    client.force_login(dx)
    text = told(client.get(f"/nominations/{row.pk}/documents/decision.pdf"))
    for part in (
        "道路課主事",
        "髙﨑𠮷邉様",
        "令和8年度DX推進員の決定について(通知)",
        "推薦枠",
        "決定の日令和8年11月23日",
    ):
        assert part in text
    assert "河川課" not in text
    answer = client.get(f"/nominations/{row.pk}/documents/appointment.pdf")
    assert "令和8年11月23日付けで、DX推進員に任命します。" in told(answer)
    assert (answer["Cache-Control"], answer["Content-Disposition"][:6]) == ("no-store", "inline")
    assert AuditEvent.objects.filter(action="printed", object_pk=str(row.pk)).count() == 2


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "in_review", "returned", "reserve", "turned_down", "withdrawn"]
)
def test_there_is_nothing_before_the_decision_and_nothing_for_who_is_not_meant(client, dx, status):
    make.call()
    row = make.nomination(house(), status=status)
    client.force_login(dx)
    for kind in DocumentKind:
        assert client.get(f"/nominations/{row.pk}/documents/{kind}.pdf").status_code == 404
    assert client.get(f"{PAGE}decision/print/?year=2026").status_code == 404


def test_what_the_board_proposes_is_in_no_notice_until_it_is_confirmed(client, dx):
    make.call()
    where = house()
    row = make.nomination(where, status="in_review")
    selection.propose([row.pk], "accept", reason="選考の結果", by=where.dx, at=NOW)
    for user in (dx, where.head, where.login):
        client.force_login(user)
        assert client.get(f"/nominations/{row.pk}/documents/decision.pdf").status_code == 404


def test_a_kind_is_printed_only_for_its_own_outcome(client, dx):
    make.call()
    accepted = make.nomination(house(), status="accepted")
    declined = make.nomination(house("八戸　海", "河川課"), status="declined", route="self")
    client.force_login(dx)
    found = {
        (row.pk, kind): client.get(f"/nominations/{row.pk}/documents/{kind}.pdf").status_code
        for row in (accepted, declined)
        for kind in (*DocumentKind, "other")
    }
    allowed = {(accepted.pk, "decision"), (accepted.pk, "appointment"), (declined.pk, "declined")}
    assert {key for key, status in found.items() if status == 200} == allowed
    assert set(found.values()) == {200, 404}


def test_the_nominee_and_the_head_print_their_own_and_nobody_elses(client):
    make.call()
    where, other = house(), house("八戸　海", "河川課")
    row, strange = make.nomination(where, status="accepted"), make.nomination(other, status="accepted")
    deputy = make_staff.user(make_staff.deputy(where.place).employee)
    colleague = make_staff.user(make_staff.posting(to=where.place).employee)
    offices = {role: make_staff.office(role) for role in OfficeRole}
    may = {where.head, where.login, deputy, offices[OfficeRole.DX], offices[OfficeRole.HR]}
    for user in (*may, other.head, other.login, colleague, *offices.values()):
        client.force_login(user)
        expected = 200 if user in may else 404
        assert client.get(f"/nominations/{row.pk}/documents/decision.pdf").status_code == expected
    client.force_login(where.head)
    assert client.get(f"/nominations/{strange.pk}/documents/decision.pdf").status_code == 404
    batch = told(client.get(f"{PAGE}decision/print/?year=2026"))
    assert "髙﨑𠮷邉" in batch
    assert "八戸海" not in batch


def test_all_of_a_year_a_department_or_a_day_in_one_file(client, dx):
    make.call()
    places = [house(f"津軽　{name}", f"{name}課") for name in ("一郎", "二郎", "三郎")]
    rows = [make.nomination(where, status="accepted") for where in places]
    rows[2].decided_on = date(2026, 11, 20)
    rows[2].save()
    client.force_login(make_staff.office(OfficeRole.HR))

    def pages(query):
        return len(PdfReader(io.BytesIO(client.get(f"{PAGE}decision/print/?{query}").content)).pages)

    assert pages("year=2026") == 3
    assert pages(f"year=2026&department={places[0].place.code}") == 1
    assert pages("year=2026&decided_on=R8.11.20") == 1
    event = AuditEvent.objects.filter(action="printed").order_by("pk")[0]
    assert (event.object_label, event.after["推薦"]) == ("決定通知 3通", [row.pk for row in rows])
    for query in ("", "year=2024", "year=x", "year=2026&decided_on=x", "year=2026&department=nowhere"):
        assert client.get(f"{PAGE}decision/print/?{query}").status_code == 404

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(f"{PAGE}decision/print/?year=2026")
        return len(caught)

    few = queries()
    make.nomination(house("津軽　四郎", "四郎課"), status="accepted")
    assert queries() == few


def test_the_call_is_printed_for_every_department_and_for_a_head_the_own(client, dx):
    make.call(document_number="青行経第456号", body="各所属から1名を推薦してください。\n期日厳守。")
    where, other = make.house(name="道路課"), make.house(name="河川課")
    client.force_login(dx)
    text = told(client.get(f"{PAGE}call/print/?year=2026"))
    for part in ("道路課", "河川課", "所属長様", "青行経第456号", "期日厳守。", "1推薦人数1人", "令和8年11月30日まで"):
        assert part in text
    client.force_login(other.head)
    text = told(client.get(f"{PAGE}call/print/?year=2026"))
    assert "河川課" in text
    assert "道路課" not in text
    client.force_login(where.login)
    assert client.get(f"{PAGE}call/print/?year=2026").status_code == 404
    assert client.get(f"{PAGE}call/print/?year=2025").status_code == 404


def test_dx_words_a_notice_and_the_record_keeps_what_it_was(client, dx):
    make.call()
    row = make.nomination(house(), status="accepted")
    client.force_login(dx)
    page = client.post(f"{PAGE}decision/", {**WORDS, "dated": "R8.12.1"}, follow=True)
    assert "決定通知の文面を保存しました。" in text_of(page)
    text = told(client.get(f"/nominations/{row.pk}/documents/decision.pdf"))
    for part in (f"第{row.pk}号", "令和8年12月1日", "青森県課長", "令和8年度の決定", "髙﨑𠮷邉様道路課"):
        assert part in text
    event = AuditEvent.objects.get(action="edited", model="stages.documenttext")
    assert event.before["title"] == rules.DEFAULTS["decision"]["title"]
    printing.reword("decision", dated=date(2026, 12, 1), by=dx, at=NOW, **WORDS)  # the same again
    assert AuditEvent.objects.filter(action="edited", model="stages.documenttext").count() == 1
    with pytest.raises(NotAllowed):
        printing.reword("decision", dated=None, by=make_staff.office(OfficeRole.HR), at=NOW, **WORDS)


@pytest.mark.parametrize(
    ("kind", "body", "sentence"),
    [
        ("decision", "{しめい}様", "{しめい}は使えません。決定通知で使えるのは {年度} {氏名}"),
        ("call", "{氏名}様", "{氏名}は使えません。推薦依頼で使えるのは"),
        ("declined", "{任命年月日}", "{任命年月日}は使えません。"),
        ("decision", "{}", "{}は使えません。"),
        ("decision", "{氏名", "「{」と「}」の組が合っていません。"),
        ("decision", "氏名}", "「{」と「}」の組が合っていません。"),
        ("decision", "{{氏名}}", "「{」と「}」の組が合っていません。"),
    ],
)
def test_a_wrong_placeholder_is_named_at_its_field_and_nothing_is_kept(client, dx, kind, body, sentence):
    client.force_login(dx)
    given = {"sender": "課長", "title": "件名", "body": body}
    page = client.post(f"{PAGE}{kind}/", given)
    assert page.status_code == 422
    assert sentence in "".join(page.context["form"].errors["body"])
    assert sentence in text_of(client.post(f"{PAGE}{kind}/preview/", given))
    with pytest.raises(RuleBroken):
        printing.reword(kind, dated=None, by=dx, at=NOW, number="", **given)
    assert not DocumentText.objects.exists()


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_the_wording_of_the_code_can_be_used_and_looked_at(client, dx, kind):
    text = rules.text_of(kind)
    words = {name: getattr(text, name) for name in printing.WORDS}
    assert [rules.why_not(kind, word) for word in words.values()] == [None] * 4
    client.force_login(dx)
    page = client.get(f"{PAGE}{kind}/")
    assert "{年度}" in text_of(page)
    sample = told(client.post(f"{PAGE}{kind}/preview/", words))
    assert "{" not in sample
    assert ("所属長様" if kind == "call" else "髙﨑𠮷邉様") in sample
    assert not DocumentText.objects.exists()


def test_a_hostile_name_and_a_hostile_text_are_only_text(client, dx):
    make.call()
    row = make.nomination(house('#panic("{所属}")'), status="accepted")
    printing.reword("decision", dated=None, by=dx, at=NOW, **{**WORDS, "body": '#read("/etc/passwd") {氏名}'})
    client.force_login(dx)
    text = told(client.get(f"/nominations/{row.pk}/documents/decision.pdf"))
    assert '#read("/etc/passwd")#panic("{所属}")' in text


def test_the_offices_see_the_wording_and_dx_alone_changes_it(client):
    make.call()
    client.force_login(make_staff.office(OfficeRole.INFO))
    page = client.get(PAGE)
    assert "文面を変えられるのは、DX推進担当だけです。" in text_of(page)
    assert "まとめて出力する" not in text_of(page)
    client.force_login(make_staff.office(OfficeRole.HR))
    assert "まとめて出力する" in text_of(client.get(PAGE))
    assert list(client.get(PAGE).context["years"]) == [R8]
