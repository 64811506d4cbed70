"""振替: what was missed is made up for in another run, and the hours count once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aomori_dx.kernel.errors import RuleBroken
from tests.factories import staff
from tests.factories import training as make
from tests.training.two_days import AFTER, NEXT_DAY, roll, settled, state, two_days
from training.models import Attendance, Completion
from training.services import judging, results, runs, substitutions

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make.officer()


def test_an_absence_is_made_up_for_and_the_hours_count_once(by):
    first = two_days()
    row = make.booking(first, status="confirmed")
    second = two_days(first.course, days=14)
    settled(first, by, {row: (180, 0)})
    assert state(row) == "failed"
    new = substitutions.book(row.pk, second.pk, by=by, at=AFTER)
    assert (new.substitutes_id, new.status) == (row.pk, "confirmed")
    settled(second, by, {new: (180, 180)}, at=AFTER + timedelta(days=14))
    done = Completion.objects.get()
    assert (done.hours, done.enrollment_id, done.completed_on) == (
        Decimal("6.0"), new.pk, NEXT_DAY.date() + timedelta(days=14),
    )  # fmt: skip
    assert (state(row), state(new)) == ("completed", "completed")


def test_only_what_was_missed_has_to_be_on_record_elsewhere(by):
    first = two_days()
    row = make.booking(first, status="confirmed")
    second = two_days(first.course, days=14)
    roll(first, by, {row: (180, 0)})
    new = substitutions.book(row.pk, second.pk, by=by, at=AFTER)
    assert state(row) == "attended"
    runs.hold_run(first.pk, by=by, at=AFTER)
    assert results.conclude(first.pk, by=by, at=AFTER).open == 1
    later = AFTER + timedelta(days=14)
    roll(second, by, {new: (None, 180)}, at=later)
    runs.hold_run(second.pk, by=by, at=later)
    results.conclude(second.pk, by=by, at=later)
    assert (state(row), state(new)) == ("completed", "completed")


def test_a_substitute_that_is_missed_too_leaves_another_choice(by):
    first = two_days()
    row = make.booking(first, status="confirmed")
    second, third = (two_days(first.course, days=days) for days in (14, 28))
    settled(first, by, {row: (0, 0)})
    new = substitutions.book(row.pk, second.pk, by=by, at=AFTER)
    with pytest.raises(RuleBroken, match="すでに第"):
        substitutions.book(row.pk, third.pk, by=by, at=AFTER)
    later = AFTER + timedelta(days=14)
    settled(second, by, {new: (0, 0)}, at=later)
    assert (state(row), state(new)) == ("absent", "absent")
    last = substitutions.book(new.pk, third.pk, by=by, at=later)
    assert last.substitutes_id == row.pk
    settled(third, by, {last: (180, 180)}, at=later + timedelta(days=14))
    assert (state(row), state(new), state(last)) == ("absent", "absent", "completed")
    assert Completion.objects.get().enrollment_id == last.pk


def test_a_run_that_is_called_off_is_no_absence_and_frees_the_choice(by):
    first = two_days()
    row = make.booking(first, status="confirmed")
    second, third = (two_days(first.course, days=days) for days in (14, 28))
    settled(first, by, {row: (180, 0)})
    new = substitutions.book(row.pk, second.pk, by=by, at=AFTER)
    runs.cancel(second.pk, reason="大雪のため", by=by, at=AFTER)
    assert state(new) == "cancelled"
    assert not Attendance.objects.filter(enrollment=new).exists()
    assert substitutions.book(row.pk, third.pk, by=by, at=AFTER).substitutes_id == row.pk


def test_people_make_up_for_it_themselves_while_bookings_are_taken(by):
    first = two_days()
    row = make.booking(first, status="confirmed")
    login = staff.user(row.employee)
    with pytest.raises(RuleBroken, match="記録された日程がありません"):
        substitutions.book(row.pk, two_days(first.course, days=14).pk, by=login, at=AFTER)
    settled(first, by, {row: (0, 0)})
    late = two_days(first.course, days=14)
    with pytest.raises(RuleBroken, match="締め切りました"):
        substitutions.book(row.pk, late.pk, by=login, at=AFTER)
    open_still = two_days(first.course, days=14, closes_on=AFTER.date())
    assert substitutions.book(row.pk, open_still.pk, by=login, at=AFTER).substitutes_id == row.pk


class EveryStory(TestCase):
    """Whatever happens, in whatever order: never more than the course has, one completion a year at most."""

    @given(st.lists(st.tuples(st.sampled_from([0, 60, 180]), st.sampled_from([0, 60, 180])), min_size=1, max_size=4))
    def test_never_more_hours_than_the_course_has(self, story):
        by = make.officer()
        course = make.course(hours=6)
        row = make.booking(two_days(course), status="confirmed")
        at, current = AFTER, row
        for number, minutes in enumerate(story, 1):
            settled(current.run, by, {current: minutes}, at=at)
            if state(current) == "completed" or number == len(story):
                break
            following = two_days(course, days=14 * number)
            current = substitutions.book(row.pk, following.pk, by=by, at=at)
            at = AFTER + timedelta(days=14 * number)
        judged = judging.of_run(row.run)[row.pk]
        assert judged.present <= judged.total == 360
        done = Completion.objects.standing().filter(course=course)
        assert sum(each.hours for each in done) <= Decimal("6.0")
        best = [max(minutes[place] for minutes in story[: len(judged.chain)]) for place in range(2)]
        assert done.exists() is (360 - sum(best) <= 90)
