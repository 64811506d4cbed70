"""開催回 for the offices: planned, opened, changed, called off; people booked by their numbers."""

from datetime import date

import pytest

from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from training.models import Course, CourseRun, Enrollment
from training.services import seats

pytestmark = pytest.mark.django_db
COURSE = {
    "code": "RPA1", "name": "RPA入門", "method": "hands_on", "hours": "6", "audience": "everybody",
    "completion_rule": "attendance", "most_missed": "0.25",
}  # fmt: skip
RUN = {
    "venue": "県庁西棟8階", "area": "東青", "capacity": "2", "minimum": "0", "opens_on": "R8.11.2",
    "closes_on": "R8.11.30", "change_until": "R8.12.10", "meetings": "R8.12.15 13:00-16:00\nR8.12.16 9:30-12:00",
}  # fmt: skip


@pytest.fixture
def dx(client):
    login = staff.office(OfficeRole.DX)
    log_in(client, login)
    return login


def test_from_a_new_course_to_an_open_run(client, dx):
    assert client.post("/runs/courses/new/", COURSE).status_code == 302
    assert client.post("/runs/courses/RPA1/new/", RUN).status_code == 302
    run = CourseRun.objects.get()
    assert (run.status, run.number, run.sessions.count(), run.closes_on) == ("draft", 1, 2, date(2026, 11, 30))
    client.post(f"/runs/{run.pk}/open/")
    assert "県庁西棟8階" in client.get("/courses/RPA1/").content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12月15日の午後", "1行目「12月15日の午後」を読み取れません。"),
        ("R8.2.30 13:00-16:00", "1行目「R8.2.30 13:00-16:00」の日付か時刻が正しくありません。"),
        ("R8.12.15 16:00-13:00", "終わりの時刻は、始まりより後にしてください。"),
        ("R8.12.15 13:00-16:00\nR8.12.15 15:00-17:00", "日程の時間が重なっています。"),
    ],
)
def test_meetings_that_cannot_be_are_told_by_line_and_nothing_typed_is_lost(client, dx, typed, sentence):
    make.course(code="RPA1")
    answer = client.post("/runs/courses/RPA1/new/", {**RUN, "meetings": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "県庁西棟8階" in page
    assert not CourseRun.objects.exists()


def test_more_seats_go_to_the_first_in_line_and_fewer_than_taken_are_refused(client, dx):
    run = make.run(capacity=1)
    for _ in range(2):
        person = staff.posting().employee
        seats.request(run.pk, person, by=staff.user(person), at=NOW)
    answer = client.post(f"/runs/{run.pk}/edit/", {**RUN, "capacity": "0", "meetings": "R8.12.15 13:00-16:00"})
    assert "定員を、すでに確定している人数より少なくすることはできません。" in answer.content.decode()
    client.post(f"/runs/{run.pk}/edit/", {**RUN, "capacity": "2", "meetings": "R8.12.15 13:00-16:00"})
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"confirmed"}


def test_many_are_booked_by_their_numbers_or_nobody(client, dx):
    run = make.run(capacity=1)
    one, two = (staff.posting().employee for _ in range(2))
    answer = client.post(f"/runs/{run.pk}/book/", {"numbers": f"{one.employee_number}\n0000000"})
    assert "登録されていない職員番号があります: 0000000" in answer.content.decode()
    assert not Enrollment.objects.exists()
    numbers = f"{one.employee_number}, {int(two.employee_number)}"
    answer = client.post(f"/runs/{run.pk}/book/", {"numbers": numbers}, follow=True)
    assert "2人を登録しました(確定1人、そのほかはキャンセル待ち)。" in answer.content.decode()


def test_a_booking_is_called_off_with_a_reason(client, dx):
    run = make.run()
    person = staff.posting().employee
    row = seats.request(run.pk, person, by=staff.user(person), at=NOW)
    address = f"/runs/{run.pk}/bookings/{row.pk}/cancel/"
    assert "「取消(担当)」には理由が必要です。" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "病気のため"})
    row.refresh_from_db()
    assert (row.status, row.reason) == ("cancelled", "病気のため")


def test_a_run_that_is_over_offers_nothing_that_would_be_refused(client, dx):
    run = make.run(capacity=1)
    make.booking(run, status="confirmed")
    offers = ("/edit/", "取り消す")
    assert all(word in client.get(f"/runs/{run.pk}/").content.decode() for word in offers)
    CourseRun.objects.filter(pk=run.pk).update(status="held")
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert not any(word in page for word in offers)
    assert f"copy={run.pk}" in page


def test_a_change_of_a_course_is_on_record_and_its_code_is_unique(client, dx):
    make.course(code="RPA1")
    other = make.course(code="RPA2")
    answer = client.post("/runs/courses/RPA2/", COURSE)
    assert "この研修コードは使われています。" in answer.content.decode()
    client.post("/runs/courses/RPA2/", {**COURSE, "code": "RPA2", "name": "RPA応用"})
    assert Course.objects.get(pk=other.pk).name == "RPA応用"


@pytest.mark.parametrize("page", ["/runs/", "/runs/{pk}/"])
def test_a_page_asks_the_same_queries_whatever_the_number_of_people(client, dx, page, django_assert_max_num_queries):
    run = make.run(capacity=30)
    for number in (1, 8):
        for _ in range(number):
            make.booking(run, status="confirmed")
            make.run()
        client.get(page.format(pk=run.pk))
        with django_assert_max_num_queries(12):
            client.get(page.format(pk=run.pk))
