"""Two who write the same roll at the same moment: one row a person and meeting, nobody sees an error page."""

from datetime import timedelta

import pytest

from aomori_dx.kernel.errors import RuleBroken
from tests.factories import staff
from tests.factories import training as make
from tests.kernel.racing import need_row_locks, together
from training import check_in_codes as codes
from training.models import Attendance, Completion, CourseRun, Enrollment
from training.services import arrivals, attendance, results, walk_ins
from training.services.attendance import Mark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
START = make.MEETS


@pytest.fixture(autouse=True)
def _locks():
    need_row_locks()


def test_the_phone_and_the_officer_at_once_leave_one_row():
    by = make.officer()
    meeting = make.run(capacity=9).sessions.get()
    row = make.booking(meeting.run, status="confirmed")
    login = staff.user(row.employee)
    code = codes.make(meeting.pk, until=START + timedelta(minutes=3))
    found = together(
        *[lambda: arrivals.by_code(meeting.pk, code, by=login, at=START)] * 4,
        *[lambda: attendance.record(meeting.pk, {row.pk: Mark("present", seen="")}, by=by, at=START)] * 4,
    )
    assert Attendance.objects.count() == 1
    assert not [each for each in found if isinstance(each, Exception) and not isinstance(each, RuleBroken)]


def test_results_are_settled_once():
    by = make.officer()
    run = make.run(capacity=9)
    rows = [make.booking(run, status="confirmed") for _ in range(5)]
    for row in rows:
        make.attendance(row)
    CourseRun.objects.filter(pk=run.pk).update(status="held")
    after = START + timedelta(hours=5)
    found = together(*[lambda: results.conclude(run.pk, by=by, at=after)] * 6)
    assert not [each for each in found if isinstance(each, Exception)]
    assert Completion.objects.count() == 5
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"completed"}


def test_the_last_seat_at_the_door_goes_to_one():
    by = make.officer()
    run = make.run(capacity=1)
    people = [staff.posting().employee for _ in range(6)]
    acts = [lambda person=person: walk_ins.add_all(run.pk, [person], by=by, at=START) for person in people]
    found = together(*acts)
    run.refresh_from_db()
    assert (run.seats_taken, Enrollment.objects.seated().count()) == (1, 1)
    assert sum(isinstance(each, RuleBroken) for each in found) == 5
