"""One ledger of seats: in the order of arrival, never over the capacity, the waiting list moves up by itself."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import EmploymentType, Notice, OfficeRole
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training.models import Enrollment, SeatHold
from training.services import runs, seats

pytestmark = pytest.mark.django_db


def people(number: int, **fields):
    return [staff.posting(**fields).employee for _ in range(number)]


def ask(run, person, at=NOW):
    return seats.request(run.pk, person, by=staff.user(person), at=at)


def statuses(run) -> list[str]:
    return list(run.enrollments.first_come().values_list("status", flat=True))


def test_who_comes_first_has_the_seat_and_the_rest_wait_in_order():
    """R44, rule 6"""
    run = make.run(capacity=2)
    for person in people(4):
        ask(run, person)
    run.refresh_from_db()
    assert statuses(run) == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert run.seats_taken == 2


def test_a_freed_seat_goes_to_the_first_in_line_who_is_told():
    run = make.run(capacity=1)
    first, second, _ = (ask(run, person) for person in people(3))
    seats.cancel(first.pk, by=make.officer(), at=NOW, reason="都合により")
    assert statuses(run) == ["cancelled", "confirmed", "waitlisted"]
    told = Notice.objects.filter(employee=second.employee).values_list("title", flat=True)
    assert any(title.endswith("の席が確定しました。") for title in told)


def test_the_same_click_twice_is_one_booking():
    run = make.run()
    (person,) = people(1)
    login = staff.user(person)
    one = seats.request(run.pk, person, by=login, at=NOW)
    two = seats.request(run.pk, person, by=login, at=NOW)
    assert one == two
    assert AuditEvent.objects.filter(action="requested").count() == 1


def test_one_booking_a_person_and_course():
    """R43"""
    course = make.course()
    (person,) = people(1)
    login = staff.user(person)
    seats.request(make.run(course).pk, person, by=login, at=NOW)
    with pytest.raises(RuleBroken, match="ほかの回にすでに申し込んでいます"):
        seats.request(make.run(course).pk, person, by=login, at=NOW)


def test_the_list_moves_until_the_last_day_of_changes_and_never_after_the_start():
    run = make.run(capacity=1, change_until=date(2026, 12, 20))
    first, _ = (ask(run, person) for person in people(2))
    officer = make.officer()
    seats.cancel(first.pk, by=officer, at=make.MEETS + timedelta(minutes=1), reason="欠席の連絡")
    assert statuses(run) == ["cancelled", "waitlisted"]
    assert seats.fill_free_seats(run.pk, at=make.MEETS - timedelta(hours=1)) == 1
    assert seats.fill_free_seats(run.pk, at=make.MEETS - timedelta(hours=1)) == 0


def test_by_oneself_until_the_day_and_afterwards_by_the_office():
    """R45"""
    run = make.run()
    (person,) = people(1)
    login = staff.user(person)
    row = seats.request(run.pk, person, by=login, at=NOW)
    late = make.MEETS - timedelta(days=2)
    with pytest.raises(RuleBroken, match="変更と取消は令和8年12月10日までです"):
        seats.cancel(row.pk, by=login, at=late)
    with pytest.raises(RuleBroken, match="理由が必要です"):
        seats.cancel(row.pk, by=make.officer(), at=late)
    assert seats.cancel(row.pk, by=make.officer(), at=late, reason="電話連絡").status == "cancelled"


def test_seats_kept_for_a_department_are_its_own_until_they_are_released():
    place = staff.department()
    run = make.run(capacity=2)
    SeatHold.objects.create(run=run, department=place, seats=1, released_on=date(2026, 12, 1))
    (mine,) = people(1, to=place)
    one, two = people(2)
    assert [ask(run, person).status for person in (one, two, mine)] == ["confirmed", "waitlisted", "confirmed"]


def test_what_nobody_of_the_department_took_is_everybodys_on_the_day_of_release():
    run = make.run(capacity=1)
    SeatHold.objects.create(run=run, department=staff.department(), seats=1, released_on=date(2026, 12, 1))
    (person,) = people(1)
    assert ask(run, person).status == "waitlisted"
    assert seats.fill_free_seats(run.pk, at=NOW) == 0
    assert seats.fill_free_seats(run.pk, at=NOW.replace(month=12, day=1)) == 1


@pytest.mark.parametrize(
    ("fields", "of_course", "sentence"),
    [
        ({"status": "draft"}, {}, "「準備中」のため"),
        ({"opens_on": date(2026, 11, 25)}, {}, "申込は令和8年11月25日からです"),
        ({"closes_on": date(2026, 11, 22)}, {}, "令和8年11月22日に締め切りました"),
        ({"meets": NOW - timedelta(days=1)}, {}, "すでに始まっています"),
        ({}, {"audience": "managers"}, "この研修の対象は管理職です"),
        ({}, {"employment_types": ["regular"]}, "職員区分(会計年度任用職員)は、この研修の対象ではありません"),
    ],
)
def test_who_cannot_book_is_told_why(fields, of_course, sentence):
    run = make.run(make.course(**of_course), **fields)
    person = staff.posting(staff.employee(employment_type=EmploymentType.ANNUAL)).employee
    with pytest.raises(RuleBroken, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        ask(run, person)
    assert not Enrollment.objects.exists()


def test_nobody_books_for_others_but_the_office():
    run = make.run()
    one, other = people(2)
    with pytest.raises(NotAllowed):
        seats.request(run.pk, one, by=staff.user(other), at=NOW)
    with pytest.raises(NotAllowed):
        seats.request_all(run.pk, [one], by=staff.office(OfficeRole.INFO), at=NOW)
    booked = seats.request_all(run.pk, [one, other], by=make.officer(), at=NOW)
    assert [row.status for row in booked] == ["confirmed", "confirmed"]


def test_booking_many_is_all_or_nothing_and_names_each_refusal():
    run = make.run()
    one, other = people(2)
    other.left_on = date(2026, 11, 1)
    other.save()
    with pytest.raises(RuleBroken, match=rf"{other.employee_number}.*在職していません"):
        seats.request_all(run.pk, [one, other], by=make.officer(), at=NOW)
    assert not Enrollment.objects.exists()


def test_changing_the_run_is_both_or_neither():
    course = make.course()
    full, free = make.run(course, capacity=1), make.run(course)
    (person, _) = people(2)
    login = staff.user(person)
    row = seats.request(free.pk, person, by=login, at=NOW)
    closed = make.run(course, status="closed")
    with pytest.raises(RuleBroken, match="「締切」のため"):
        seats.change_run(row.pk, closed.pk, by=login, at=NOW)
    row.refresh_from_db()
    assert row.status == "confirmed"
    assert seats.change_run(row.pk, full.pk, by=login, at=NOW).run == full
    free.refresh_from_db()
    assert (free.seats_taken, statuses(free)) == (0, ["cancelled"])


def test_a_run_that_is_called_off_tells_everybody_and_makes_nobody_absent():
    """E16, R50"""
    run = make.run(capacity=1)
    for person in people(2):
        ask(run, person)
    runs.cancel(run.pk, reason="大雪のため", by=make.officer(), at=NOW)
    run.refresh_from_db()
    assert (run.status, run.seats_taken, statuses(run)) == ("cancelled", 0, ["cancelled", "cancelled"])
    assert Notice.objects.filter(title__contains="取り消しました", body__startswith="大雪のため").count() == 2
