"""Two officers apply files at the same moment: the same one, or two that contradict each other."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.db.models import QuerySet

from aomori_dx.kernel import locks
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import ChangePage, ChangeSet, ChangeSetState, Employee, OfficeRole, Posting
from staff.services import change_set_jobs, change_sets
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories.loading import contradictions
from tests.kernel.racing import Crossing, need_row_locks, together
from tests.staff.office_files import ROSTER, TRANSFERS, as_csv, roster_row, transfer_row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

TOLD = "確認のあとに記録が変わりました。何も書き込んでいません。「もう一度確認する」を押してください。"
ONE_PRIMARY = ("posting_one_primary_at_a_time", "posting_one_open_primary")


def checked(kind: str, content: bytes, by, as_of: date | None = None) -> ChangeSet:
    """A file as an officer sees it before the click on 適用."""
    change_set = change_sets.upload(kind, name="異動.csv", content=content, as_of=as_of, by=by, at=NOW)
    change_set = change_set_jobs.check(change_set.pk, by=by, at=NOW)
    assert change_set.state == ChangeSetState.READY
    return change_set


def move_of(person: Employee, day: str) -> ChangeSet:
    """A list of transfers with one line; each list sends the person elsewhere."""
    row = transfer_row(person, "転任", day, make.department())
    return checked("transfers", as_csv(TRANSFERS, row), make.office(OfficeRole.HR))


def roster_with(newcomer: str, *people: Employee) -> ChangeSet:
    """A whole roster of one day, with somebody new; each roster puts everybody elsewhere."""
    place = make.department()
    rows = [roster_row(person.employee_number, person.name, place) for person in people]
    content = as_csv(ROSTER, *rows, roster_row("7000001", newcomer, place))
    return checked("roster", content, make.office(OfficeRole.HR), as_of=NOW.date())


def press(change_set: ChangeSet) -> Callable[[], ChangeSet]:
    return partial(change_set_jobs.apply, change_set.pk, by=make.office(OfficeRole.HR), at=NOW)


def at_once(monkeypatch, *change_sets: ChangeSet) -> list:
    """Both have compared their file with the records, if they can get there, before either writes."""
    compare, crossing = change_set_jobs.compare, Crossing()

    def compare_and_meet(*args, **kwargs):
        prepared = compare(*args, **kwargs)
        crossing.meet()
        return prepared

    acts = [press(change_set) for change_set in change_sets]
    with monkeypatch.context() as both:
        both.setattr(change_set_jobs, "compare", compare_and_meet)
        return together(*acts)


def without_locks(monkeypatch) -> None:
    monkeypatch.setattr(locks, "hold", lambda name, shared=False: None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())


@contextmanager
def without_constraints():
    rows = [row for row in Posting._meta.constraints if row.name in ONE_PRIMARY]
    with connection.schema_editor() as editor:
        for row in rows:
            editor.remove_constraint(Posting, row)
    try:
        yield
    finally:
        Posting.objects.all().delete()
        with connection.schema_editor() as editor:
            for row in rows:
                editor.add_constraint(Posting, row)


def winner_and_refusal(outcomes: list) -> tuple[ChangeSet, Exception]:
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, ChangeSet)]
    (refusal,) = [outcome for outcome in outcomes if outcome is not winner]
    return winner, refusal


def test_the_same_file_applied_twice_at_once_is_written_once(monkeypatch):
    need_row_locks()
    change_set = move_of(make.posting().employee, "R8.12.1")
    first, second = at_once(monkeypatch, change_set, change_set)
    assert (first, first.state) == (second, second.state) == (change_set, ChangeSetState.APPLIED)
    assert Posting.objects.count() == 2
    assert AuditEvent.objects.filter(action="transfer_changed").count() == 1
    pages = list(ChangePage.objects.values_list("sequence", flat=True))
    assert len(pages) == len(set(pages)) > 0


def test_without_the_locks_the_second_would_run_into_the_first(monkeypatch):
    need_row_locks()
    change_set = move_of(make.posting().employee, "R8.12.1")
    without_locks(monkeypatch)
    winner_and_refusal(at_once(monkeypatch, change_set, change_set))


def two_lists_for_one_person(monkeypatch, *, locked: bool) -> list:
    person = make.posting().employee
    lists = move_of(person, "R8.12.1"), move_of(person, "R8.12.15")
    if not locked:
        without_locks(monkeypatch)
    return at_once(monkeypatch, *lists)


def test_of_two_lists_that_move_one_person_one_wins_and_the_other_is_told(monkeypatch):
    need_row_locks()
    winner, refusal = winner_and_refusal(two_lists_for_one_person(monkeypatch, locked=True))
    assert (type(refusal), str(refusal)) == (RuleBroken, TOLD)
    assert contradictions() == []
    assert Posting.objects.count() == 2
    states = dict(ChangeSet.objects.values_list("pk", "state"))
    assert states.pop(winner.pk) == ChangeSetState.APPLIED
    assert list(states.values()) == [ChangeSetState.READY]  # to be checked again, or put aside


def test_without_the_locks_the_database_refuses_the_second(monkeypatch):
    need_row_locks()
    _, refusal = winner_and_refusal(two_lists_for_one_person(monkeypatch, locked=False))
    assert isinstance(refusal, RuleBroken)
    assert contradictions() == []


def test_without_locks_and_constraints_one_person_would_be_in_two_places(monkeypatch):
    need_row_locks()
    with without_constraints():
        outcomes = two_lists_for_one_person(monkeypatch, locked=False)
        assert [type(outcome) for outcome in outcomes] == [ChangeSet, ChangeSet]
        assert contradictions() != []


def test_of_two_rosters_of_one_day_one_wins_and_nobody_is_there_twice(monkeypatch):
    need_row_locks()
    person = make.posting().employee
    rosters = roster_with("新人　一", person), roster_with("新人　二", person)
    _, refusal = winner_and_refusal(at_once(monkeypatch, *rosters))
    assert str(refusal) == TOLD
    assert Employee.objects.count() == 2
    assert contradictions() == []


def test_of_many_at_once_the_same_holds_on_every_database():
    """PostgreSQL holds them apart by its locks; SQLite lets one writer in at a time."""
    person = make.posting().employee
    rivals = move_of(person, "R8.12.1"), move_of(person, "R8.12.15"), roster_with("新人　一", person)
    twice = [press(change_set) for change_set in rivals for _ in range(2)]
    outcomes = together(*twice)
    done = {outcome.pk for outcome in outcomes if isinstance(outcome, ChangeSet)}
    told = [str(outcome) for outcome in outcomes if isinstance(outcome, RuleBroken)]
    assert len(done) == 1
    assert told == [TOLD] * 4
    assert set(ChangeSet.objects.filter(state=ChangeSetState.APPLIED).values_list("pk", flat=True)) == done
    assert contradictions() == []
