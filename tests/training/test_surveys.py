"""アンケート: asked of those who were there, answered once and in time, kept without a name."""

from datetime import date, datetime, timedelta

import pytest

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice
from tests.conftest import NOW
from tests.factories import staff, training
from tests.factories import surveys as make
from training import own_surveys, tasks
from training.models import (
    Presence,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
)
from training.rules import surveys as rules
from training.services import questionnaires, runs, surveys
from training.services.questionnaires import Asked

pytestmark = pytest.mark.django_db
SHORT = (Asked(QuestionKind.SCALE, "役に立つ"), Asked(QuestionKind.TEXT, "ひとこと", is_required=False))


def asked_people() -> set[int]:
    return set(SurveyInvitation.objects.values_list("enrollment__employee", flat=True))


def test_only_who_was_there_is_asked():
    run = make.held()
    there = [make.attended(run, status=status).employee_id for status in ("attended", "completed", "failed")]
    partly = make.attended(run)
    training.attendance(partly, presence=Presence.PARTIAL, minutes=30)
    handout = make.attended(run)
    training.attendance(handout, presence=Presence.HANDOUT, minutes=0)
    for status in ("absent", "cancelled", "rejected", "waitlisted", "confirmed", "requested"):
        make.attended(run, status=status)
    left = make.attended(run, staff.posting(staff.employee(left_on=date(2026, 11, 21))).employee)
    surveys.open_for(run, at=NOW)
    assert asked_people() == {*there, partly.employee_id}
    assert left.employee_id not in asked_people()


def test_a_walk_in_who_was_marked_later_is_asked_by_the_next_round():
    run = make.held()
    surveys.open_for(run, at=NOW)
    walk_in = make.attended(run)
    assert surveys.ask_all(at=make.WORKDAY) == 1
    row = SurveyInvitation.objects.get(enrollment=walk_in)
    assert (row.asked_on, row.closes_on) == (date(2026, 11, 24), date(2026, 12, 8))
    notice = Notice.objects.get(employee=walk_in.employee)
    assert (notice.url, notice.due) == (f"/surveys/{run.pk}/", row.closes_on)


def test_holding_a_run_opens_its_survey():
    run = make.held(status="closed")
    person = make.attended(run).employee
    runs.hold_run(run.pk, by=training.officer(), at=NOW)
    assert Survey.objects.get().run == run
    assert asked_people() == {person.pk}


@pytest.mark.parametrize("status", ["open", "closed", "draft", "cancelled"])
def test_a_run_that_was_not_held_has_no_survey(status):
    run = make.held(status=status)
    make.attended(run)
    assert surveys.open_for(run, at=NOW) is None
    surveys.ask_all(at=make.WORKDAY)
    assert not Survey.objects.exists()


def test_nobody_is_asked_about_a_run_of_long_ago():
    run = make.held(meets=NOW - timedelta(days=90))
    make.attended(run)
    surveys.ask_all(at=make.WORKDAY)
    assert surveys.open_for(run, at=NOW) is None


def test_nothing_is_asked_on_a_holiday():
    make.attended(make.held())
    assert surveys.ask_all(at=NOW) == 0  # 勤労感謝の日
    assert not Notice.objects.exists()


