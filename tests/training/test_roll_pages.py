"""The pages of attendance as an office and participants use them."""

import io
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from aomori_dx.kernel.models import AuditEvent
from tests.architecture.people import log_in
from tests.factories import staff
from tests.factories import training as make
from training import check_in_codes as codes
from training.models import Attendance, Completion, Enrollment
from training.services import results

pytestmark = pytest.mark.django_db
START = make.MEETS
LATER = START + timedelta(minutes=30)
AFTER = START + timedelta(hours=4)


@pytest.fixture
def dx(client):
    login = make.officer()
    log_in(client, login)
    return login


@pytest.fixture
def meeting():
    return make.run(capacity=30).sessions.get()


@contextmanager
def then(client, login, moment):
    """At that moment, just logged in."""
    with time_machine.travel(moment, tick=False):
        log_in(client, login)
        yield


def address(meeting, rest=""):
    return f"/runs/{meeting.run_id}/attendance/{meeting.pk}/{rest}"


def typed(*rows):
    """What a form of the roll sends: booking, presence, minutes, what was on record."""
    sent = {}
    for row, presence, minutes, seen in rows:
        sent |= {f"p-{row.pk}": presence, f"m-{row.pk}": minutes, f"n-{row.pk}": "", f"s-{row.pk}": seen}
    return sent


def test_everybody_was_there_but_for_one(client, dx, meeting):
    one, two = (make.booking(meeting.run, status="confirmed") for _ in range(2))
    with then(client, dx, LATER):
        page = client.post(address(meeting), {**typed((one, "", "", ""), (two, "absent", "", "")), "fill": "present"})
        assert "1人を出席にしました。" in page.content.decode()
        assert not Attendance.objects.exists()
        answer = client.post(address(meeting), typed((one, "present", "", ""), (two, "absent", "", "")))
    assert answer.status_code == 302
    assert dict(Attendance.objects.values_list("enrollment", "minutes")) == {one.pk: 180, two.pk: 0}


@pytest.mark.parametrize(
    ("minutes", "sentence"), [("", "分で入力してください"), ("十分", "読み取れません"), ("999", "1から179まで")]
)
def test_what_was_typed_stays_where_the_roll_is_refused(client, dx, meeting, minutes, sentence):
    one, two = (make.booking(meeting.run, status="confirmed") for _ in range(2))
    with then(client, dx, LATER):
        answer = client.post(address(meeting), typed((one, "late", minutes, ""), (two, "handout", "", "")))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'name="m-{one.pk}" value="{minutes}"' in page
    assert f'name="p-{two.pk}" value="handout" data-key="6" checked' in page
    assert not Attendance.objects.exists()


def test_full_width_digits_are_minutes(client, dx, meeting):
    one = make.booking(meeting.run, status="confirmed")
    with then(client, dx, LATER):
        client.post(address(meeting), typed((one, "late", "１２０", "")))
    assert Attendance.objects.get().minutes == 120


def test_a_list_is_answered_then_written_with_who_walks_in(client, dx, meeting):
    one = make.booking(meeting.run, status="confirmed")
    guest = staff.posting().employee
    numbers = f"{one.employee.employee_number}\n{guest.employee_number}"
    with then(client, dx, LATER):
        page = client.post(address(meeting, "paste/"), {"numbers": numbers, "look": "1"}).content.decode()
        assert "当日受付ができます" in page
        assert not Attendance.objects.exists()
        client.post(address(meeting, "paste/"), {"numbers": numbers, "write": "1", "walk_in": guest.pk})
    assert Attendance.objects.count() == 2
    assert Enrollment.objects.get(employee=guest).status == "confirmed"


def test_a_phone_checks_in_and_a_stale_code_does_not(client, meeting):
    row = make.booking(meeting.run, status="confirmed")
    person = staff.user(row.employee)
    with then(client, person, START):
        url = f"/check-in/{meeting.pk}/{codes.make(meeting.pk, until=START + timedelta(minutes=3))}/"
        assert "出席を記録する" in client.get(url).content.decode()
        assert not Attendance.objects.exists()
        assert "受け付けました" in client.post(url).content.decode()
        assert "すでに受付が済んでいます" in client.get(url).content.decode()
    with then(client, person, LATER):
        assert client.get(url).status_code == 409


