"""The catalogue and the own booking, as the staff see them."""

import pytest

from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training.models import Enrollment, Interest
from training.services import seats

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return staff.user(staff.posting().employee)


@pytest.fixture
def page(client, me):
    log_in(client, me)
    return lambda address: client.get(address).content.decode()


def test_a_seat_is_booked_and_given_up_by_two_clicks(client, me, page):
    course = make.course(name="RPA入門")
    run = make.run(course)
    answer = client.post(f"/courses/{course.code}/runs/{run.pk}/book/", follow=True)
    assert "席が確定しました。" in answer.content.decode()
    row = Enrollment.objects.get(employee=me.employee)
    answer = client.post(f"/courses/{course.code}/bookings/{row.pk}/cancel/", follow=True)
    assert "申込を取り消しました。" in answer.content.decode()
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_who_waits_sees_the_own_place_in_line_and_why(me, page):
    run = make.run(capacity=1)
    for _ in range(3):
        person = staff.posting().employee
        seats.request(run.pk, person, by=staff.user(person), at=NOW)
    seats.request(run.pk, me.employee, by=me, at=NOW)
    assert "キャンセル待ちの3番目です。先に申し込んだ人から順に席が決まります。" in page(f"/courses/{run.course.code}/")


def test_a_grey_button_says_why_and_a_refusal_says_the_same(client, page):
    run = make.run(make.course(audience="managers"))
    assert "この研修の対象は管理職です。" in page(f"/courses/{run.course.code}/")
    answer = client.post(f"/courses/{run.course.code}/runs/{run.pk}/book/")
    assert answer.status_code == 409
    assert "この研修の対象は管理職です。" in answer.content.decode()


def test_a_booking_of_somebody_else_is_not_there(client, page):
    row = make.booking(status="confirmed")
    assert client.post(f"/courses/{row.course.code}/bookings/{row.pk}/cancel/").status_code == 404


def test_another_run_of_the_course_takes_the_place_of_the_first(client, me, page):
    course = make.course()
    one, two = make.run(course), make.run(course)
    for run in (one, two):
        client.post(f"/courses/{course.code}/runs/{run.pk}/book/")
    assert list(Enrollment.objects.order_by("pk").values_list("run", "status")) == [
        (one.pk, "cancelled"),
        (two.pk, "confirmed"),
    ]


def test_a_wish_is_counted_once(client, me, page):
    course = make.course()
    for _ in range(2):
        client.post(f"/courses/{course.code}/wish/", {"wish": "yes"})
    assert "いま1人が希望しています。" in page(f"/courses/{course.code}/")
    client.post(f"/courses/{course.code}/wish/", {"wish": "no"})
    assert not Interest.objects.filter(withdrawn_at=None).exists()


def test_an_office_without_a_person_looks_and_does_not_book(client):
    log_in(client, staff.office(OfficeRole.DX))
    run = make.run()
    assert "申し込む</button>" not in client.get(f"/courses/{run.course.code}/").content.decode()


@pytest.mark.parametrize("address", ["/courses/", "/courses/{code}/"])
def test_a_page_asks_the_same_queries_whatever_is_on_it(client, me, page, address, django_assert_max_num_queries):
    course = make.course()
    for number in (1, 8):
        for _ in range(number):
            make.run(course)
            make.run()
        page(address.format(code=course.code))
        with django_assert_max_num_queries(12):
            page(address.format(code=course.code))