def test_the_task_run_twice_asks_once(monkeypatch):
    make.attended(make.held())
    monkeypatch.setattr("aomori_dx.kernel.clock.now", lambda: make.WORKDAY)
    tasks.ask_surveys()
    tasks.ask_surveys()
    assert (Survey.objects.count(), SurveyInvitation.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_who_has_not_answered_is_reminded_once_before_the_last_day():
    survey = make.survey()
    late, answered = make.invitation(survey), make.invitation(survey, answered_on=NOW.date())
    for day in range(24, 31):
        surveys.ask_all(at=datetime(2026, 11, day, 7, tzinfo=TOKYO))
    assert not Notice.objects.exists()
    for day in range(1, 12):
        surveys.ask_all(at=datetime(2026, 12, day, 7, tzinfo=TOKYO))
    assert [row.employee for row in Notice.objects.all()] == [late.enrollment.employee]
    assert answered.enrollment.employee not in {row.employee for row in Notice.objects.all()}


# Answering


@pytest.fixture
def asked():
    """Somebody who was asked, her login, and the questions."""
    survey = make.survey(of=make.questionnaire(asked=SHORT))
    row = make.invitation(survey)
    return row, staff.user(row.enrollment.employee), list(survey.questionnaire.questions.all())


def test_the_sheet_is_kept_without_who_and_when(asked):
    row, login, (scale, text) = asked
    surveys.submit(row.survey.run_id, {scale.pk: 4, text.pk: " とても\r\nよかった\x07 "}, by=login, at=NOW)
    row.refresh_from_db()
    assert row.answered_on == NOW.date()
    assert set(SurveyAnswer.objects.values_list("question", "number", "text")) == {
        (scale.pk, 4, ""),
        (text.pk, None, "とても\nよかった"),
    }
    columns = {field.name for field in SurveyResponse._meta.local_fields}
    assert columns == {"id", "survey"}
    event = AuditEvent.objects.get(action="answered")
    assert (event.model, event.before, event.after) == ("training.surveyinvitation", None, None)


def test_a_second_sheet_is_refused(asked):
    row, login, (scale, _) = asked
    surveys.submit(row.survey.run_id, {scale.pk: 4}, by=login, at=NOW)
    with pytest.raises(RuleBroken, match="令和8年11月23日に回答しています"):
        surveys.submit(row.survey.run_id, {scale.pk: 1}, by=login, at=NOW)
    assert SurveyAnswer.objects.get().number == 4


def test_the_last_day_counts_and_the_day_after_is_too_late(asked):
    row, login, (scale, _) = asked
    late = datetime(2026, 12, 8, 0, 0, tzinfo=TOKYO)
    with pytest.raises(RuleBroken, match="令和8年12月7日に締め切りました"):
        surveys.submit(row.survey.run_id, {scale.pk: 4}, by=login, at=late)
    surveys.submit(row.survey.run_id, {scale.pk: 4}, by=login, at=late - timedelta(seconds=1))
    assert SurveyResponse.objects.count() == 1


def test_another_person_answers_nothing(asked):
    row, _, (scale, _) = asked
    for other in (staff.user(staff.posting().employee), training.officer()):
        with pytest.raises(NotAllowed):
            surveys.submit(row.survey.run_id, {scale.pk: 4}, by=other, at=NOW)
    assert not SurveyResponse.objects.exists()


def test_who_turns_out_not_to_have_been_there_cannot_answer(asked):
    row, login, (scale, _) = asked
    row.enrollment.status = "absent"
    row.enrollment.save()
    with pytest.raises(RuleBroken, match="出席した人だけ"):
        surveys.submit(row.survey.run_id, {scale.pk: 4}, by=login, at=NOW)
    assert own_surveys.of(row.enrollment.employee, NOW) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "問1「役に立つ」に回答してください。"),
        ({0: 6}, "問1「役に立つ」は、選択肢から選んでください。"),
        ({0: 0}, "選択肢から選んでください。"),
        ({0: 3, 1: "あ" * 1001}, "問2は1,000文字以内で入力してください。"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_kept(asked, given, sentence):
    row, login, questions = asked
    answers = {questions[number].pk: value for number, value in given.items()}
    with pytest.raises(RuleBroken, match=sentence):
        surveys.submit(row.survey.run_id, answers, by=login, at=NOW)
    assert not SurveyResponse.objects.exists()
    row.refresh_from_db()
    assert row.answered_on is None


def test_an_answer_takes_the_notice_back():
    run = make.held()
    person = make.attended(run).employee
    survey = surveys.open_for(run, at=NOW)
    given = {row.pk: 1 for row in survey.questionnaire.questions.all() if row.kind != QuestionKind.TEXT}
    surveys.submit(run.pk, given, by=staff.user(person), at=NOW)
    assert not Notice.objects.kept().exists()
    assert own_surveys.waiting(person.pk, NOW) == 0


def test_the_own_list_has_what_waits_on_top_and_costs_one_query(django_assert_num_queries):
    person = staff.posting().employee
    closed = make.invitation(make.survey(), person, closes_on=date(2026, 11, 22))
    later = make.invitation(make.survey(), person, closes_on=date(2026, 12, 9))
    sooner = make.invitation(make.survey(), person, closes_on=date(2026, 11, 23))
    done = make.invitation(make.survey(), person, closes_on=date(2026, 12, 20), answered_on=date(2026, 11, 20))
    with django_assert_num_queries(1):
        found = own_surveys.of(person, NOW)
    assert [row.invitation for row in found] == [sooner, later, done, closed]
    assert [row.state for row in found] == ["unanswered", "unanswered", "answered", "closed"]
    assert own_surveys.waiting(person.pk, NOW) == 2


# The questions


def test_the_first_survey_brings_the_first_questions():
    survey = surveys.open_for(make.held(), at=NOW)
    assert questionnaires.as_asked(survey.questionnaire) == list(questionnaires.FIRST)
    assert surveys.open_for(make.held(), at=NOW).questionnaire == survey.questionnaire


def test_a_change_is_a_new_version_and_what_was_asked_stays():
    survey = surveys.open_for(make.held(), at=NOW)
    row = questionnaires.write(None, SHORT, by=training.officer(), at=NOW)
    survey.refresh_from_db()
    assert (row.version, survey.questionnaire.version) == (2, 1)
    assert questionnaires.as_asked(survey.questionnaire) == list(questionnaires.FIRST)
    assert surveys.open_for(make.held(), at=NOW).questionnaire == row
    assert questionnaires.write(None, SHORT, by=training.officer(), at=NOW) == row


def test_a_course_has_its_own_questions_until_they_are_put_aside():
    course, officer = training.course(), training.officer()
    for_all = make.questionnaire()
    own = questionnaires.write(course, SHORT, by=officer, at=NOW)
    assert surveys.open_for(make.held(course), at=NOW).questionnaire == own
    assert surveys.open_for(make.held(), at=NOW).questionnaire == for_all
    assert questionnaires.put_aside(course, by=officer, at=NOW) == 1
    assert surveys.open_for(make.held(course), at=NOW).questionnaire == for_all


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((), "質問を1つ以上"),
        ((SHORT[0], SHORT[0]), "同じ質問が2つあります: 役に立つ"),
        (tuple(Asked(QuestionKind.TEXT, str(n)) for n in range(21)), "質問は20問まで"),
    ],
)
def test_questions_that_cannot_be_are_refused(asked, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        questionnaires.write(None, asked, by=training.officer(), at=NOW)


def test_only_the_offices_write_questions():
    with pytest.raises(NotAllowed):
        questionnaires.write(None, SHORT, by=staff.user(staff.posting().employee), at=NOW)
    with pytest.raises(NotAllowed):
        questionnaires.put_aside(training.course(), by=staff.user(staff.posting().employee), at=NOW)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 3, date(2027, 3, 15)),
        (date(2027, 2, 28), -3, date(2026, 11, 28)),
    ],
)
def test_three_months_later_is_the_same_day_or_the_last_of_the_month(day, months, found):
    assert rules.months_after(day, months) == found
