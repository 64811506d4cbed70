"""R44, R45, E14: who is moved up may decline; late changes are asked of the office; an officer may move up by hand."""

from datetime import date, datetime, timedelta

import pytest

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training.models import ChangeRequest, Enrollment
from training.services import change_requests, seats

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 11, 9, 0, tzinfo=TOKYO)


def line_of(run, number):
    """So many people ask; each with a login."""
    logins = [staff.user(staff.posting().employee) for _ in range(number)]
    return [(seats.request(run.pk, login.employee, by=login, at=NOW), login) for login in logins]


def statuses(run):
    return list(run.enrollments.first_come().values_list("status", flat=True))


def test_a_seat_that_is_declined_goes_to_the_next_and_the_reason_is_kept():
    run = make.run(capacity=1)
    (first, _), (second, login), _ = line_of(run, 3)
    seats.cancel(first.pk, by=make.officer(), at=NOW, reason="都合")
    told = Notice.objects.filter(employee=second.employee, body__contains="令和8年12月10日まで")
    assert told.filter(body__contains="辞退する").count() == 1
    seats.decline(second.pk, by=login, at=NOW, reason="業務の都合")
    assert statuses(run) == ["cancelled", "cancelled", "confirmed"]
    second.refresh_from_db()
    assert second.reason == "業務の都合"
    assert AuditEvent.objects.filter(action="turn_down_seat").count() == 1


def test_who_was_not_moved_up_cancels_and_declines_nothing():
    run = make.run()
    ((row, login),) = line_of(run, 1)
    with pytest.raises(RuleBroken, match="繰り上がった受講だけ"):
        seats.decline(row.pk, by=login, at=NOW)


def test_within_the_days_of_the_answer_a_seat_is_declined_after_the_day_of_changes_and_nobody_follows_by_itself():
    run = make.run(capacity=1)
    (first, _), (second, login), _ = line_of(run, 3)
    seats.cancel(first.pk, by=make.officer(), at=LATE - timedelta(days=1), reason="都合")
    second.refresh_from_db()
    assert second.answer_by == date(2026, 12, 13)
    seats.decline(second.pk, by=login, at=LATE)
    assert statuses(run) == ["cancelled", "cancelled", "waitlisted"]
    assert seats.promote_next(run.pk, by=make.officer(), at=LATE).status == "confirmed"


def test_after_the_answer_or_the_start_a_seat_is_not_declined_any_more():
    run = make.run(capacity=1, answer_days=30)
    (first, _), (second, login) = line_of(run, 2)
    seats.cancel(first.pk, by=make.officer(), at=NOW, reason="都合")
    with pytest.raises(RuleBroken, match="すでに始まっています"):
        seats.decline(second.pk, by=login, at=make.MEETS)
    Enrollment.objects.filter(pk=second.pk).update(answer_by=date(2026, 12, 1))
    with pytest.raises(RuleBroken, match="辞退できるのは令和8年12月1日まで"):
        seats.decline(second.pk, by=login, at=LATE)


def test_where_an_officer_moves_the_list_it_does_not_move_by_itself():
    run = make.run(capacity=1, promotes_by_hand=True)
    (first, _), (second, _), _ = line_of(run, 3)
    seats.cancel(first.pk, by=make.officer(), at=NOW, reason="都合")
    assert statuses(run) == ["cancelled", "waitlisted", "waitlisted"]
    with pytest.raises(NotAllowed):
        seats.promote_next(run.pk, by=staff.office(OfficeRole.INFO), at=NOW)
    assert seats.promote_next(run.pk, by=make.officer(), at=NOW) == second
    with pytest.raises(RuleBroken, match="空席がない"):
        seats.promote_next(run.pk, by=make.officer(), at=NOW)
    with pytest.raises(RuleBroken, match="すでに始まっている"):
        seats.promote_next(run.pk, by=make.officer(), at=make.MEETS)


def test_a_late_change_is_asked_of_the_office_which_does_it():
    course = make.course()
    run, other = make.run(course, final_at=LATE + timedelta(days=3)), make.run(course)
    ((row, login),) = line_of(run, 1)
    with pytest.raises(RuleBroken, match="ご自身で変更と取消ができます"):
        change_requests.ask(row.pk, to_run=other, reason="会議", supplement="", by=login, at=NOW)
    wish = change_requests.ask(row.pk, to_run=other, reason="会議", supplement="午後から", by=login, at=LATE)
    assert Notice.objects.filter(office=OfficeRole.HR, title__contains=f"第{other.number}回への変更の申出").exists()
    with pytest.raises(RuleBroken, match="すでに申し出ています"):
        change_requests.ask(row.pk, to_run=None, reason="会議", supplement="", by=login, at=LATE)
    change_requests.settle(wish.pk, grant=True, answer="", by=make.officer(), at=LATE)
    assert (statuses(run), statuses(other)) == (["cancelled"], ["confirmed"])
    row.refresh_from_db()
    assert (row.reason, row.supplement) == ("会議", "午後から")


def test_after_the_final_moment_nobody_asks_and_a_refusal_says_why():
    run = make.run(final_at=LATE)
    ((row, login),) = line_of(run, 1)
    wish = change_requests.ask(row.pk, to_run=None, reason="会議", supplement="", by=login, at=LATE)
    with pytest.raises(RuleBroken, match="承認しない理由"):
        change_requests.settle(wish.pk, grant=False, answer=" ", by=make.officer(), at=LATE)
    change_requests.settle(wish.pk, grant=False, answer="代わりがいません", by=make.officer(), at=LATE)
    assert Notice.objects.filter(employee=row.employee, body="代わりがいません").exists()
    with pytest.raises(RuleBroken, match="締め切りました"):
        change_requests.ask(row.pk, to_run=None, reason="会議", supplement="", by=login, at=LATE + timedelta(minutes=1))
    assert ChangeRequest.objects.count() == 1


def test_the_course_page_says_the_rank_the_rule_and_offers_to_decline(client):
    run = make.run(capacity=1)
    (first, _), (_, login), (_, third) = line_of(run, 3)
    log_in(client, third)
    page = client.get(f"/courses/{run.course.code}/").content.decode()
    assert "キャンセル待ちの2番目です。先に申し込んだ人から順に席が決まります。" in page
    assert "令和8年12月10日までに席が空くと、自動で確定し、お知らせします。" in page
    seats.cancel(first.pk, by=make.officer(), at=NOW, reason="都合")
    log_in(client, login)
    page = client.get(f"/courses/{run.course.code}/").content.decode()
    assert "令和8年12月10日まで辞退できます" in page
    row = Enrollment.objects.get(employee=login.employee)
    answer = client.post(f"/courses/{run.course.code}/bookings/{row.pk}/decline/", follow=True)
    assert "席を辞退しました。" in answer.content.decode()
    assert statuses(run) == ["cancelled", "cancelled", "confirmed"]


def test_a_change_with_its_reason_takes_effect_at_once_before_the_day(client):
    course = make.course()
    run, other = make.run(course), make.run(course)
    ((row, login),) = line_of(run, 1)
    log_in(client, login)
    address = f"/courses/{course.code}/bookings/{row.pk}/change/"
    assert client.post(address, {"what": "cancel"}).status_code == 422
    typed = {"what": str(other.pk), "reason": "会議", "supplement": "午後から"}
    page = client.post(address, typed, follow=True).content.decode()
    assert f"第{other.number}回に変更しました。席が確定しました。" in page
    row.refresh_from_db()
    assert (row.status, row.reason, row.supplement) == ("cancelled", "会議", "午後から")
