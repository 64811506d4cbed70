"""The pages of practice reports, the library and examinations, as each person uses them."""

import io
import random
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from staff.models import OfficeRole
from stages.models import Curriculum, ExaminationResult, PracticeAttachment, PracticeReport
from stages.services import practice_reports
from tests.conftest import NOW
from tests.factories import growth, staff
from tests.factories import stages as make

pytestmark = pytest.mark.django_db

MEASURED = {"minutes_before": 1200, "minutes_after": 300, "people": 4, "lessons": "小さく始める。", "submitted_at": NOW}
MINE = "/me/progress/reports/2026/"
THEME = {"title": "照会のフォーム化", "current_work": "電話で受ける。", "tool": "kintone", "expected_effect": "半減"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def place():
    return staff.department("りんご果樹課")


@pytest.fixture
def year(place):
    who = make.promoter(staff.posting(staff.employee("津軽　花子"), to=place).employee)
    return make.enrollment(who, curriculum=growth.curriculum(practice=True))


@pytest.fixture
def writer(year):
    return browser(staff.user(year.promoter.employee))


@pytest.fixture
def head(place):
    return browser(staff.user(staff.head_of(place)))


@pytest.fixture
def dx():
    make.plan()
    return browser(staff.office(OfficeRole.DX))


def text(response) -> str:
    return response.content.decode()


def many(number: int, **fields) -> list[PracticeReport]:
    curriculum = Curriculum.objects.filter(stage__number=2).first() or growth.curriculum(practice=True, stage=2)
    return [
        growth.report(
            make.enrollment(make.promoter(staff.posting().employee), curriculum=curriculum),
            department=staff.department(),
            **{**MEASURED, "search_key": "kintone", **fields},
        )
        for _ in range(number)
    ]


def test_from_an_empty_page_to_the_library(year, writer, head):
    assert "まだ始めていません" in text(writer.get("/me/progress/reports/"))
    assert writer.post(MINE, {"act": "save", "title": "照会"}).status_code == 302
    refused = writer.post(MINE, {**THEME, "tool": "", "act": "submit", "seen": seen()})
    assert refused.status_code == 409
    assert "あと1項目が必要です: 手段・ツール" in text(refused)
    assert "電話で受ける。" in text(refused)
    assert writer.post(MINE, {**THEME, "act": "submit", "seen": seen()}).status_code == 302

    row = PracticeReport.objects.get()
    assert "照会のフォーム化" in text(head.get("/department/reports/"))
    assert "実践報告の承認" in text(head.get("/"))
    page = f"/department/reports/{row.pk}/"
    assert head.post(page, {"act": "return", "comment": "", "seen": seen()}).status_code == 422
    assert head.post(page, {"act": "approve", "comment": "よいです。", "seen": seen()}).status_code == 302

    result = {"minutes_before": "1,200", "minutes_after": 300, "people": 4, "lessons": "小さく", "act": "submit"}
    assert writer.post(MINE, {**result, "seen": seen()}).status_code == 422
    assert writer.post(MINE, {**result, "minutes_before": 1200, "seen": seen()}).status_code == 302
    assert head.post(page, {"act": "approve", "seen": seen()}).status_code == 302
    everyone = browser(staff.user(staff.posting().employee))
    assert "年180時間の削減" in text(everyone.get("/library/"))
    assert "津軽　花子" in text(everyone.get(f"/library/{row.pk}/"))

    assert writer.post(MINE, {"act": "keep_out"}).status_code == 302
    assert everyone.get(f"/library/{row.pk}/").status_code == 404
    assert "照会のフォーム化" not in text(everyone.get("/library/"))


def seen() -> str:
    return practice_reports.seen_of(PracticeReport.objects.live().first())


def test_the_second_tab_loses_no_typing_and_sees_what_is_kept(year, writer):
    writer.post(MINE, {**THEME, "act": "save", "seen": ""})
    old = seen()
    writer.post(MINE, {**THEME, "tool": "RPA", "act": "save", "seen": old})
    told = writer.post(MINE, {**THEME, "tool": "私が書いた手段", "act": "save", "seen": old})

    assert told.status_code == 409
    assert "私が書いた手段" in text(told)
    assert "RPA" in text(told)
    assert told.context["form"]["seen"].value() == seen()
    assert writer.post(MINE, {**THEME, "tool": "私が書いた手段", "act": "save", "seen": seen()}).status_code == 302


def test_a_file_goes_out_as_a_download_and_only_to_those_concerned(year, writer, head, dx):
    report = growth.report(year, status="working", **MEASURED)
    sent = SimpleUploadedFile("../図.html", "時間の記録".encode(), content_type="text/html")
    assert writer.post(f"{MINE}files/", {"file": sent}).status_code == 302
    row = PracticeAttachment.objects.get()
    page = f"/practice/files/{row.pk}/"

    for client in (writer, head, dx):
        response = client.get(page)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/plain"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith("attachment")
    stranger = browser(staff.user(staff.head_of(staff.department())))
    for number in range(row.pk - 3, row.pk + 3):
        assert stranger.get(f"/practice/files/{number}/").status_code == 404

    refused = writer.post(f"{MINE}files/", {"file": SimpleUploadedFile("a.png", b"<svg onload=x>")})
    assert refused.status_code == 409
    assert "添付できるのは" in text(refused)
    assert writer.post(f"{MINE}files/{row.pk}/remove/").status_code == 302
    assert writer.get(page).status_code == 404
    assert report.attachments.count() == 1


def test_guessed_numbers_open_nothing(year, writer, head):
    others = many(3, status="submitted")
    for row in others:
        for client in (writer, head):
            assert client.get(f"/department/reports/{row.pk}/").status_code in (403, 404)
            assert client.get(f"/promoters/reports/{row.enrollment_id}/").status_code == 404
            assert client.get(f"/library/{row.pk}/").status_code == 404
    draft = growth.report(year)
    assert head.get(f"/department/reports/{draft.pk}/").status_code == 404  # a draft is the writer's alone


def test_the_offices_list_is_narrowed_by_the_address(dx, year, place):
    late = make.enrollment(
        make.promoter(staff.posting().employee),
        curriculum=growth.curriculum(practice=True, version=2, reason="x", deadline=date(2026, 11, 1)),
    )
    done = growth.report(
        make.enrollment(make.promoter(staff.posting().employee), curriculum=year.curriculum),
        status="approved",
        approved_on=date(2026, 11, 1),
        **MEASURED,
    )
    growth.report(year, status="working")
    make.enrollment(make.promoter())  # nothing is asked of this one

    for query, expected in (
        ({}, {year.pk, late.pk, done.enrollment_id}),
        ({"state": "none"}, {late.pk}),
        ({"state": "open"}, {year.pk, late.pk}),
        ({"state": "late"}, {late.pk}),
        ({"state": "approved"}, {done.enrollment_id}),
        ({"bureau": str(place.parent_id)}, {year.pk}),
        ({"stage": "2"}, set()),
        ({"theme": "フォーム"}, {year.pk, done.enrollment_id}),
        ({"q": "津軽"}, {year.pk}),
        ({"year": "R7"}, set()),
    ):
        page = dx.get("/promoters/reports/", query)
        assert {row.pk for row in page.context["page"]} == expected, query
    assert dx.get("/promoters/reports/", {"year": "x"}).status_code == 404

    asked = dx.get("/promoters/reports/remind/")
    assert len(asked.context["rows"]) == 2
    given = {"title": "提出を", "body": "お願いします。", "seen": asked.context["form"]["seen"].value()}
    assert dx.post("/promoters/reports/remind/", given).status_code == 302
    assert dx.post("/promoters/reports/remind/", given).status_code == 409


def test_the_office_extends_answers_in_the_heads_stead_and_takes_back(dx, year):
    page = f"/promoters/reports/{year.pk}/"
    assert dx.post(f"{page}extend/", {"until": "R9.3.10", "reason": "繁忙"}).status_code == 302
    assert PracticeReport.objects.get().extended_to == date(2027, 3, 10)
    PracticeReport.objects.update(status="submitted", title="照会", **MEASURED)
    assert "承認" in text(dx.get(page))
    assert dx.post(f"{page}approve/", {"comment": "", "seen": seen()}).status_code == 302
    assert dx.post(f"{page}revoke/", {"reason": ""}).status_code == 422
    assert dx.post(f"{page}revoke/", {"reason": "根拠が足りない"}).status_code == 302
    assert PracticeReport.objects.get().status == "returned"
    assert dx.post(f"{page}nonsense/").status_code == 404


@pytest.mark.parametrize("address", ["/promoters/reports/", "/library/", "/department/reports/", MINE])
def test_the_same_queries_for_three_and_for_thirty(dx, year, writer, head, place, address):
    client = {"/department/reports/": head, MINE: writer}.get(address, dx)

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200
        return len(found)

    def more(number: int) -> None:
        for row in many(number, status="approved", approved_on=date(2026, 11, 1)):
            if address == "/department/reports/":
                row.enrollment.promoter.employee.postings.update(department=place)

    growth.report(year, status="working", **MEASURED)
    more(3)
    few = queries()
    more(27)
    assert queries() == few
    assert few <= 15


def test_formulas_are_neutralised_in_the_files(dx, year):
    growth.report(
        year, status="approved", approved_on=date(2026, 11, 1), **{**MEASURED, "lessons": "+SUM(1)"}, department=None
    )
    PracticeReport.objects.update(title="=HYPERLINK(1)", tool="@SUM(1)")
    growth.examination(year.promoter, name="=1+1")
    for address in ("/promoters/reports/download/", "/library/download/", "/promoters/examinations/download/"):
        plain = b"".join(dx.get(address, {"format": "csv"}).streaming_content).decode("utf-8-sig")
        assert not any(cell.startswith(("=", "@", "+")) for line in plain.splitlines() for cell in line.split(","))
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(dx.get(address).streaming_content)))
        assert len(book.get_sheet_by_index(0).to_python()) == 2


