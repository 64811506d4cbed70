"""修了証: numbered without a gap, checked by a code, issued again when what they say was wrong."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pypdf import PdfReader

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.factories.stages import R7, R8
from tests.staff.reading import text_of
from training.models import Certificate, CertificateText, Completion
from training.rules import certificates as rules
from training.services import certificate_printing, certificates, completions

pytestmark = pytest.mark.django_db


def told(response) -> str:
    """The text of a PDF, without white space."""
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def issue(*rows: Completion, **more) -> list[Certificate]:
    return certificates.issue_all([certificates.of_completion(row) for row in rows], by=None, at=NOW, **more)


def person_and_login(client, **fields):
    person = staff.posting(staff.employee(**fields)).employee
    log_in(client, staff.user(person))
    return person


@pytest.fixture
def hr():
    return staff.office(OfficeRole.HR)


# Numbers


def test_numbers_count_without_a_gap_within_each_fiscal_year():
    of_r7 = make.completion(completed_on=date(2025, 7, 1))
    rows = issue(make.completion(), of_r7, make.completion())
    assert [str(row) for row in rows] == ["R8-00001", "R7-00001", "R8-00002"]
    assert len({row.code for row in rows}) == 3
    assert AuditEvent.objects.filter(action="certified").count() == 3


def test_asking_again_gives_the_certificate_that_is_there():
    row = make.completion()
    assert issue(row) == issue(row)
    assert Certificate.objects.count() == 1


def test_floors_above_certify_in_their_own_words():
    person = staff.posting().employee
    stage = certificates.Achievement(person, "stage:7", "育成ステージ1", date(2026, 11, 1), R8)
    (row,) = certificates.issue_all([stage], by=None, at=NOW)
    assert (row.subject, row.title, row.hours, row.completion) == ("stage:7", "育成ステージ1", None, None)
    again = certificates.reissue(row.pk, reason="氏名の変更", by=staff.office(OfficeRole.DX), at=NOW)
    assert (again.title, again.number, again.issue) == ("育成ステージ1", row.number, 2)


# What follows a correction


def test_a_corrected_completion_is_certified_again_under_the_same_number_and_the_old_code_is_worth_nothing(hr):
    (old,) = issue(row := make.completion())
    completions.correct(row.pk, reason="時間数の誤り", by=hr, at=NOW, hours=Decimal("4.5"))
    old.refresh_from_db()
    new = Certificate.objects.valid().get()
    assert (new.number, new.issue, new.hours, new.subject) == (old.number, 2, Decimal("4.5"), old.subject)
    assert not old.is_valid
    assert new.code != old.code
    assert old.revoked_reason == "再発行: 修了の訂正による再発行"


def test_a_correction_that_the_paper_does_not_show_leaves_it(hr):
    issue(row := make.completion())
    completions.correct(row.pk, reason="得点の誤り", by=hr, at=NOW, score=90)
    assert Certificate.objects.valid().get().issue == 1


def test_a_corrected_year_keeps_the_number_of_the_year_of_issue(hr):
    (old,) = issue(row := make.completion())
    completions.correct(row.pk, reason="前年度の分", by=hr, at=NOW, fiscal_year=R7, completed_on=date(2026, 4, 2))
    new = Certificate.objects.valid().get()
    assert (str(new), new.issue) == (str(old), 2)


def test_a_revoked_completion_takes_its_certificate_with_it(hr):
    (paper,) = issue(row := make.completion())
    other = issue(make.completion(row.employee))[0]
    completions.revoke(row.pk, reason="別人の結果", by=hr, at=NOW)
    paper.refresh_from_db()
    assert (paper.revoked_on, paper.revoked_reason) == (NOW.date(), "修了の取消: 別人の結果")
    assert list(Certificate.objects.valid()) == [other]


def test_hearing_of_it_twice_changes_nothing(hr):
    issue(row := make.completion())
    completions.correct(row.pk, reason="誤り", by=hr, at=NOW, hours=Decimal(9))
    certificates.follow([row.employee_id], by=hr, at=NOW)
    assert Certificate.objects.count() == 2


# 再発行 and 失効 by the office


def test_the_office_issues_again_with_the_present_name_and_a_reason(hr):
    (old,) = issue(row := make.completion())
    row.employee.name = "青森　桜"
    row.employee.save()
    with pytest.raises(RuleBroken, match="理由を入力してください。"):
        certificates.reissue(old.pk, reason=" ", by=hr, at=NOW)
    new = certificates.reissue(old.pk, reason="改姓", by=hr, at=NOW)
    assert (new.name, new.issue) == ("青森　桜", 2)
    with pytest.raises(RuleBroken, match="すでに再発行されています"):
        certificates.reissue(old.pk, reason="改姓", by=hr, at=NOW)


def test_in_the_former_name_for_who_works_under_it(hr):
    (old,) = issue(row := make.completion())
    with pytest.raises(RuleBroken, match="旧姓・旧氏名が登録されていません。"):
        certificates.reissue(old.pk, reason="旧姓使用", by=hr, at=NOW, former_name=True)
    row.employee.former_name = "弘前　桜"
    row.employee.save()
    assert certificates.reissue(old.pk, reason="旧姓使用", by=hr, at=NOW, former_name=True).name == "弘前　桜"
    completions.correct(row.pk, reason="時間数の誤り", by=hr, at=NOW, hours=Decimal(9))
    assert Certificate.objects.valid().get().name == "弘前　桜"


def test_what_was_taken_back_is_not_issued_by_the_person_again_but_by_the_office(hr):
    (paper,) = issue(row := make.completion())
    certificates.revoke(paper.pk, reason="誤発行", by=hr, at=NOW)
    with pytest.raises(RuleBroken, match="すでに失効しています"):
        certificates.revoke(paper.pk, reason="誤発行", by=hr, at=NOW)
    with pytest.raises(RuleBroken, match="再発行を依頼してください"):
        certificates.issue_own(row.pk, by=staff.user(row.employee), at=NOW)
    assert certificates.issue_for(Completion.objects.all(), by=hr, at=NOW) == 0
    assert certificates.reissue(paper.pk, reason="誤りではなかった", by=hr, at=NOW).is_valid


@pytest.mark.parametrize("act", [certificates.reissue, certificates.revoke])
def test_nobody_else_does(act):
    (paper,) = issue(row := make.completion())
    for login in (staff.user(row.employee), staff.office(OfficeRole.INFO)):
        with pytest.raises(NotAllowed):
            act(paper.pk, reason="x", by=login, at=NOW)
    assert Certificate.objects.valid().get() == paper


# On paper


def test_a_person_issues_the_own_and_prints_it(client):
    person = person_and_login(client, name="髙﨑　𠮷邉")
    row = make.completion(person, make.course(name="RPA入門", hours=Decimal("6.0")))
    answer = client.post(f"/certificates/completions/{row.pk}/issue/", follow=True)
    paper = Certificate.objects.get()
    assert "R8-00001" in text_of(answer)
    response = client.get(f"/certificates/{paper.pk}/certificate.pdf")
    text = told(response)
    for part in ("第R8-00001号", "修了証", "髙﨑𠮷邉様", "RPA入門", "6時間", "令和8年7月10日", "令和8年11月23日",
                 "青森県総務部行政経営課長", paper.spaced_code, "http://testserver/certificates/verify/"):  # fmt: skip
        assert part in text
    assert "再発行" not in text
    root = PdfReader(io.BytesIO(response.content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert AuditEvent.objects.filter(action="printed", object_pk=str(paper.pk)).exists()


def test_what_was_issued_again_says_so_and_what_is_revoked_too(client, hr):
    (old,) = issue(make.completion())
    new = certificates.reissue(old.pk, reason="紛失", by=hr, at=NOW)
    log_in(client, hr)
    assert "再発行" in told(client.get(f"/certificates/{new.pk}/certificate.pdf"))
    assert "失効" in told(client.get(f"/certificates/{old.pk}/certificate.pdf"))


def test_a_course_is_printed_in_one_file_in_the_order_of_departments_and_only_what_is_valid(client, hr):
    course = make.course(name="RPA入門")
    bureau = staff.bureau("総務部")
    rows = []
    for code in ("02", "01"):
        person = staff.posting(to=staff.department(f"課{code}", code=f"90{code}", parent=bureau, sort_order=1)).employee
        rows.append(make.completion(person, course))
    papers = issue(*rows, make.completion())
    certificates.revoke(issue(make.completion(of=course))[0].pk, reason="誤発行", by=hr, at=NOW)
    log_in(client, hr)
    response = client.get(f"/certificates/print/?course={course.code}")
    text = told(response)
    assert len(PdfReader(io.BytesIO(response.content)).pages) == 2
    assert text.index(papers[1].spaced_code) < text.index(papers[0].spaced_code)
    assert client.get("/certificates/print/?q=zzz").status_code == 404


def test_the_office_words_them_and_a_wrong_placeholder_is_refused_without_losing_anything(client, hr):
    log_in(client, hr)
    words = {"title": "修了証書", "body": "{氏名}は{研修名}を修了した。\n{年度}", "issuer": "青森県知事"}
    refused = client.post("/certificates/text/", {**words, "body": "{なまえ}さん"})
    assert refused.status_code == 422
    assert "{なまえ}は使えません。" in refused.content.decode()
    assert "青森県知事" in refused.content.decode()
    assert "青森県知事" in told(client.post("/certificates/text/", {**words, "preview": "1"}))
    assert not CertificateText.objects.exists()
    assert client.post("/certificates/text/", words).status_code == 302
    (paper,) = issue(row := make.completion())
    text = told(client.get(f"/certificates/{paper.pk}/certificate.pdf"))
    assert f"{row.employee.name}は{row.course.name}を修了した。".replace("　", "") in text
    assert "修了証書" in text
    with pytest.raises(NotAllowed):
        certificate_printing.reword("completion", by=staff.user(row.employee), at=NOW, **words)


# Is it genuine?


def test_the_check_says_the_course_and_the_day_and_never_whose_it_is(client):
    (paper,) = issue(row := make.completion(staff.posting(staff.employee("深浦　花子")).employee))
    person_and_login(client)
    page = text_of(client.get(f"/certificates/verify/{paper.code}/"))
    assert "この修了証は有効です" in page
    assert row.course.name in page
    assert "令和8年7月10日" in page
    for secret in (row.employee.name, row.employee.employee_number, str(paper)):
        assert secret not in page


@pytest.mark.parametrize(
    "typed", ["abcd-efgh-jklm-npqr", " ABCD EFGH JKLM NPQR ", "ＡＢＣＤ－ｅｆｇｈｊｋｌｍｎｐｑｒ", "ABCDEFGHJKLMNPQR"]
)
def test_a_code_is_read_however_it_is_typed(client, typed):
    make.certificate(code="ABCDEFGHJKLMNPQR")
    person_and_login(client)
    page = client.get("/certificates/verify/", {"code": typed}, follow=True)
    assert "この修了証は有効です" in text_of(page)


def test_an_old_issue_is_told_from_a_revoked_one_and_a_wrong_code_is_answered_in_words(client, hr):
    (old,) = issue(make.completion())
    new = certificates.reissue(old.pk, reason="紛失", by=hr, at=NOW)
    person_and_login(client)
    assert "再発行されたため、無効です" in text_of(client.get(f"/certificates/verify/{old.code}/"))
    assert "再発行されたものです" in text_of(client.get(f"/certificates/verify/{new.code}/"))
    certificates.revoke(new.pk, reason="誤発行", by=hr, at=NOW)
    assert "失効しています" in text_of(client.get(f"/certificates/verify/{new.code}/"))
    wrong = client.get("/certificates/verify/ZZZZ/")
    assert (wrong.status_code, "この確認コードの修了証はありません" in text_of(wrong)) == (404, True)
    assert Client().get(f"/certificates/verify/{new.code}/").status_code == 302


def test_codes_are_long_and_without_signs_that_look_alike():
    codes = {rules.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {16}
    assert not set("".join(codes)) & set("01IO")
