"""Whatever happens to a run in whatever order: never oversold, no free seat while somebody waits, nobody passes by."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import RuleBroken
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training.models import BOOKED, SEATED, CourseRun, Enrollment, SeatHold
from training.rules import booking as rules
from training.services import calling_off, holds, runs, seats, waiting_lists
from training.services.ledger import Ledger

DAYS = 26
"""From the day of the first booking to some days after the meeting."""
WHO = st.integers(0, 9)
RUN = st.integers(0, 1)


class SeatLedger(RuleBasedStateMachine):
    """Two runs of a course, ten people of three departments (two of them may have holds), an officer, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self._taken_back = transaction.atomic()
        self._taken_back.__enter__()

    def teardown(self) -> None:
        """The next example begins with an empty house."""
        transaction.set_rollback(True)
        self._taken_back.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.at: datetime = NOW
        self.officer = make.officer()
        self.places = [staff.department() for _ in range(3)]
        self.people = [staff.posting(to=self.places[number % 3]).employee for number in range(10)]
        self.logins = [staff.user(person) for person in self.people]
        course = make.course()
        self.runs = [make.run(course, capacity=capacity).pk for capacity in (3, 2)]
        self.waited: dict[int, set[int]] = {run: set() for run in self.runs}
        self.seated: dict[int, set[int]] = {run: set() for run in self.runs}

    def tries(self, act, *args, **options):
        """Do it; a refusal in words is an answer as well."""
        self.at += timedelta(seconds=1)
        try:
            return act(*args, at=self.at, **options)
        except RuleBroken:
            return None

    def mine(self, who: int) -> Enrollment | None:
        return Enrollment.objects.filter(employee=self.people[who], status__in=BOOKED).first()

    @rule(who=WHO, run=RUN)
    def join(self, who, run):
        self.tries(seats.request, self.runs[run], self.people[who], by=self.logins[who])

    @rule(who=WHO, run=RUN)
    def joined_by_the_office(self, who, run):
        self.tries(seats.request, self.runs[run], self.people[who], by=self.officer)

    @rule(who=WHO, office=st.booleans())
    def cancel(self, who, office):
        if row := self.mine(who):
            self.tries(seats.cancel, row.pk, by=self.officer if office else self.logins[who], reason="都合")

    @rule(who=WHO)
    def decline(self, who):
        if row := self.mine(who):
            self.tries(seats.decline, row.pk, by=self.logins[who])

    @rule(who=WHO, run=RUN, office=st.booleans())
    def change_run(self, who, run, office):
        if row := self.mine(who):
            by = self.officer if office else self.logins[who]
            self.tries(seats.change_run, row.pk, self.runs[run], by=by, reason="都合")

    @rule(run=RUN, capacity=st.integers(1, 6))
    def another_capacity(self, run, capacity):
        row = CourseRun.objects.get(pk=self.runs[run])
        meetings = list(row.sessions.values_list("starts_at", "ends_at"))
        self.tries(runs.change, row.pk, meetings=meetings, capacity=capacity, by=self.officer)

    @rule(run=RUN, place=st.integers(0, 1), number=st.integers(1, 4), days=st.integers(1, 10))
    def keep(self, run, place, number, days):
        until = day_of(self.at) + timedelta(days=days)
        department = self.places[place]
        self.tries(holds.keep, self.runs[run], department, number=number, released_on=until, by=self.officer)

    @rule(run=RUN)
    def release(self, run):
        if row := SeatHold.objects.filter(run=self.runs[run]).first():
            self.tries(holds.release, row.pk, by=self.officer)

    @rule(run=RUN, by_hand=st.booleans())
    def another_way_of_moving_up(self, run, by_hand):
        row = CourseRun.objects.get(pk=self.runs[run])
        meetings = list(row.sessions.values_list("starts_at", "ends_at"))
        self.tries(runs.change, row.pk, meetings=meetings, promotes_by_hand=by_hand, by=self.officer)

    @rule(run=RUN)
    def move_up_by_hand(self, run):
        self.tries(seats.promote_next, self.runs[run], by=self.officer)

    @precondition(lambda self: day_of(self.at) < day_of(NOW) + timedelta(days=DAYS))
    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        self.at += timedelta(days=days)
        waiting_lists.promote_all(at=self.at)

    @rule(run=RUN)
    def called_off_and_moved(self, run):
        target = self.runs[1 - run]
        if CourseRun.objects.get(pk=target).status != "cancelled":
            self.tries(calling_off.call_off, self.runs[run], reason="大雪", to_run_id=target, by=self.officer)

    @invariant()
    def never_oversold(self):
        for run in CourseRun.objects.all():
            assert run.seats_taken == run.enrollments.filter(status__in=SEATED).count() <= run.capacity

    @invariant()
    def kept_seats_are_free_seats(self):
        for run in CourseRun.objects.filter(status="open"):
            ledger = Ledger(run, day_of(self.at))
            assert sum(ledger.kept.values()) <= ledger.free

    @invariant()
    def no_seat_is_free_while_somebody_waits(self):
        for run in CourseRun.objects.all():
            if rules.waiting_list_moves(run, self.at):
                assert seats.next_in_line(run, self.at) is None

    @invariant()
    def nobody_passes_by(self):
        """Who got a seat of a run now stood before those who go on waiting, or has a seat of the own department's."""
        for run in CourseRun.objects.all():
            rows = list(run.enrollments.first_come().select_related("employee"))
            before, now = self.seated[run.pk], {row.pk for row in rows if row.status in SEATED}
            still = [row for row in rows if row.status == "waitlisted" and row.pk in self.waited[run.pk]]
            kept_for = set(SeatHold.objects.filter(run=run).values_list("department_id", flat=True))
            for row in (row for row in rows if row.pk in now - before):
                place = row.employee.postings.get().department_id
                if place in kept_for:
                    continue
                assert not [other for other in still if (other.requested_at, other.pk) < (row.requested_at, row.pk)]
            self.seated[run.pk] = now
            self.waited[run.pk] = {row.pk for row in rows if row.status == "waitlisted"}

    @invariant()
    def one_booking_a_person(self):
        """R43"""
        live = list(Enrollment.objects.filter(status__in=BOOKED).values_list("employee_id", flat=True))
        assert len(live) == len(set(live))


@pytest.mark.django_db
def test_the_ledger_keeps_its_laws_whatever_happens():
    run_state_machine_as_test(SeatLedger, settings=settings(max_examples=8, stateful_step_count=20, deadline=None))
