"""Two people press the button at the same moment: one wins, the other is told."""

from functools import partial

import pytest
from django.db.models import QuerySet

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.workflow import Move, Workflow
from stages.models import StageEnrollment
from tests.conftest import NOW
from tests.factories import stages
from tests.kernel.racing import Crossing, need_row_locks, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def two_moves_at_once(pk: int) -> list:
    crossing = Crossing()

    def both_are_past_the_reading(obj, at):
        crossing.meet()

    complete = Move(
        "complete",
        "修了",
        frozenset({"in_progress"}),
        "completed",
        who=lambda by, obj, at: True,
        needs=(both_are_past_the_reading,),
    )
    table = Workflow(StageEnrollment, [complete])
    press = partial(table.move, pk, "complete", by=None, at=NOW)
    return together(press, press)


def test_one_wins_and_the_other_is_told():
    need_row_locks()
    row = stages.enrollment()
    outcomes = two_moves_at_once(row.pk)
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, StageEnrollment)]
    (refusal,) = [outcome for outcome in outcomes if outcome is not winner]
    assert winner.status == "completed"
    assert isinstance(refusal, RuleBroken)
    assert str(refusal) == "「修了」からは「修了」にできません。"
    assert AuditEvent.objects.count() == 1


def test_without_the_lock_both_would_win(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    row = stages.enrollment()
    assert [winner.status for winner in two_moves_at_once(row.pk)] == ["completed", "completed"]
    assert AuditEvent.objects.count() == 2
