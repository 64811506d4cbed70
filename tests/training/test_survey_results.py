"""Results equal an independent count; a run with few sheets is told neither by itself nor by a difference."""

import random
from collections import Counter
from datetime import datetime
from statistics import mean

import pytest

from aomori_dx.kernel.clock import TOKYO
from tests.factories import surveys as make
from tests.factories import training
from training import survey_results
from training.models import QuestionKind
from training.services.questionnaires import Asked

pytestmark = pytest.mark.django_db
ASKED = (
    Asked(QuestionKind.SCALE, "役に立つ"),
    Asked(QuestionKind.YES_NO, "使う予定がある"),
    Asked(QuestionKind.TEXT, "ひとこと", is_required=False),
)
AUGUST = datetime(2026, 8, 20, 13, 0, tzinfo=TOKYO)


def filled(sheets, of=None, run=None):
    survey = make.survey(run, of or make.questionnaire(asked=ASKED))
    for sheet in sheets:
        make.sheet(survey, *sheet)
    return survey


def test_the_figures_are_those_of_the_sheets():
    lot = random.Random(7)
    sheets = [(lot.randint(1, 5), lot.randint(0, 1), lot.choice(["", "良い", "悪い"])) for _ in range(40)]
    survey = filled(sheets)
    for _ in range(10):
        make.invitation(survey)
    make.invitation(survey, enrollment=make.attended(survey.run, status="absent"))  # corrected afterwards
    result = survey_results.of([survey])[0]
    assert (result.asked, result.answered) == (50, 40)
    scale, yes, text = result.tallies
    assert scale.counts == dict(Counter(row[0] for row in sheets))
    assert scale.mean_word == f"{mean(row[0] for row in sheets):.2f}"
    assert yes.counts == dict(Counter(row[1] for row in sheets))
    assert text.answers == sum(bool(row[2]) for row in sheets)
    told = survey_results.texts(survey)
    assert {question: Counter(rows) for question, rows in told} == {
        "ひとこと": Counter(row[2] for row in sheets if row[2])
    }


@pytest.mark.parametrize(("sheets", "told"), [(0, False), (2, False), (3, True)])
def test_few_sheets_are_not_broken_down(sheets, told):
    survey = filled([(5, 1, "良い")] * sheets)
    result = survey_results.of([survey])[0]
    assert (result.answered, result.is_told, bool(result.tallies)) == (sheets, told, told)


def test_one_small_run_beside_a_large_one_cannot_be_worked_out():
    of = make.questionnaire(asked=ASKED)
    large, small = filled([(5, 1, "")] * 4, of), filled([(1, 0, "")] * 2, of)
    rows, total = survey_results.compare([large, small])
    assert [bool(row.tallies) for row in rows] == [True, False]
    assert (total.answered, total.tallies[0].counts) == (6, {5: 4})


def test_small_runs_count_where_they_are_enough_together():
    of = make.questionnaire(asked=ASKED)
    runs = [filled([(5, 1, "")] * 4, of), filled([(1, 0, "")] * 2, of), filled([(2, 0, "")], of)]
    rows, total = survey_results.compare(runs)
    assert [bool(row.tallies) for row in rows] == [True, False, False]
    assert total.tallies[0].counts == {5: 4, 1: 2, 2: 1}


def test_questions_with_the_same_words_are_compared_across_versions():
    first = filled([(5, 1, "")] * 3)
    changed = make.questionnaire(asked=(Asked(QuestionKind.SCALE, "分かりやすい"), ASKED[0]))
    second = filled([(4, 2)] * 3, changed)
    _, total = survey_results.compare([first, second])
    found = {row.text: row.counts for row in total.tallies}
    assert found == {"役に立つ": {5: 3, 2: 3}, "使う予定がある": {1: 3}, "ひとこと": {}, "分かりやすい": {4: 3}}


def test_by_course_and_year_is_the_sum_of_the_runs():
    course, of = training.course(), make.questionnaire(asked=ASKED)
    runs = [filled([(5, 1, "")] * 3, of, make.held(course)), filled([(3, 1, "")] * 3, of, make.held(course))]
    other = filled([(1, 0, "")] * 3, of)
    found = survey_results.by_course_and_year([*runs, other])
    assert found[course.pk, 2026].mean_word == "4.00"
    assert found[other.run.course_id, 2026].mean_word == "1.00"


def test_what_heads_said_is_told_from_three_answers_on():
    run = make.held(meets=AUGUST)
    survey = filled([(5, 1, "")] * 3, run=run)
    answered = {"answered_at": AUGUST}
    for usage in ("used", "not_yet"):
        make.follow_up(run, usage=usage, words="議事録", **answered)
    make.follow_up(run)
    usages = survey_results.of([survey])[0].usages
    assert (usages.asked, usages.answered, usages.counts) == (3, 2, {})
    make.follow_up(run, usage="partly", **answered)
    usages = survey_results.of([survey])[0].usages
    assert (usages.asked, usages.answered, usages.at_work) == (4, 3, 2)
    assert survey_results.words_of_heads(survey) == ["議事録", "議事録"]


def test_the_queries_are_the_same_for_many_surveys(django_assert_num_queries):
    of = make.questionnaire(asked=ASKED)
    for number in (3, 30):
        found = [filled([(5, 1, "良い")] * 3, of) for _ in range(number)]
        with django_assert_num_queries(4):
            survey_results.of(found)
