"""推薦依頼: written, copied, looked at as heads will read it, issued after a confirmation that names the number."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from staff.models import Notice, OfficeRole
from stages.models import NominationCall
from stages.services import calls
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8

pytestmark = pytest.mark.django_db
URL = "/nominations/call/2026/"
TYPED = {
    "title": "令和8年度の推薦について",
    "document_number": "行経第1号",
    "body": "1名を推薦してください。",
    "opens_on": "R8.11.2",
    "closes_on": "2026-11-30",
    "places": "1",
    "employment_types": ["regular", "annual"],
    "consent": "required",
    "answer_days": "5",
}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def dx():
    make_stages.plan()
    return browser(staff.office(OfficeRole.DX))


def test_it_is_written_and_shown_as_the_heads_will_read_it(dx):
    staff.department()
    assert "まだ作成していません" in dx.get(URL).content.decode()
    file = SimpleUploadedFile("依頼.pdf", b"%PDF-1.7")
    assert dx.post(URL, {**TYPED, "self_counts": "on", "attachment": file}).status_code == 302
    call = NominationCall.objects.get()
    assert (call.opens_on, call.consent, call.employment_types) == (
        date(2026, 11, 2),
        "required",
        ["regular", "annual"],
    )
    page = dx.get(URL).content.decode()
    for words in (
        "1名を推薦してください。",
        "正規、会計年度任用職員",
        "令和8年11月30日まで",
        "1所属の所属長",
        "R8.11.2",
    ):
        assert words in page
    assert "依頼.pdf" in page
    assert bytes(call.attachment) == b"%PDF-1.7"
    seen = calls.seen_of(call)
    assert dx.post(URL, {**TYPED, "without_attachment": "on", "seen": seen}).status_code == 302
    call.refresh_from_db()
    assert (call.attachment, call.attachment_name) == (None, "")


def test_what_is_wrong_stands_beside_the_field_and_the_words_stay(dx):
    for typed, status, sentence in (
        ({"closes_on": "R8.13.1"}, 422, "締切日"),
        ({"employment_types": []}, 422, "対象の職員区分を1つ以上選んでください。"),
        ({"closes_on": "R8.11.1"}, 409, "締切日は受付開始日以後にしてください。"),
        ({"attachment": SimpleUploadedFile("x.exe", b"MZ")}, 409, "添付できるのは"),
    ):
        response = dx.post(URL, {**TYPED, **typed})
        page = response.content.decode()
        assert (response.status_code, sentence in page, TYPED["body"] in page) == (status, True, True), typed
    assert not NominationCall.objects.exists()


def test_of_two_who_change_it_the_second_is_told_and_loses_no_typing(dx):
    make.call(issued_at=None)
    seen = dx.get(URL).context["form"]["seen"].value()
    assert dx.post(URL, {**TYPED, "seen": seen}).status_code == 302
    late = dx.post(URL, {**TYPED, "body": "別の文", "seen": seen})
    assert late.status_code == 409
    page = late.content.decode()
    assert "ほかの担当者がこの推薦依頼を変更しました" in page
    assert "別の文" in page
    assert TYPED["body"] in page
    assert NominationCall.objects.get().body == TYPED["body"]
    again = late.context["form"]["seen"].value()
    assert dx.post(URL, {**TYPED, "body": "別の文", "seen": again}).status_code == 302


def test_last_years_is_copied(dx):
    make.call(fiscal_year=R7, opens_on=date(2025, 4, 10), closes_on=date(2025, 4, 30))
    assert "令和7年度の推薦依頼を写す" in dx.get(URL).content.decode()
    assert dx.post(f"{URL}copy/").status_code == 302
    assert NominationCall.objects.get(fiscal_year=R8).closes_on == date(2026, 4, 30)
    assert "すでにあります" in dx.post(f"{URL}copy/", follow=True).content.decode()


def test_it_is_issued_after_a_page_that_names_the_number(dx):
    place = staff.department("税務課")
    make.call(issued_at=None)
    page = dx.get(f"{URL}issue/")
    assert "1所属に発出する" in page.content.decode()
    assert "税務課" in page.content.decode()
    another = staff.department("会計課")
    refused = dx.post(f"{URL}issue/", {"seen": page.context["seen"]})
    assert refused.status_code == 409
    assert "対象の所属が変わりました" in refused.content.decode()
    assert not Notice.objects.exists()
    assert dx.post(f"{URL}issue/", {"seen": refused.context["seen"]}).status_code == 302
    assert set(Notice.objects.values_list("department", flat=True)) == {place.pk, another.pk}
    assert "令和8年11月23日" in dx.get(URL).content.decode()


def test_others_read_it(dx):
    call = make.call(issued_at=None)
    hr = browser(staff.office(OfficeRole.HR))
    page = hr.get(URL).content.decode()
    assert call.body in page
    assert "保存する" not in page
    assert hr.post(URL, TYPED).status_code == 403
    assert hr.get("/nominations/call/1990/").status_code == 404
