"""E16, R50: a run that is called off moves its people in order, tells each once, and makes nobody absent."""

import pytest

from aomori_dx.kernel.errors import RuleBroken
from staff.models import Notice, OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training.services import calling_off, seats

pytestmark = pytest.mark.django_db


def booked(run, number):
    logins = [staff.user(staff.posting().employee) for _ in range(number)]
    return [seats.request(run.pk, login.employee, by=login, at=NOW) for login in logins]


def test_people_are_moved_in_their_order_and_told_once():
    course = make.course()
    off, target = make.run(course, capacity=2), make.run(course, capacity=2)
    there = booked(target, 1)[0]
    people = [row.employee for row in booked(off, 3)]
    before = Notice.objects.count()
    found = calling_off.call_off(off.pk, reason="大雪のため", to_run_id=target.pk, by=make.officer(), at=NOW)
    rows = list(target.enrollments.first_come())
    assert [row.employee for row in rows] == [there.employee, *people]
    assert [row.status for row in rows] == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert (len(found.rows), found.sure, found.left) == (3, 1, [])
    assert set(off.enrollments.values_list("status", "called_off_as")) == {
        ("cancelled", "confirmed"),
        ("cancelled", "waitlisted"),
    }
    told = list(Notice.objects.order_by("pk")[before:])
    assert sorted(notice.employee_id for notice in told) == sorted(person.pk for person in people)
    assert all("中止になりました" in notice.title for notice in told)


def test_who_cannot_be_moved_is_named_with_why_and_stays_on_the_list(client):
    course = make.course()
    off, target = make.run(course), make.run(course, invited_only=True)
    one, other = booked(off, 2)
    make.invitation(target, other.employee)
    found = calling_off.call_off(off.pk, reason="大雪のため", to_run_id=target.pk, by=make.officer(), at=NOW)
    assert found.left == [(one.employee, "この回に申し込めるのは、案内を受けた職員だけです。")]
    assert [row.employee for row in found.rows] == [other.employee]
    log_in(client, staff.office(OfficeRole.HR))
    page = client.get(f"/runs/{off.pk}/contacts/").content.decode()
    assert "別の回に移せませんでした: この回に申し込めるのは、案内を受けた職員だけです。" in page
    assert f"第{target.number}回へ移動(確定)" in page


def test_they_can_be_moved_afterwards_once():
    course = make.course()
    off, target = make.run(course), make.run(course)
    booked(off, 2)
    officer = make.officer()
    with pytest.raises(RuleBroken, match="中止した回の人だけ"):
        calling_off.move(off.pk, target.pk, by=officer, at=NOW)
    calling_off.call_off(off.pk, reason="大雪のため", by=officer, at=NOW)
    assert len(calling_off.move(off.pk, target.pk, by=officer, at=NOW).rows) == 2
    assert calling_off.move(off.pk, target.pk, by=officer, at=NOW).rows == []
    with pytest.raises(RuleBroken, match="同じ研修の別の回"):
        calling_off.move(off.pk, make.run().pk, by=officer, at=NOW)


def test_the_page_calls_off_and_moves(client):
    course = make.course()
    off, target = make.run(course), make.run(course)
    booked(off, 1)
    log_in(client, staff.office(OfficeRole.HR))
    answer = client.post(f"/runs/{off.pk}/cancel/", {"reason": "大雪", "to_run": target.pk}, follow=True)
    assert "1人を移しました(確定1人、キャンセル待ち0人)。" in answer.content.decode()
