"""Two sheets of one person at the same moment: one is kept; two rounds at once ask everybody once."""

from functools import partial

import pytest
from django.db.models import QuerySet

from tests.conftest import NOW
from tests.factories import staff
from tests.factories import surveys as make
from tests.kernel.racing import Crossing, need_row_locks, together
from training.models import Survey, SurveyInvitation, SurveyResponse
from training.rules import surveys as rules
from training.services import surveys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def two_sheets(monkeypatch) -> list:
    """Both have looked whether there is an answer already, if they can, before either writes."""
    row, crossing, look = make.invitation(make.survey()), Crossing(), rules.why_not_answer

    def look_and_meet(*args):
        found = look(*args)
        crossing.meet()
        return found

    monkeypatch.setattr(rules, "why_not_answer", look_and_meet)
    given = {question.pk: 1 for question in row.survey.questionnaire.questions.exclude(kind="text")}
    login = staff.user(row.enrollment.employee)
    return together(*[partial(surveys.submit, row.survey.run_id, given, by=login, at=NOW)] * 2)


def test_one_of_two_sheets_is_kept(monkeypatch):
    need_row_locks()
    assert sorted(type(found).__name__ for found in two_sheets(monkeypatch)) == ["NoneType", "RuleBroken"]
    assert SurveyResponse.objects.count() == 1


def test_without_the_lock_both_would_be(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    two_sheets(monkeypatch)
    assert SurveyResponse.objects.count() == 2


def test_two_rounds_at_once_ask_everybody_once():
    run = make.held()
    for _ in range(3):
        make.attended(run)
    found = together(*[partial(surveys.ask_all, at=make.WORKDAY)] * 3)
    assert [row for row in found if isinstance(row, Exception)] == []
    assert (Survey.objects.count(), SurveyInvitation.objects.count()) == (1, 3)
