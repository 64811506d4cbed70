"""Storms on the seats of a run through the real pages: exactly the seats, in the order of arrival, no error page."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import RuleBroken
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.kernel.racing import need_row_locks, together
from training.models import CourseRun, Enrollment
from training.services import seats

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

ASKING, SEATS, AT_ONCE = 300, 30, 40


def visitors(number: int) -> list[Client]:
    """So many people, logged in."""
    clients = [Client(raise_request_exception=False) for _ in range(number)]
    for client in clients:
        log_in(client, staff.user(staff.posting().employee))
    return clients


def press(client: Client, address: str, start: Barrier) -> int:
    """Press the button when everybody of this wave is ready; the connection is given back."""
    try:
        start.wait(60)
        return client.post(address).status_code
    finally:
        connection.close()


def test_three_hundred_press_the_button_for_thirty_seats():
    """In waves of forty: a server has so many connections."""
    run = make.run(capacity=SEATS)
    address = f"/courses/{run.course.code}/runs/{run.pk}/book/"
    clients, answers = visitors(ASKING), []
    size = AT_ONCE if connection.vendor == "postgresql" else 1
    for first in range(0, ASKING, size):
        wave = clients[first : first + size]
        start = Barrier(len(wave))
        with ThreadPoolExecutor(len(wave)) as pool:
            answers += list(pool.map(lambda client, start=start: press(client, address, start), wave))
    assert answers == [302] * ASKING
    rows = list(run.enrollments.first_come().values_list("status", flat=True))
    assert rows == ["confirmed"] * SEATS + ["waitlisted"] * (ASKING - SEATS)
    run.refresh_from_db()
    assert run.seats_taken == SEATS


def storm(run: CourseRun, *, seed: int) -> list:
    """Everybody at once: some join, some give up, somebody changes the number of seats, the job looks around."""
    chance, officer = Random(seed), make.officer()
    people = [staff.posting().employee for _ in range(24)]
    logins = [staff.user(person) for person in people]
    first = zip(people[:12], logins[:12], strict=True)
    booked = [seats.request(run.pk, person, by=login, at=NOW) for person, login in first]
    acts = [
        *(partial(seats.request, run.pk, people[n], by=logins[n], at=NOW) for n in range(12, 24)),
        *(partial(seats.cancel, row.pk, by=officer, at=NOW, reason="都合") for row in chance.sample(booked, 6)),
        *(partial(seats.fill_free_seats, run.pk, at=NOW) for _ in range(2)),
    ]
    chance.shuffle(acts)
    return together(*acts)


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_joining_and_giving_up_leaves_no_free_seat_and_nobody_passed_by(seed):
    need_row_locks()
    run = make.run(capacity=5)
    outcomes = storm(run, seed=seed)
    assert not [row for row in outcomes if isinstance(row, Exception) and not isinstance(row, RuleBroken)]
    run.refresh_from_db()
    live = list(run.enrollments.exclude(status="cancelled").first_come().values_list("status", flat=True))
    assert live == ["confirmed"] * 5 + ["waitlisted"] * (len(live) - 5)
    assert run.seats_taken == 5


def test_without_the_lock_a_storm_breaks_the_ledger(monkeypatch):
    """The twin: the same storm where nobody holds the run. What the constraint refuses is an error for somebody."""
    need_row_locks()
    monkeypatch.setattr(seats, "hold", lambda pk: CourseRun.objects.select_related("course").get(pk=pk))
    broken = False
    for seed in range(8):
        run = make.run(capacity=5)
        outcomes = storm(run, seed=seed)
        run.refresh_from_db()
        live = list(run.enrollments.exclude(status="cancelled").first_come().values_list("status", flat=True))
        in_order = live == ["confirmed"] * 5 + ["waitlisted"] * (len(live) - 5)
        refused = any(isinstance(row, Exception) for row in outcomes)
        if broken := not in_order or refused or run.seats_taken != 5:
            break
    assert broken


ASK = """
import sys, django
django.setup()
from aomori_dx.kernel import clock
from staff.models import Employee, User
from training.services import seats
at = clock.now()
for pk in sys.argv[2:]:
    person = Employee.objects.get(pk=pk)
    seats.request(int(sys.argv[1]), person, by=User.objects.get(employee=person), at=at)
"""


@pytest.mark.real_time
def test_processes_ask_for_few_seats_at_once():
    """Several processes on one database, as the embedded one has them: one writer at a time, and all are served."""
    day = clock.today()
    run = make.run(capacity=3, meets=None, opens_on=day, closes_on=day, change_until=day)
    people = [staff.posting().employee for _ in range(12)]
    for person in people:
        staff.user(person)
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" in name:
        pytest.skip("A database in memory belongs to one process.")
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(run.pk), *(str(person.pk) for person in people[first::4])],
            env={**os.environ, **_same_database(name)},
            stderr=subprocess.PIPE,
        )
        for first in range(4)
    ]
    said = [each.communicate(timeout=120)[1] for each in asking]
    assert [each.returncode for each in asking] == [0] * 4, said
    rows = list(run.enrollments.first_come().values_list("status", flat=True))
    assert sorted(rows) == ["confirmed"] * 3 + ["waitlisted"] * 9
    assert not Enrollment.objects.filter(status="requested").exists()


def _same_database(name: str) -> dict[str, str]:
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    given = connection.settings_dict
    password = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return {"DATABASE_URL": f"postgresql://{given['USER']}{password}@{given['HOST']}:{given['PORT']}/{name}"}
