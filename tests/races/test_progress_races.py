"""Two facts of one person become known at the same moment: what is kept in the end knows both."""

from functools import partial

import pytest
from django.db.models import QuerySet

from stages.models import StageProgress
from stages.services import progress_facts
from tests.conftest import NOW
from tests.factories import training as make_training
from tests.kernel.racing import Crossing, need_row_locks, together
from tests.stages.test_recomputing import lasting, someone
from training.services import completions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def two_at_once(monkeypatch) -> int:
    """How many of two courses count in the end. Both have read the facts, if they can, before either writes."""
    courses = [lasting(), lasting()]
    row = someone(*courses)
    crossing, load = Crossing(), progress_facts.load

    def load_and_meet(*args, **options):
        found = load(*args, **options)
        crossing.meet()
        return found

    monkeypatch.setattr(progress_facts, "load", load_and_meet)
    by, fields = make_training.officer(), {"completed_on": NOW.date(), "reason": "確認"}
    outcomes = together(
        *(partial(completions.enter, row.promoter.employee, course, by=by, at=NOW, **fields) for course in courses)
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    return StageProgress.objects.get(enrollment=row).done


def test_both_facts_count(monkeypatch):
    need_row_locks()
    assert two_at_once(monkeypatch) == 2


def test_without_the_lock_one_is_lost(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    assert two_at_once(monkeypatch) == 1