def test_the_code_is_drawn_and_renewed(client, dx, meeting):
    with then(client, dx, START):
        page = client.get(address(meeting, "code/")).content.decode()
        piece = client.get(address(meeting, "code/"), headers={"HX-Request": "true"}).content.decode()
    assert "data:image/svg+xml" in page
    assert piece.lstrip().startswith("<div")


def test_at_the_door_each_number_is_answered(client, dx, meeting):
    row = make.booking(meeting.run, status="confirmed")
    with then(client, dx, START + timedelta(minutes=20)):
        page = client.post(address(meeting, "door/"), {"number": row.employee.employee_number}, follow=True)
        assert "遅刻(160分)" in page.content.decode()
        again = client.post(address(meeting, "door/"), {"number": row.employee.employee_number}, follow=True)
        assert "すでに" in again.content.decode()
        unknown = client.post(address(meeting, "door/"), {"number": "8888888"})
        assert "登録されていません" in unknown.content.decode()
    assert Attendance.objects.get().minutes == 160


def held(client, dx, meeting, *rows):
    with then(client, dx, AFTER):
        client.post(address(meeting), typed(*rows))
        client.post(f"/runs/{meeting.run_id}/hold/")
        return client.post(f"/runs/{meeting.run_id}/results/", {"act": "conclude"}, follow=True).content.decode()


def test_from_the_roll_to_the_results_and_a_correction(client, dx, meeting):
    one, two = (make.booking(meeting.run, status="confirmed") for _ in range(2))
    page = held(client, dx, meeting, (one, "present", "", ""), (two, "absent", "", ""))
    assert "修了1人、未修了0人、欠席1人" in page
    with then(client, dx, AFTER):
        wrong = typed((one, "absent", "", "present:180:"))
        assert "理由を入力してください" in client.post(address(meeting), wrong).content.decode()
        client.post(address(meeting), {**wrong, "reason": "別人でした"})
        page = client.get(f"/runs/{meeting.run_id}/results/").content.decode()
        assert "修了の条件を満たさなくなった人(1人)" in page
        assert Completion.objects.standing().exists()
        client.post(f"/runs/{meeting.run_id}/results/", {"act": "take_back", "root": one.pk, "reason": "別人でした"})
    assert not Completion.objects.standing().exists()


def test_points_are_typed_or_pasted(client, dx):
    meeting = make.run(make.course(completion_rule="score", pass_mark=60)).sessions.get()
    one, two = (make.booking(meeting.run, status="confirmed") for _ in range(2))
    url = f"/runs/{meeting.run_id}/results/"
    answer = client.post(url, {"act": "scores", f"score-{one.pk}": "六十", f"score-{two.pk}": "70"})
    assert answer.status_code == 422
    assert 'value="六十"' in answer.content.decode()
    client.post(url, {"act": "scores", f"score-{one.pk}": "60", f"score-{two.pk}": ""})
    numbers = [row.employee.employee_number for row in (one, two)]
    refused = client.post(url, {"act": "paste", "lines": f"{numbers[1]}\t80\n9999999\t70"}).content.decode()
    assert "2行目「9999999\t70」: 職員番号9999999は、この回の受講者ではありません。" in refused
    client.post(url, {"act": "paste", "lines": f"職員番号\t得点\n{numbers[1]}\t８０"})
    assert list(Enrollment.objects.order_by("pk").values_list("score", flat=True)) == [60, 80]


def test_papers_carry_everybody_and_are_recorded(client, dx, meeting):
    rows = [make.booking(meeting.run, staff.posting(staff.employee("髙﨑　𠮷邉")).employee, status="confirmed")]
    rows += [make.booking(meeting.run, status="confirmed") for _ in range(29)]
    make.attendance(rows[0])
    for kind in ("roster", "attendance"):
        content = client.get(f"/runs/{meeting.run_id}/{kind}.pdf").content
        pages = PdfReader(io.BytesIO(content)).pages
        text = "".join(page.extract_text() for page in pages)
        assert all(row.employee.employee_number in text for row in rows)
        assert f"1 / {len(pages)}" in text.replace("1/", "1 /").replace("/", "/ ").replace("/  ", "/ ")
        assert AuditEvent.objects.filter(action="exported", model="training.courserun").exists()


