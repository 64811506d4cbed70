"""Many people ask for few seats at once: exactly the seats are given, the rest wait, nobody sees an error."""

from functools import partial

import pytest
from django.db.models import QuerySet

from aomori_dx.kernel.errors import RuleBroken
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.kernel.racing import Crossing, need_row_locks, together
from training.services import seats

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def ask_at_once(run, number: int) -> list:
    people = [staff.posting().employee for _ in range(number)]
    logins = [staff.user(person) for person in people]
    asks = [
        partial(seats.request, run.pk, person, by=login, at=NOW) for person, login in zip(people, logins, strict=True)
    ]
    return together(*asks)


def test_many_ask_for_few_seats_at_once():
    """On both databases: PostgreSQL holds the run's row, SQLite lets one writer in at a time."""
    run = make.run(capacity=3)
    outcomes = ask_at_once(run, 12)
    assert [getattr(row, "status", row) for row in outcomes].count("confirmed") == 3
    assert [getattr(row, "status", row) for row in outcomes].count("waitlisted") == 9
    run.refresh_from_db()
    assert run.seats_taken == run.enrollments.seated().count() == 3


def two_for_the_last_seat(monkeypatch) -> list:
    """Both have looked whether a seat is free, if they can, before either writes."""
    run, crossing, look = make.run(capacity=1), Crossing(), seats.free_for

    def look_and_meet(*args):
        found = look(*args)
        crossing.meet()
        return found

    monkeypatch.setattr(seats, "free_for", look_and_meet)
    return sorted(getattr(row, "status", type(row).__name__) for row in ask_at_once(run, 2))


def test_the_last_seat_goes_to_one(monkeypatch):
    need_row_locks()
    assert two_for_the_last_seat(monkeypatch) == ["confirmed", "waitlisted"]


def test_without_the_lock_the_constraint_refuses_the_second(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(seats, "hold", lambda pk: make.CourseRun.objects.select_related("course").get(pk=pk))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    assert two_for_the_last_seat(monkeypatch) != ["confirmed", "waitlisted"]


def test_a_click_from_two_windows_is_one_booking():
    run = make.run()
    person = staff.posting().employee
    ask = partial(seats.request, run.pk, person, by=staff.user(person), at=NOW)
    outcomes = together(*[ask] * 4)
    assert not [row for row in outcomes if isinstance(row, Exception) and not isinstance(row, RuleBroken)]
    assert run.enrollments.count() == 1
