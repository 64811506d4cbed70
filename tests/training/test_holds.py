"""Seats that are kept for a department, and what their release gives to those who wait."""

from datetime import date

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import OfficeRole
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training import tasks
from training.services import holds, seats, waiting_lists

pytestmark = pytest.mark.django_db
RELEASE = date(2026, 12, 1)


def ask(run, **fields):
    person = staff.posting(**fields).employee
    return seats.request(run.pk, person, by=staff.user(person), at=NOW)


def keep(run, place, number, at=NOW, until=RELEASE):
    return holds.keep(run.pk, place, number=number, released_on=until, by=make.officer(), at=at)


def test_a_hold_never_keeps_more_than_is_free():
    run, place = make.run(capacity=3), staff.department()
    ask(run)
    ask(run, to=place)
    with pytest.raises(RuleBroken, match="この所属の枠は2席までにしてください"):
        keep(run, place, 3)
    assert keep(run, place, 2).seats == 2  # one is taken already
    with pytest.raises(RuleBroken, match="この所属の枠は0席まで"):
        keep(run, staff.department(), 1)
    assert run.holds.count() == 1


def test_fewer_kept_seats_and_an_early_release_go_to_the_first_in_line():
    run, place = make.run(capacity=2), staff.department()
    row = keep(run, place, 2)
    first, second = ask(run), ask(run)
    keep(run, place, 1)
    holds.release(row.pk, by=make.officer(), at=NOW)
    holds.release(row.pk, by=make.officer(), at=NOW)
    for booking in (first, second):
        booking.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "confirmed")


def test_on_the_day_of_release_the_job_fills_the_seats_and_again_changes_nothing():
    run = make.run(capacity=1)
    keep(run, staff.department(), 1)
    row = ask(run)
    assert waiting_lists.promote_all(at=NOW) == 0
    day = NOW.replace(month=12, day=1)
    assert (waiting_lists.promote_all(at=day), waiting_lists.promote_all(at=day)) == (1, 0)
    row.refresh_from_db()
    assert row.answer_by == date(2026, 12, 10)


def test_the_task_run_twice_promotes_once():
    run = make.run(capacity=1)
    row = make.booking(run, status="waitlisted")
    for _ in range(2):
        tasks.promote_waitlist()
    row.refresh_from_db()
    run.refresh_from_db()
    assert (row.status, run.seats_taken) == ("confirmed", 1)


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2026, 12, 11)])
def test_a_hold_ends_with_the_day_of_changes_and_not_today(until):
    with pytest.raises(RuleBroken, match="開放日は、明日から令和8年12月10日まで"):
        keep(make.run(), staff.department(), 1, until=until)


def test_the_office_alone_keeps_seats():
    row = keep(make.run(), staff.department(), 1)
    with pytest.raises(NotAllowed):
        holds.release(row.pk, by=staff.office(OfficeRole.INFO), at=NOW)


def test_a_capacity_leaves_room_for_kept_seats():
    run = make.run(capacity=3)
    keep(run, staff.department(), 2)
    from_runs = [(row.starts_at, row.ends_at) for row in run.sessions.all()]
    with pytest.raises(RuleBroken, match="所属枠として2席を確保しているため"):
        make.change(run, meetings=from_runs, capacity=1)