def test_the_attendance_as_a_table_has_a_row_a_person_and_meeting(client, dx, meeting):
    row = make.booking(meeting.run, status="confirmed")
    make.attendance(row, presence="late", minutes=120)
    content = b"".join(client.get(f"/runs/{meeting.run_id}/attendance/download/?format=xlsx").streaming_content)
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("データ").to_python()
    found = dict(zip(header, rows[0], strict=True))
    assert (found["出欠"], found["出席した分数(分)"], found["職員番号"]) == ("遅刻", 120, row.employee.employee_number)
    assert AuditEvent.objects.filter(action="exported", model="training.enrollment").exists()


def test_everybody_sees_the_own_presence_and_a_head_the_departments(meeting):
    place = staff.department()
    row = make.booking(meeting.run, staff.posting(staff.employee("津軽　花子"), to=place).employee, status="confirmed")
    make.attendance(row, presence="partial", minutes=90)
    with time_machine.travel(AFTER, tick=False):
        seen = {}
        for who, person in (
            ("own", row.employee), ("head", staff.head_of(place)), ("other", staff.head_of(staff.department())),
        ):  # fmt: skip
            client = Client()
            log_in(client, staff.user(person))
            seen[who] = client.get(f"/courses/{meeting.run.course.code}/").content.decode()
    assert "180分のうち90分を受講" in seen["own"]
    assert "津軽" in seen["head"]
    assert "一部(90分)" in seen["head"]
    assert "一部" not in seen["other"]


def test_an_absence_is_made_up_for_on_the_page(client, dx, meeting):
    row = make.booking(meeting.run, status="confirmed")
    other = make.run(meeting.run.course, meets=START + timedelta(days=7))
    held(client, dx, meeting, (row, "absent", "", ""))
    with then(client, dx, AFTER):
        page = client.get(f"/bookings/{row.pk}/substitute/").content.decode()
        assert f"第{other.number}回" in page
        assert client.post(f"/bookings/{row.pk}/substitute/", {"run": "x"}).status_code == 422
        client.post(f"/bookings/{row.pk}/substitute/", {"run": other.pk})
        assert Enrollment.objects.get(run=other).substitutes_id == row.pk
        assert f"第{other.number}回に振替" in client.get(f"/runs/{meeting.run_id}/attendance/").content.decode()
        assert f"第{meeting.run.number}回の振替" in client.get(f"/runs/{other.pk}/attendance/").content.decode()


@pytest.mark.parametrize("page", ["attendance/", "attendance/{meeting}/", "results/", "roster/"])
def test_a_page_asks_the_same_queries_whatever_the_number_of_people(
    client, dx, meeting, page, django_assert_max_num_queries
):
    url = f"/runs/{meeting.run_id}/" + page.format(meeting=meeting.pk)
    counts = []
    for number in (3, 27):
        for _ in range(number):
            make.attendance(make.booking(meeting.run, status="confirmed"))
        client.get(url)
        with django_assert_max_num_queries(12) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_results_say_what_is_lacking(client, dx, meeting):
    make.booking(meeting.run, status="confirmed")
    page = client.post(f"/runs/{meeting.run_id}/results/", {"act": "conclude"}).content.decode()
    assert "まだ終わっていません" in page
    assert results.why_not_conclude(meeting.run, at=AFTER) == ["先に、この回を「実施済」にしてください。"]


def test_a_heads_course_page_asks_the_same_whatever_the_number_of_people(
    client, meeting, django_assert_max_num_queries
):
    place = staff.department()
    head = staff.user(staff.head_of(place))
    with then(client, head, AFTER):
        counts = []
        for number in (3, 27):
            for _ in range(number):
                person = staff.posting(to=place).employee
                make.attendance(make.booking(meeting.run, person, status="confirmed"), presence="absent", minutes=0)
            client.get(f"/courses/{meeting.run.course.code}/")
            with django_assert_max_num_queries(16) as asked:
                client.get(f"/courses/{meeting.run.course.code}/")
            counts.append(len(asked))
    assert counts[0] == counts[1]
