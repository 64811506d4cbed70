"""Invitations, messages, clashes, wishes: what the office does around the people of a run."""

from datetime import timedelta

import pytest

from aomori_dx.kernel.errors import RuleBroken
from staff.models import EmploymentType, Notice, OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training import overlaps
from training.models import Interest, Invitation, RunMessage
from training.services import runs, seats

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr(client):
    login = staff.office(OfficeRole.HR)
    log_in(client, login)
    return login


def test_who_is_not_invited_joins_by_no_way_and_is_told_why(client, hr):
    run = make.run(invited_only=True)
    login = staff.user(staff.posting().employee)
    for by in (login, hr):
        with pytest.raises(RuleBroken, match="案内を受けた職員だけ"):
            seats.request(run.pk, login.employee, by=by, at=NOW)
    log_in(client, login)
    assert "案内を受けた職員だけ" in client.get(f"/courses/{run.course.code}/").content.decode()
    make.invitation(run, login.employee)
    assert seats.request(run.pk, login.employee, by=login, at=NOW).status == "confirmed"


def test_people_are_invited_by_number_by_department_and_by_a_list(client, hr):
    run, place = make.run(invited_only=True), staff.department()
    one, two = staff.posting().employee, staff.posting(to=place).employee
    three = make.interest(run.course).employee
    address = f"/runs/{run.pk}/invitations/"
    assert client.post(address, {}).status_code == 422
    typed = {"numbers": one.employee_number, "departments": [place.pk], "listed": "interest"}
    assert "3人を案内の一覧に加えました。" in client.post(address, typed, follow=True).content.decode()
    assert "0人を案内の一覧に加えました。" in client.post(address, typed, follow=True).content.decode()
    assert dict(Invitation.objects.values_list("employee", "source")) == {
        one.pk: "職員番号",
        two.pk: "所属",
        three.pk: "受講の希望を登録した職員",
    }
    assert Notice.objects.filter(title=f"{run}のご案内").count() == 3
    row = Invitation.objects.get(employee=one)
    client.post(f"/runs/{run.pk}/invitations/{row.pk}/remove/")
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_the_audience_holds_for_every_way_in(hr):
    """E9"""
    run = make.run(make.course(employment_types=["regular"]))
    person = staff.posting(staff.employee(employment_type=EmploymentType.ANNUAL)).employee
    with pytest.raises(RuleBroken, match="この研修の対象ではありません"):
        seats.request(run.pk, person, by=hr, at=NOW)
    with pytest.raises(RuleBroken, match="この研修の対象ではありません"):
        seats.request_all(run.pk, [person], by=hr, at=NOW)


def test_nobody_joins_a_run_that_is_over(hr):
    run = make.run(status="cancelled")
    with pytest.raises(RuleBroken, match="「中止」のため、登録できません"):
        seats.request(run.pk, staff.posting().employee, by=hr, at=NOW)


def test_a_message_goes_to_those_it_is_for_and_is_kept(client, hr):
    run = make.run(capacity=1)
    one, two = make.booking(run, status="confirmed"), make.booking(run, status="waitlisted")
    address = f"/runs/{run.pk}/messages/"
    client.post(address, {"to": "confirmed", "subject": "持ち物", "body": "筆記用具"})
    client.post(address, {"to": "all", "subject": "会場変更", "body": "西棟です。"})
    told = Notice.objects.values_list("employee", "title")
    assert sorted(told) == sorted(
        [
            (one.employee_id, f"{run}: 持ち物"),
            (one.employee_id, f"{run}: 会場変更"),
            (two.employee_id, f"{run}: 会場変更"),
        ]
    )
    assert list(RunMessage.objects.order_by("pk").values_list("number", "sent_by_name")) == [(1, str(hr)), (2, str(hr))]
    assert "持ち物" in client.get(address).content.decode()
    empty = client.post(f"/runs/{make.run().pk}/messages/", {"to": "all", "subject": "x", "body": "残す本文"})
    assert empty.status_code == 422
    assert "残す本文" in empty.content.decode()


def test_the_same_room_or_instructor_at_the_same_time_is_a_warning_and_no_refusal(client, hr):
    make.run(instructor="津軽 花子、南部 太郎")
    run = make.run(instructor="南部　太郎", meets=make.MEETS + timedelta(hours=1))
    found = overlaps.of(run)
    assert len(found) == 2
    assert found[0].startswith("会場「県庁西棟8階」は、同じ時間に")
    assert "講師「南部　太郎」" in found[1]
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert all(sentence in page for sentence in found)
    later = make.run(meets=make.MEETS + timedelta(hours=4), instructor="津軽 花子")  # begins when the run has ended
    assert overlaps.of(later) == []


def test_who_waits_for_a_run_is_counted_named_and_told_when_one_opens(client, hr):
    course = make.course(code="RPA1", name="RPA入門")
    wish = make.interest(course)
    make.interest(course, withdrawn_at=NOW)
    page = client.get("/interests/?q=ｒｐａ").content.decode()
    assert "RPA入門" in page
    assert "(1人の希望)" in page
    assert wish.employee.name in client.get("/interests/RPA1/").content.decode()
    assert client.get("/interests/download/?course=RPA1&format=csv").status_code == 200
    run = make.run(course, status="draft")
    runs.open_run(run.pk, by=hr, at=NOW)
    assert Notice.objects.filter(employee=wish.employee, title=f"{run}の募集が始まりました。").count() == 1
    assert Interest.objects.filter(withdrawn_at=None).count() == 1


def test_a_run_below_its_minimum_stands_out(client, hr):
    run = make.run(minimum=2)
    make.run(minimum=0)
    page = client.get("/runs/?needs=minimum").content.decode()
    assert "最少催行に不足" in page
    assert f"第{run.number}回" in page
    assert "あと2人" in page
    assert "まであと2人です" in client.get(f"/runs/{run.pk}/").content.decode()


def test_a_copy_has_all_but_the_days(client, hr):
    run = make.run(instructor="南部 太郎", capacity=17)
    page = client.get(f"/runs/courses/{run.course.code}/new/?copy={run.pk}").content.decode()
    assert "南部 太郎" in page
    assert 'value="17"' in page
    assert "R8.12.15 13:00-16:00\n" not in page


def test_deadlines_that_are_left_empty_follow_from_the_first_meeting(client, hr):
    """R42"""
    course = make.course()
    typed = {"capacity": "5", "minimum": "0", "opens_on": "R8.11.2", "closes_on": "R8.11.30"}
    client.post(f"/runs/courses/{course.code}/new/", {**typed, "meetings": "R8.12.15 13:00-16:00"})
    run = course.runs.get()
    assert str(run.change_until) == "2026-12-01"
    assert run.final_at == make.MEETS.replace(day=14, hour=17)


def test_the_catalogue_finds_whatever_the_way_of_writing_and_who_it_is_for(client):
    person = staff.posting(staff.employee(employment_type=EmploymentType.ANNUAL)).employee
    log_in(client, staff.user(person))
    make.course(name="ＲＰＡ入門", tracks=["data"])
    make.course(name="所属長研修", audience="managers")
    make.course(name="正規だけ", employment_types=["regular"], level=2)
    page = client.get("/courses/?q=rpa").content.decode()
    assert "ＲＰＡ入門" in page
    assert "所属長研修" not in page
    page = client.get("/courses/?fits=yes").content.decode()
    assert "ＲＰＡ入門" in page
    assert "正規だけ" not in page
    assert "所属長研修" not in page
    assert "段階2(1件)" in client.get("/courses/").content.decode()
    assert client.get("/courses/download/?format=xlsx").status_code == 200
