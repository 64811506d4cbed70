"""Two at the same turn of the year, and a record that changes while it runs: one answer, whoever comes first."""

import pytest

from aomori_dx.kernel.errors import DomainError, RuleBroken
from aomori_dx.kernel.models import Job
from staff.models import Notice, OfficeRole
from stages.models import Promoter, Rollover, StageEnrollment
from stages.services import progress, rollover
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.kernel.racing import Crossing, need_row_locks, together
from tests.stages.test_rollover import NEW_YEAR, R9, promoter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _policy():
    make_stages.plan()


def new_years():
    return list(StageEnrollment.objects.filter(fiscal_year=R9).values_list("promoter", "stage__number"))


def test_two_officers_who_start_the_same_turn_ask_for_one_job():
    need_row_locks()
    promoter()
    first, second = (make.office(OfficeRole.DX) for _ in range(2))
    turn = rollover.plan(R9, by=first, at=NEW_YEAR)
    jobs = together(*(lambda by=by: rollover.start(turn.pk, by=by, at=NEW_YEAR) for by in (first, second)))
    assert [job.pk for job in jobs] == [Job.objects.get(kind=rollover.KIND).pk] * 2
    turn.refresh_from_db()
    assert turn.started_by_name in {str(first.get_full_name()), str(second.get_full_name())}


def test_two_officers_who_plan_and_start_at_once_begin_one_turn():
    """Each has a dry run of his own on the screen; the second one has put the first aside."""
    need_row_locks()
    promoter()
    officer = make.office(OfficeRole.DX)
    seen = rollover.plan(R9, by=officer, at=NEW_YEAR)
    found = together(
        lambda: rollover.start(seen.pk, by=officer, at=NEW_YEAR),
        lambda: rollover.plan(R9, by=officer, at=NEW_YEAR),
    )
    assert sum(isinstance(each, DomainError) for each in found) == 1, found
    live = Rollover.objects.filter(state__in=("planned", "running"))
    assert live.count() == 1


def test_two_processes_that_make_the_same_moves_make_each_once(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(rollover, "BATCH", 2)
    people = {promoter().pk for _ in range(7)}
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    rollover.begin(turn.pk, by=None, at=NEW_YEAR)
    done = together(*[lambda: rollover.carry_out(turn.pk, by=None, at=NEW_YEAR)] * 3)
    assert {each.state for each in done} == {"done"}
    assert sorted(new_years()) == sorted((pk, 2) for pk in people)
    assert Notice.objects.filter(key__startswith="rollover:").count() == 7


def test_a_year_begun_by_hand_while_a_batch_runs_is_begun_once(monkeypatch):
    need_row_locks()
    together_there, (batch, by_hand) = met(monkeypatch)
    assert together_there == 1
    assert not isinstance(batch, Exception), batch
    assert isinstance(by_hand, (RuleBroken, StageEnrollment)), by_hand
    assert [stage for _, stage in new_years()] == [2]


def test_the_twin_without_the_lock_has_both_of_them_about_to_write(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(Promoter.objects, "select_for_update", lambda **_: Promoter.objects.all(), raising=False)
    together_there, _ = met(monkeypatch)
    assert together_there == 2


def met(monkeypatch):
    """How many had read and not written yet when the first of them went on; and what became of both."""
    who = promoter()
    officer = make.office(OfficeRole.DX)
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    rollover.begin(turn.pk, by=None, at=NEW_YEAR)
    crossing, arrived, seen = Crossing(), [], []

    def arrive():
        arrived.append(None)
        crossing.meet()
        seen.append(len(arrived))

    read, begin = rollover.cases, progress.curricula.assign

    def cases(*given):
        found = list(read(*given))
        arrive()
        return found

    def assign(*given, **more):
        arrive()
        return begin(*given, **more)

    monkeypatch.setattr(rollover, "cases", cases)
    monkeypatch.setattr(progress.curricula, "assign", assign)
    found = together(
        lambda: rollover.carry_out(turn.pk, by=None, at=NEW_YEAR),
        lambda: progress.start(who.pk, stage=2, fiscal_year=R9, by=officer, at=NEW_YEAR),
    )
    return seen[0], found


def test_a_wish_that_changes_while_the_turn_runs_counts_or_comes_too_late(monkeypatch):
    """Whichever is first: nobody is enrolled who had said no before her batch, and the list tells which it was."""
    need_row_locks()
    who = promoter()
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    rollover.begin(turn.pk, by=None, at=NEW_YEAR)
    together(
        lambda: rollover.carry_out(turn.pk, by=None, at=NEW_YEAR),
        lambda: who.wishes.update(answer="no"),
    )
    move = turn.moves.get()
    assert (move.kind, len(new_years())) in {("climb", 1), ("exception", 0)}
