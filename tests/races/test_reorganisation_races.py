"""Two officers at the organisation at once, a transfer into what is being dissolved, a year closed while one writes."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import F, Q

from aomori_dx.kernel import closing, locks
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.tables.importing import import_file
from staff.drafts import UNDECIDED, ActKind, Draft
from staff.imports import transfers
from staff.models import ChangeSet, Department, OfficeRole, Posting
from staff.rules import reorganisation as rules
from staff.services import corrections, departments, relocations, reorganisation
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories.stages import R6
from tests.kernel.racing import Crossing, head_start, need_row_locks, together
from tests.staff.office_files import TRANSFERS, as_csv, transfer_row
from tests.staff.reorganising import draft, into, places, renamed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def carry_out(wanted: Draft, by, seen: str) -> Callable[[], ChangeSet]:
    return lambda: reorganisation.carry_out(wanted, seen=seen, by=by, at=NOW)


def look(wanted: Draft, by) -> str:
    found = reorganisation.preview(wanted, by=by, at=NOW)
    assert found.is_complete
    return found.seen


def two_officers_at_once(monkeypatch) -> list:
    """One renames the department, the other merges it away: both have asked the rules, if they can, before either
    writes. Nobody works there: no constraint would notice."""
    place = make.department("税務課")
    there = make.department("会計課", parent=place.parent)
    one, other = make.office(OfficeRole.HR), make.office(OfficeRole.HR)
    first, second = renamed(place, "税制課"), draft(ActKind.MERGE, place, to=[into(there)])
    seen = look(first, one), look(second, other)
    crossing, ask = Crossing(), rules.blockers

    def ask_and_meet(*args, **kwargs):
        found = ask(*args, **kwargs)
        crossing.meet()
        return found

    monkeypatch.setattr(rules, "blockers", ask_and_meet)
    return together(carry_out(first, one, seen[0]), carry_out(second, other, seen[1]))


def test_of_two_officers_one_wins_and_the_other_is_told(monkeypatch):
    need_row_locks()
    results = two_officers_at_once(monkeypatch)
    refusal = next(result for result in results if isinstance(result, Exception))
    assert isinstance(refusal, RuleBroken)
    assert str(refusal) == "「税務課」は、令和9年3月31日までの所属です。"
    assert ChangeSet.objects.count() == 1


def test_without_the_lock_the_department_would_go_two_ways(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(locks, "hold", lambda name, shared=False: None)
    assert {type(result) for result in two_officers_at_once(monkeypatch)} == {ChangeSet}
    assert ChangeSet.objects.count() == 2


def test_the_same_button_pressed_twice_at_once_does_it_once():
    need_row_locks()
    place = make.department("税務課")
    make.posting(to=place)
    hr = make.office(OfficeRole.HR)
    wanted = renamed(place, "税制課")
    press = carry_out(wanted, hr, look(wanted, hr))
    first, second = together(press, press)
    assert first == second == ChangeSet.objects.get()
    assert Department.objects.filter(name="税制課").count() == 1


@contextmanager
def meanwhile(table: str, act: Callable[[], object]):
    """Somebody begins `act` just before this connection first writes to `table`; it goes as far as it can."""
    begun: list[Future] = []

    def run():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:

        def between(execute, sql, params, many, context):
            if not begun and sql.startswith((f'INSERT INTO "{table}"', f'COPY "{table}"')):
                begun.append(other.submit(run))
                head_start(begun[0])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(between):
            yield begun


def transfer_into_what_is_being_dissolved() -> Future:
    """A list of transfers has been compared with the records and is about to be written."""
    place = make.department("税務課")
    hr = make.office(OfficeRole.HR)
    wanted = draft(ActKind.ABOLISH, place, places=places(place, to=UNDECIDED), on=date(2026, 12, 1))
    abolish = carry_out(wanted, hr, look(wanted, hr))
    row = transfer_row(make.posting().employee, "転任", "R8.11.20", place)
    with meanwhile(Posting._meta.db_table, abolish) as begun:
        report = import_file(
            transfers.KIND, as_csv(TRANSFERS, row), as_of=NOW.date(), by=None, at=NOW, source="異動.csv"
        )
    assert report.errors == []
    return begun[0]


def outliving():
    """Postings that go on after the end of their department."""
    return Posting.objects.filter(department__valid_to__isnull=False).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=F("department__valid_to"))
    )


def test_nobody_is_transferred_into_what_was_dissolved_meanwhile():
    need_row_locks()
    abolition = transfer_into_what_is_being_dissolved()
    assert isinstance(abolition.exception(), RuleBroken)  # somebody is there now, and has no place yet
    assert not outliving().exists()


def test_without_holding_still_somebody_would_be(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(departments, "hold_still", lambda: None)
    monkeypatch.setattr(transfers, "hold_still", lambda: None)
    abolition = transfer_into_what_is_being_dissolved()
    assert abolition.exception() is None
    assert outliving().exists()


def corrected_meanwhile() -> Future:
    """Somebody's posting is being corrected, and not committed yet, when the department is renamed."""
    posting = make.posting(to=make.department("税務課"), title="主事")
    hr = make.office(OfficeRole.HR)
    wanted = renamed(posting.department, "税制課")
    press = carry_out(wanted, hr, look(wanted, hr))

    def run() -> ChangeSet:
        try:
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            corrections.hold_people([posting.employee_id])
            Posting.objects.filter(pk=posting.pk).update(title="主査")
            renaming = other.submit(run)
            head_start(renaming)
        renaming.exception()
    return renaming


def test_a_correction_made_meanwhile_is_not_lost():
    need_row_locks()
    refusal = corrected_meanwhile().exception()
    assert str(refusal) == reorganisation.CHANGED_MEANWHILE
    assert set(Posting.objects.values_list("title", flat=True)) == {"主査"}


def test_without_holding_the_people_it_would_be(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(relocations, "hold", lambda departments, on: None)
    assert corrected_meanwhile().exception() is None
    assert Posting.objects.get(department__name="税制課").title == "主事"


def somebody_closes_while_one_writes() -> bool:
    """Whether the year was closed between the question and the writing."""

    def close() -> None:
        try:
            closing.close(R6, by=None, at=NOW, reason="実績報告を提出したため")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        closing.ensure_open(date(2024, 10, 1))
        closed = other.submit(close)
        head_start(closed)
        return closed.done()


def test_a_year_is_closed_only_when_nobody_is_writing_in_it():
    need_row_locks()
    assert not somebody_closes_while_one_writes()
    assert closing.closed_years().last == R6  # afterwards it was


def test_without_the_lock_it_would_be_closed_under_the_writers_hands(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(locks, "hold", lambda name, shared=False: None)
    assert somebody_closes_while_one_writes()


def test_two_who_write_in_a_year_do_not_wait_for_each_other():
    need_row_locks()

    def ask() -> None:
        try:
            with transaction.atomic():
                closing.ensure_open(date(2024, 10, 1))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        closing.ensure_open(date(2024, 10, 1))
        assert wait([other.submit(ask)], 10).not_done == set()


def test_two_who_close_at_once_close_once():
    need_row_locks()

    def close():
        return closing.close(R6, by=None, at=NOW, reason="実績報告を提出したため")

    results = together(close, close)
    refused = [result for result in results if isinstance(result, RuleBroken)]
    assert [str(refusal) for refusal in refused] == ["令和6年度はすでに締められています。"]