def test_an_examination_from_the_report_to_the_confirmation(year, writer, dx):
    page = "/me/progress/examinations/"
    given = {"name": "ITパスポート", "passed_on": "R8.10.4", "result": "720点"}
    assert writer.post(page, given).status_code == 422
    kept = writer.post(page, {**given, "proof": SimpleUploadedFile("a.pdf", b"<html>")})
    assert kept.status_code == 409
    assert "720点" in text(kept)
    assert writer.post(page, {**given, "proof": SimpleUploadedFile("a.txt", "合格".encode())}).status_code == 302

    row = ExaminationResult.objects.get()
    one = f"/promoters/examinations/{row.pk}/"
    assert "資格・検定の確認" in text(dx.get("/"))
    assert dx.get(f"/practice/proofs/{row.pk}/").headers["X-Content-Type-Options"] == "nosniff"
    assert dx.post(one, {"act": "refuse"}).status_code == 409
    assert dx.post(one, {"act": "confirm"}).status_code == 302
    assert [each.pk for each in dx.get("/promoters/examinations/", {"state": "confirmed"}).context["page"]] == [row.pk]
    assert not dx.get("/promoters/examinations/", {"state": "reported"}).context["page"]


def test_the_library_is_narrowed_and_added_up(dx):
    rows = many(3, status="approved", approved_on=date(2026, 11, 1))
    PracticeReport.objects.filter(pk=rows[0].pk).update(minutes_after=1500, is_reusable=True, tool="RPA")
    for query, expected in (
        ({}, 3),
        ({"saved": "100"}, 2),
        ({"saved": "up"}, 1),
        ({"reusable": "yes"}, 1),
        ({"tool": "rpa"}, 1),
        ({"q": "ＫＩＮＴＯＮＥ"}, 3),
        ({"q": "給与"}, 0),
        ({"place": rows[1].department.name}, 1),
        ({"bureau": str(rows[1].department.parent_id)}, 1),
        ({"stage": "5"}, 0),
    ):
        assert dx.get("/library/", query).context["page"].paginator.count == expected, query
    assert dx.get("/library/").context["hours_in_all"] == pytest.approx(180 * 2 - 60)


def test_random_posts_are_answered_in_words(year, writer):
    chance = random.Random(7)
    words = ["", "x" * 3000, "-1", "NaN", "9" * 30, "\x00", "１２", "<script>", "🍎"]
    names = [*THEME, "minutes_before", "minutes_after", "people", "cost", "seen", "act", "comment"]
    for _ in range(40):
        given = {name: chance.choice(words) for name in chance.sample(names, 6)}
        given["act"] = chance.choice(["save", "submit", "comment", "withdraw", "keep_out", "let_in"])
        assert writer.post(MINE, given).status_code in (302, 404, 409, 422)
