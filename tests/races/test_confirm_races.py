"""Two officers confirm overlapping batches at once: exactly one wins, the other is told, nobody is appointed twice."""

import os
from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from aomori_dx.kernel.errors import RuleBroken
from staff.models import Notice, OfficeRole
from stages.models import Nomination, Promoter, StageEnrollment
from stages.services import selection
from stages.workflows.nomination import NOMINATION
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R8
from tests.kernel.racing import Crossing, need_row_locks, together
from tests.stages.board_rows import many

TIMES = int(os.environ.get("CONFIRM_RACES", "2"))

pytestmark = pytest.mark.django_db(transaction=True)


def two_officers(rows: list[Nomination]) -> list:
    """One confirms all but the last, the other all but the first; each acts on what the page showed."""
    officers = [staff.office(OfficeRole.DX) for _ in range(2)]
    batches = [[row.pk for row in part] for part in (rows[:-1], rows[1:])]
    seen = [selection.batch(R8, at=NOW, among=pks).seen for pks in batches]

    def press(number: int) -> Callable[[], selection.Batch]:
        return lambda: selection.confirm(R8, seen=seen[number], among=batches[number], by=officers[number], at=NOW)

    return together(press(0), press(1))


def one_won(results: list, rows: list[Nomination]) -> str:
    """The sentence that the other was told, after it is sure that one batch was decided whole and nothing twice."""
    (refusal,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refusal, RuleBroken), refusal
    states = list(
        Nomination.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list("status", flat=True)
    )
    decided = [state == "accepted" for state in states]
    assert decided in ([*[True] * (len(rows) - 1), False], [False, *[True] * (len(rows) - 1)])
    assert Promoter.objects.count() == StageEnrollment.objects.count() == len(rows) - 1
    told = Notice.objects.filter(title__contains="選考の結果").values_list("key", flat=True)
    assert len(told) == len(set(told)) == 2 * (len(rows) - 1)
    return str(refusal)


def world() -> list[Nomination]:
    make.call()
    make_stages.stages()
    return many(4)


@pytest.mark.parametrize("turn", range(TIMES))
def test_exactly_one_wins_and_the_other_is_told(turn):
    """On both databases, as it happens: who comes first is left to them."""
    rows = world()
    assert one_won(two_officers(rows), rows) == selection.CHANGED_MEANWHILE


def both_have_looked(monkeypatch) -> list[Nomination]:
    """Each has read what it would decide, if it can, before either writes."""
    rows = world()
    crossing, look = Crossing(), selection.batch
    calls = iter(range(4))

    def look_and_meet(*args, **kwargs):
        found = look(*args, **kwargs)
        if next(calls) >= 2:  # the first two are those of the pages
            crossing.meet()
        return found

    monkeypatch.setattr(selection, "batch", look_and_meet)
    return rows


def without_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)


@pytest.mark.postgres
def test_who_comes_second_waits_and_looks_again(monkeypatch):
    need_row_locks()
    rows = both_have_looked(monkeypatch)
    assert one_won(two_officers(rows), rows) == selection.CHANGED_MEANWHILE


@pytest.mark.postgres
def test_without_the_lock_the_table_of_moves_still_refuses(monkeypatch):
    """The second one is told of states that it never saw, and not that the page is out of date."""
    need_row_locks()
    rows = both_have_looked(monkeypatch)
    without_locks(monkeypatch)
    assert "「決定」からは「決定」にできません" in one_won(two_officers(rows), rows)


@pytest.mark.postgres
def test_without_lock_and_table_the_constraint_is_the_net(monkeypatch):
    need_row_locks()
    rows = both_have_looked(monkeypatch)
    without_locks(monkeypatch)
    monkeypatch.setattr(NOMINATION, "_check", lambda *args, **kwargs: None)
    assert one_won(two_officers(rows), rows) == "この職員はすでにDX推進員に任命されています。"


def test_pressing_twice_decides_once():
    rows = world()
    officer = staff.office(OfficeRole.DX)
    seen = selection.batch(R8, at=NOW).seen

    def press() -> selection.Batch:
        return selection.confirm(R8, seen=seen, by=officer, at=NOW)

    results = together(press, press)
    assert sorted(isinstance(result, RuleBroken) for result in results) == [False, True]
    assert Promoter.objects.count() == len(rows)
