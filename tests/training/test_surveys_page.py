"""The pages of surveys: a sheet keeps what was typed, the offices read without names, questions are edited."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff, training
from tests.factories import surveys as make
from training.models import FollowUp, QuestionKind, Questionnaire, SurveyAnswer, SurveyInvitation
from training.services.questionnaires import Asked

pytestmark = pytest.mark.django_db
ASKED = (Asked(QuestionKind.SCALE, "役に立つ"), Asked(QuestionKind.TEXT, "ひとこと", is_required=False))


@pytest.fixture
def asked(client):
    """Somebody who was asked and has logged in."""
    row = make.invitation(make.survey(of=make.questionnaire(asked=ASKED)))
    log_in(client, staff.user(row.enrollment.employee))
    return row


@pytest.fixture
def dx(client):
    login = staff.office(OfficeRole.DX)
    log_in(client, login)
    return login


def names(row):
    return [f"q{question.pk}" for question in row.survey.questionnaire.questions.all()]


def queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_sheet_is_answered_and_thanked_for(client, asked):
    scale, text = names(asked)
    page = client.get(f"/surveys/{asked.survey.run_id}/").content.decode()
    assert "氏名と結び付けずに保存" in page
    assert "必須" in page
    answer = client.post(f"/surveys/{asked.survey.run_id}/", {scale: "5", text: "よい"}, follow=True)
    assert "回答ありがとうございました" in answer.content.decode()
    assert "回答を送信する" not in answer.content.decode()
    assert SurveyAnswer.objects.count() == 2


def test_what_is_missing_is_said_and_what_was_typed_stays(client, asked):
    _, text = names(asked)
    answer = client.post(f"/surveys/{asked.survey.run_id}/", {text: "長い意見"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1つ選んでください。" in page
    assert "長い意見" in page


def test_a_sheet_that_comes_too_late_is_refused_with_its_words(client, asked):
    scale, text = names(asked)
    SurveyInvitation.objects.update(closes_on="2026-11-22")
    assert "令和8年11月22日に締め切りました" in client.get(f"/surveys/{asked.survey.run_id}/").content.decode()
    answer = client.post(f"/surveys/{asked.survey.run_id}/", {scale: "5", text: "長い意見"})
    assert answer.status_code == 409
    assert "長い意見" in answer.content.decode()
    assert not SurveyAnswer.objects.exists()


def test_who_was_absent_is_told_why_there_is_no_sheet_and_a_stranger_nothing(client, asked):
    absent = make.attended(asked.survey.run, status="absent")
    log_in(client, staff.user(absent.employee))
    answer = client.get(f"/surveys/{asked.survey.run_id}/")
    assert answer.status_code == 403
    assert "出席した人だけ" in answer.content.decode()
    log_in(client, staff.user(staff.posting().employee))
    assert client.get(f"/surveys/{asked.survey.run_id}/").status_code == 404


def test_the_home_page_and_the_own_list_lead_to_the_sheet(client, asked):
    assert "研修のアンケート" in client.get("/").content.decode()
    assert f"/surveys/{asked.survey.run_id}/" in client.get("/me/surveys/").content.decode()


# The head


def test_a_head_is_led_from_home_to_the_answer(client):
    row = make.follow_up()
    log_in(client, staff.user(staff.head_of(row.department)))
    assert "研修の活用の確認" in client.get("/").content.decode()
    address = f"/department/follow-ups/{row.enrollment.run_id}/"
    assert address in client.get("/department/follow-ups/").content.decode()
    given = {f"usage{row.pk}": "partly", f"words{row.pk}": "議事録", "seen": ""}
    assert client.post(address, given).status_code == 302
    row.refresh_from_db()
    assert (row.usage, row.words) == ("partly", "議事録")
    assert "研修の活用の確認" not in client.get("/").content.decode()


def test_words_without_a_choice_and_nothing_at_all_are_refused(client):
    row = make.follow_up()
    log_in(client, staff.user(staff.head_of(row.department)))
    address = f"/department/follow-ups/{row.enrollment.run_id}/"
    answer = client.post(address, {f"words{row.pk}": "議事録"})
    assert answer.status_code == 422
    assert "活用の状況も選んでください" in answer.content.decode()
    assert "議事録" in answer.content.decode()
    assert "1人以上の活用の状況" in client.post(address, {}).content.decode()
    assert not FollowUp.objects.exclude(usage="").exists()


def test_who_comes_second_sees_what_the_first_has_answered(client):
    row = make.follow_up()
    log_in(client, staff.user(staff.head_of(row.department)))
    FollowUp.objects.update(usage="used", answered_at=NOW)
    address = f"/department/follow-ups/{row.enrollment.run_id}/"
    answer = client.post(address, {f"usage{row.pk}": "not_yet", "seen": ""})
    assert answer.status_code == 409
    assert "ほかの人が、この間に回答を変更しました" in answer.content.decode()
    again = {f"usage{row.pk}": "not_yet", "seen": answer.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302


# The offices


def filled(sheets=3, **fields):
    survey = make.survey(of=make.questionnaire(asked=ASKED), **fields)
    for number in range(sheets):
        make.sheet(survey, 5, f"=cmd{number}")
    return survey


def test_the_offices_read_without_names_and_it_is_recorded(client, dx):
    survey = filled()
    page = client.get(f"/runs/{survey.run_id}/survey/").content.decode()
    assert "3/3人" in page
    assert "=cmd1" in page
    people = survey.invitations.select_related("enrollment__employee")
    assert not [row for row in people if row.enrollment.employee.employee_number in page]
    assert AuditEvent.objects.filter(action="viewed", model="training.survey").exists()


def test_a_small_run_shows_neither_figures_nor_words_nor_a_file(client, dx):
    survey = filled(2)
    page = client.get(f"/runs/{survey.run_id}/survey/").content.decode()
    assert "内訳はまだ見られません" in page
    assert "=cmd" not in page
    assert client.get(f"/runs/{survey.run_id}/survey/download/").status_code == 409
    row = rows_of(client.get("/surveys/download/?format=xlsx"))[1]
    assert "5.00" not in row
    assert row[4:6] == (2, 2)


def rows_of(answer):
    content = b"".join(answer.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_files_have_one_row_a_question_and_no_formula(client, dx):
    survey = filled()
    header, scale, text = rows_of(client.get("/surveys/download/?format=xlsx"))
    assert header[:4] == ("年度", "研修コード", "研修名", "回")
    found = dict(zip(header, scale, strict=True))
    assert (found["質問"], found["5の回答数(件)"], found["1の回答数(件)"], found["平均"]) == ("役に立つ", 3, 0, "5.00")
    assert text[header.index("回答数(件)")] == 3
    csv = b"".join(client.get(f"/runs/{survey.run_id}/survey/download/?format=csv").streaming_content).decode(
        "utf-8-sig"
    )
    assert "\n=cmd" not in csv
    assert ",=cmd" not in csv
    assert AuditEvent.objects.filter(action="exported").count() == 2


def test_the_list_is_narrowed_by_course_and_year(client, dx):
    rpa, ai = training.course(name="RPA入門", code="RPA1"), training.course(name="生成AI", code="AI1")
    filled(run=make.held(rpa))
    filled(run=make.held(ai))
    page = client.get("/surveys/?q=RPA&year=2026").content.decode()
    assert "RPA入門" in page
    assert "生成AI" not in page
    assert "この条件に合う" in client.get("/surveys/?q=zzz").content.decode()


def test_the_runs_of_a_course_stand_side_by_side(client, dx):
    course = training.course(code="RPA1")
    for _ in range(2):
        filled(run=make.held(course))
    page = client.get("/courses/RPA1/survey/").content.decode()
    assert page.count("5.00") >= 3
    assert "q=RPA1" in page


def test_pages_cost_the_same_for_many(client, dx):
    course = training.course(code="RPA1")
    filled(run=make.held(course))
    first = {address: queries(client, address) for address in ("/surveys/", "/courses/RPA1/survey/")}
    for _ in range(8):
        filled(run=make.held(course))
        filled()
    for address, number in first.items():
        assert queries(client, address) == number <= 12
    survey = filled(1)
    address = f"/runs/{survey.run_id}/survey/"
    queries(client, address)
    for _ in range(2):
        make.sheet(survey, 5, "よい")
    small = queries(client, address)
    for _ in range(10):
        make.sheet(survey, 5, "よい")
    assert queries(client, address) == small <= 13


def questions(rows, **changes):
    given = {"q-TOTAL_FORMS": str(len(rows)), "q-INITIAL_FORMS": "0"}
    for number, (position, kind, text) in enumerate(rows):
        line = {"position": position, "kind": kind, "text": text, "is_required": "on"}
        given |= {f"q-{number}-{name}": value for name, value in line.items()}
    return {**given, **changes}


def test_questions_are_written_in_the_order_of_their_numbers(client, dx):
    given = questions([("2", "text", "二番目"), ("1", "scale", "一番目"), ("", "scale", ""), ("", "yes_no", "最後")])
    assert client.post("/surveys/questions/", given).status_code == 302
    row = Questionnaire.objects.get()
    assert [question.text for question in row.questions.all()] == ["一番目", "二番目", "最後"]
    page = client.get("/surveys/questions/").content.decode()
    assert "現在は第1版です" in page
    assert "二番目" in page


def test_questions_that_are_refused_stay_on_the_page(client, dx):
    answer = client.post("/surveys/questions/", questions([("1", "text", "同じ"), ("2", "scale", "同じ")]))
    assert answer.status_code == 409
    assert "同じ質問が2つあります: 同じ" in answer.content.decode()
    answer = client.post("/surveys/questions/", questions([("0", "text", "質問です")]))
    assert answer.status_code == 422
    assert "質問です" in answer.content.decode()
    assert not Questionnaire.objects.exists()


def test_a_course_leaves_the_common_questions_and_returns(client, dx):
    training.course(code="RPA1")
    client.post("/courses/RPA1/questions/", questions([("1", "text", "専用の質問")]))
    assert "この研修だけの質問です" in client.get("/courses/RPA1/questions/").content.decode()
    client.post("/courses/RPA1/questions/end/")
    assert "いまは共通の質問を使っています" in client.get("/courses/RPA1/questions/").content.decode()
