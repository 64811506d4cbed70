"""Two people lend the powers of one head at the same moment: one wins, the other is told."""

from functools import partial

import pytest
from django.db import connection
from django.db.models import QuerySet

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Deputy, OfficeRole
from staff.rules import deputies as rules
from staff.services import deputies
from tests.conftest import NOW
from tests.factories import staff as make
from tests.kernel.racing import Crossing, need_row_locks, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
TODAY = NOW.date()


def two_officers_at_once(monkeypatch, **second) -> list:
    """Both are past the rules before either writes, if they can get there; `second`: what the second asks for."""
    crossing = Crossing()
    alone = rules.alone

    def both_have_looked(deputy):
        found = list(alone(deputy))
        crossing.meet()
        return found

    monkeypatch.setattr(rules, "alone", both_have_looked)
    place, office = make.department(), make.office(OfficeRole.HR)
    asked = {"valid_from": TODAY, "valid_to": TODAY.replace(month=12), "reason": "出張のため", "by": office, "at": NOW}
    return together(
        partial(deputies.appoint, place, make.posting().employee, **asked),
        partial(deputies.appoint, place, make.posting().employee, **{**asked, **second}),
    )


def test_one_wins_and_the_other_is_told(monkeypatch):
    need_row_locks()
    outcomes = two_officers_at_once(monkeypatch, valid_from=TODAY.replace(day=25))
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Deputy)]
    (refusal,) = [outcome for outcome in outcomes if outcome is not winner]
    assert isinstance(refusal, RuleBroken)
    assert "代理者です" in str(refusal)
    assert Deputy.objects.count() == AuditEvent.objects.count() == 1


def test_without_the_lock_the_database_still_refuses_the_second(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    outcomes = two_officers_at_once(monkeypatch, valid_from=TODAY.replace(day=25))
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, RuleBroken)]
    assert str(refusal) == "この所属には、期間の重なる代理者がすでにいます。"
    assert Deputy.objects.count() == 1


def test_without_lock_and_constraint_both_would_win(monkeypatch):
    """What the two guards are for."""
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_deputy DROP CONSTRAINT deputy_one_at_a_time")
    try:
        outcomes = two_officers_at_once(monkeypatch, valid_from=TODAY.replace(day=25))
        assert [type(outcome) for outcome in outcomes] == [Deputy, Deputy]
    finally:
        Deputy.objects.all().delete()
        constraint = next(row for row in Deputy._meta.constraints if row.name == "deputy_one_at_a_time")
        with connection.schema_editor() as editor:
            editor.add_constraint(Deputy, constraint)


def test_of_many_at_once_one_is_set_on_every_database():
    """PostgreSQL holds the rows of the place; SQLite lets one writer in at a time."""
    place, office = make.department(), make.office(OfficeRole.HR)
    asked = {"valid_from": TODAY, "valid_to": TODAY.replace(month=12), "reason": "出張のため", "by": office, "at": NOW}
    people = [make.posting().employee for _ in range(8)]
    outcomes = together(*(partial(deputies.appoint, place, person, **asked) for person in people))
    assert [type(outcome) for outcome in outcomes].count(Deputy) == 1
    assert [type(outcome) for outcome in outcomes].count(RuleBroken) == 7
    assert Deputy.objects.count() == 1
