"""Reminders of required training and of meetings: once, on working days, only to whom it concerns."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, OutboxMessage
from staff.models import Notice, OfficeRole
from staff.services import digests
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from training import rates, tasks
from training.services import completions, required_reminders, run_reminders
from training.services.required_reminders import Sent, days

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 25)
SEVEN_BEFORE = datetime(2026, 12, 16, 7, 35, tzinfo=TOKYO)


def send(at=SEVEN_BEFORE) -> Sent:
    return required_reminders.send_due(at=at)


def own(person=None):
    notices = Notice.objects.kept().filter(key__startswith="required:")
    return notices.filter(employee=person) if person else notices


def test_the_days_are_working_days_before_and_weekly_after():
    found = days(DUE, until=date(2027, 1, 15))
    assert found == [
        date(2026, 11, 12), date(2026, 12, 16), date(2026, 12, 24), date(2027, 1, 7), date(2027, 1, 15),
    ]  # fmt: skip


def test_who_has_not_done_it_is_reminded_once():
    row = training.obligation(due_on=DUE)
    assert send().people == 1
    assert send().people == 0
    notice = own().get()
    assert (notice.employee, notice.due) == (row.employee, DUE)
    assert "期限は令和8年12月25日です" in notice.title


def test_the_task_run_twice_tells_once():
    with time_machine.travel(SEVEN_BEFORE, tick=False):
        row = training.obligation(due_on=DUE)
        run = training.run(meets=datetime(2026, 12, 17, 13, tzinfo=TOKYO), status="closed")
        training.booking(run, row.employee, status="confirmed")
        tasks.send_reminders()
        tasks.send_reminders()
    assert Notice.objects.filter(employee=row.employee).count() == 2


def test_a_missed_day_is_made_up_for_and_not_doubled():
    training.obligation(due_on=DUE)
    assert send(SEVEN_BEFORE + timedelta(days=1)).people == 1
    assert send(SEVEN_BEFORE + timedelta(days=2)).people == 0
    own().delete()
    assert send(SEVEN_BEFORE + timedelta(days=5)).people == 0, "too late for it"


@pytest.mark.parametrize("day", [date(2026, 12, 19), date(2026, 12, 30), date(2027, 1, 1)])
def test_on_a_day_off_nobody_is_told(day):
    training.obligation(due_on=DUE)
    assert send(datetime(day.year, day.month, day.day, 7, 35, tzinfo=TOKYO)) == Sent()


def test_after_the_due_day_it_is_said_every_week():
    training.obligation(due_on=date(2026, 11, 13))
    at = datetime(2026, 11, 20, 7, 35, tzinfo=TOKYO)
    told = [send(at + timedelta(days=number)).people for number in range(30)]
    assert sum(told) == 4
    assert "期限超過" in own().latest("pk").title


def test_who_is_on_leave_done_gone_or_let_off_is_left_alone():
    """E5"""
    away, done, gone, free = (training.obligation(due_on=DUE) for _ in range(4))
    make.absence(away.employee, valid_from=date(2026, 12, 1))
    training.completion(done.employee, done.requirement.course)
    gone.employee.left_on = date(2026, 12, 1)
    gone.employee.save()
    free.lifted_on, free.lifted_reason = date(2026, 12, 1), "管理職でなくなったため"
    free.save()
    assert send() == Sent()


def test_who_became_obliged_after_the_day_is_not_told_of_it():
    training.obligation(obliged_on=date(2026, 12, 16), due_on=DUE)
    assert send().people == 0


def test_what_is_done_is_spoken_of_no_more():
    row = training.obligation(due_on=DUE)
    other = training.obligation(person=row.employee, due_on=DUE)
    send()
    course = row.requirement.course
    completions.enter(
        row.employee, course, completed_on=date(2026, 12, 16), reason="紙で確認", by=training.officer(), at=SEVEN_BEFORE
    )
    assert [notice.key.split(":")[1] for notice in own(row.employee)] == [str(other.pk)]


def test_one_letter_a_person_a_day():
    person = make.posting().employee
    for _ in range(3):
        training.obligation(person=person, due_on=DUE)
    send()
    digests.write_all(at=SEVEN_BEFORE.replace(hour=8))
    digests.write_all(at=SEVEN_BEFORE.replace(hour=9))
    assert OutboxMessage.objects.filter(to=person.email).count() == 1


def test_the_head_hears_once_a_week_how_many_are_left():
    place = make.department()
    late, soon = (make.posting(to=place).employee for _ in range(2))
    training.obligation(person=late, due_on=date(2026, 11, 20))
    training.obligation(person=soon, due_on=DUE)
    training.obligation(person=make.posting(to=place).employee, due_on=date(2027, 3, 31))
    monday = datetime(2026, 12, 14, 7, 35, tzinfo=TOKYO)
    heads = [send(monday + timedelta(days=number)).heads for number in range(7)]
    assert heads == [1, 0, 0, 0, 0, 0, 0]
    notice = Notice.objects.get(department=place)
    assert "2件あります(うち期限超過1件)" in notice.title
    assert place.code in notice.url


def test_a_week_that_begins_with_a_holiday_begins_a_day_later():
    place = make.department()
    training.obligation(person=make.posting(to=place).employee, due_on=date(2026, 12, 18))
    holiday = datetime(2026, 11, 23, 7, 35, tzinfo=TOKYO)
    assert [send(holiday + timedelta(days=number)).heads for number in range(4)] == [0, 1, 0, 0]


def rows(rule):
    return rates.obligations(rule, rule.first_year, on=day_of(NOW))


def by_hand(rule, by, **fields):
    words = {"to": "people", "title": "受講のお願い", "body": "受講してください。", **fields}
    return required_reminders.send(rule, rows(rule), by=by, at=NOW, **words)


def test_the_office_reminds_by_hand_once_a_day():
    row = training.obligation()
    officer = make.office(OfficeRole.HR)
    assert by_hand(row.requirement, officer) == 1
    with pytest.raises(RuleBroken, match="催促する人がいません"):
        by_hand(row.requirement, officer)
    assert by_hand(row.requirement, officer, to="heads") == 1
    with pytest.raises(RuleBroken):
        by_hand(row.requirement, officer, to="heads")
    assert AuditEvent.objects.filter(action="reminded").count() == 2


def test_who_was_reminded_by_hand_is_not_told_again_by_itself():
    row = training.obligation(due_on=DUE)
    required_reminders.send(
        row.requirement, rows(row.requirement), to="people", title="件名", body="本文", by=make.office(OfficeRole.DX),
        at=SEVEN_BEFORE,
    )  # fmt: skip
    assert send(SEVEN_BEFORE + timedelta(hours=1)).people == 0


def test_nobody_else_reminds_and_without_a_text_nothing_goes():
    row = training.obligation()
    with pytest.raises(NotAllowed):
        by_hand(row.requirement, make.office(OfficeRole.INFO))
    with pytest.raises(RuleBroken, match="件名と本文"):
        by_hand(row.requirement, make.office(OfficeRole.HR), body=" ")
    assert not own().exists()


FRIDAY = datetime(2026, 12, 18, 7, 35, tzinfo=TOKYO)


@pytest.mark.parametrize(("meets", "told"), [
    (datetime(2026, 12, 21, 9, tzinfo=TOKYO), 1),
    (datetime(2026, 12, 19, 9, tzinfo=TOKYO), 1),
    (datetime(2026, 12, 18, 9, tzinfo=TOKYO), 1),
    (datetime(2026, 12, 22, 9, tzinfo=TOKYO), 0),
    (datetime(2026, 12, 18, 7, tzinfo=TOKYO), 0),
])  # fmt: skip
def test_meetings_until_the_next_working_day_are_told_to_who_has_a_seat(meets, told):
    run = training.run(meets=meets)
    training.booking(run, status="confirmed")
    training.booking(run, status="waitlisted")
    away = training.booking(run, status="confirmed").employee
    make.absence(away, valid_from=date(2026, 12, 1))
    assert run_reminders.send_due(at=FRIDAY) == told
    assert run_reminders.send_due(at=FRIDAY) == 0


def test_a_run_that_was_called_off_is_told_to_nobody():
    run = training.run(meets=datetime(2026, 12, 21, 9, tzinfo=TOKYO), status="cancelled")
    training.booking(run, status="confirmed")
    assert run_reminders.send_due(at=FRIDAY) == 0


def test_who_gets_a_seat_afterwards_is_told_the_next_morning():
    run = training.run(meets=datetime(2026, 12, 21, 9, tzinfo=TOKYO))
    run_reminders.send_due(at=FRIDAY)
    training.booking(run, status="confirmed")
    assert run_reminders.send_due(at=datetime(2026, 12, 21, 7, 35, tzinfo=TOKYO)) == 1
