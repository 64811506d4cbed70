"""The roll of a meeting: taken by the list, corrected with a reason, from a pasted list, by a code."""

from datetime import timedelta

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from tests.factories import staff
from tests.factories import training as make
from training import check_in_codes as codes
from training.models import Attendance, Enrollment
from training.services import arrivals, attendance, ticking
from training.services.attendance import Mark, RowsRefused

pytestmark = pytest.mark.django_db
START = make.MEETS
LATER = START + timedelta(minutes=30)


@pytest.fixture
def by():
    return make.officer()


@pytest.fixture
def meeting():
    return make.run(capacity=3).sessions.get()


def seat(meeting, **fields):
    return make.booking(meeting.run, status="confirmed", **fields)


def test_the_roll_is_taken_once_and_leaves_a_record_of_each(by, meeting):
    one, two = seat(meeting), seat(meeting)
    marks = {one.pk: Mark("present"), two.pk: Mark("late", 120, "電車の遅れ")}
    assert attendance.record(meeting.pk, marks, by=by, at=LATER) == 2
    assert attendance.record(meeting.pk, marks, by=by, at=LATER) == 0
    assert set(Attendance.objects.values_list("presence", "minutes")) == {("present", 180), ("late", 120)}
    assert AuditEvent.objects.filter(action="roll_taken").count() == 2


def test_a_wrong_line_is_named_and_nothing_of_the_rest_is_written(by, meeting):
    one, two = seat(meeting), seat(meeting)
    stranger = make.booking(status="confirmed")
    marks = {one.pk: Mark("present"), two.pk: Mark("partial", None), stranger.pk: Mark("absent")}
    with pytest.raises(RowsRefused) as refused:
        attendance.record(meeting.pk, marks, by=by, at=LATER)
    assert set(refused.value.reasons) == {two.pk, stranger.pk}
    assert not Attendance.objects.exists()


def test_a_handout_never_counts_as_presence(by, meeting):
    one = seat(meeting)
    attendance.record(meeting.pk, {one.pk: Mark("handout", 180)}, by=by, at=LATER)
    assert Attendance.objects.get().minutes == 0


def test_the_second_of_two_officers_is_told_and_the_untouched_lines_stay(by, meeting):
    one, two = seat(meeting), seat(meeting)
    attendance.record(meeting.pk, {one.pk: Mark("absent"), two.pk: Mark("absent")}, by=by, at=LATER)
    with pytest.raises(RowsRefused, match="「欠席」と記録しました"):
        attendance.record(meeting.pk, {one.pk: Mark("present", seen="")}, by=by, at=LATER)
    attendance.record(meeting.pk, {one.pk: Mark("present", seen="absent:0:")}, by=by, at=LATER)
    stale = {one.pk: Mark("absent", seen="absent:0:"), two.pk: Mark("present", seen="absent:0:")}
    assert attendance.record(meeting.pk, stale, by=by, at=LATER) == 1
    assert dict(Attendance.objects.values_list("enrollment", "presence")) == {one.pk: "present", two.pk: "present"}


def test_a_mark_of_the_wrong_person_is_taken_back_before_the_results(by, meeting):
    one = seat(meeting)
    attendance.record(meeting.pk, {one.pk: Mark("absent")}, by=by, at=LATER)
    attendance.record(meeting.pk, {one.pk: Mark("", seen="absent:0:")}, by=by, at=LATER)
    assert not Attendance.objects.exists()
    assert AuditEvent.objects.filter(action="removed").exists()


@pytest.mark.parametrize(
    ("status", "before", "sentence"),
    [("cancelled", 0, "「中止」のため"), ("draft", 0, "「準備中」のため"), ("open", 61, "開始の60分前から")],
)
def test_there_is_no_roll_of_what_does_not_take_place(by, meeting, status, before, sentence):
    one = seat(meeting)
    meeting.run.status = status
    meeting.run.save()
    with pytest.raises(RuleBroken, match=sentence):
        attendance.record(meeting.pk, {one.pk: Mark("absent")}, by=by, at=START - timedelta(minutes=before))
    assert not Attendance.objects.exists()


def test_a_stranger_takes_no_roll(meeting):
    with pytest.raises(NotAllowed):
        attendance.record(meeting.pk, {seat(meeting).pk: Mark("present")}, by=staff.user(), at=LATER)


# A pasted list


def test_every_line_of_a_pasted_list_is_answered(meeting):
    here, absent = seat(meeting), seat(meeting)
    make.attendance(absent, presence="absent", minutes=0)
    outside = staff.posting(staff.employee("津軽　花子")).employee
    text = "\n".join(
        [
            f"{here.employee.employee_number}\t青森 太郎",
            here.employee.employee_number,
            "9999999",
            "なまえだけ",
            f"{outside.employee_number} 八戸 次郎",
            absent.employee.employee_number,
            outside.employee_number,
        ]
    )
    answers = ticking.look(meeting, text, at=LATER)
    assert [row.kind for row in answers] == ["ok", "wrong", "wrong", "wrong", "wrong", "ok", "walk_in"]
    assert "「欠席」の記録を出席に変えます。" in answers[5].words
    assert not Attendance.objects.exclude(enrollment=absent).exists()


def test_a_list_with_a_wrong_line_writes_nothing(by, meeting):
    here = seat(meeting)
    with pytest.raises(RuleBroken, match="2行目「9999999」"):
        ticking.write(meeting.pk, f"{here.employee.employee_number}\n9999999", [], by=by, at=LATER)
    assert not Attendance.objects.exists()


def test_who_walks_in_gets_a_free_seat_after_the_start_and_only_a_free_one(by, meeting):
    meeting.run.capacity = 1
    meeting.run.save()
    one, two = (staff.posting().employee for _ in range(2))
    text = f"{one.employee_number}\n{two.employee_number}"
    with pytest.raises(RuleBroken, match="空席がありません"):
        ticking.write(meeting.pk, text, [one.pk, two.pk], by=by, at=LATER)
    assert not Enrollment.objects.exists()
    assert ticking.write(meeting.pk, text, [one.pk], by=by, at=LATER) == (1, 1)
    meeting.run.refresh_from_db()
    assert (Enrollment.objects.get().status, meeting.run.seats_taken) == ("confirmed", 1)


def test_who_waits_gets_the_seat_and_who_booked_elsewhere_is_told(by, meeting):
    waiting = make.booking(meeting.run, status="waitlisted").employee
    other = make.booking(make.run(meeting.run.course), status="confirmed").employee
    answers = ticking.look(meeting, f"{waiting.employee_number}\n{other.employee_number}", at=LATER)
    assert [row.kind for row in answers] == ["walk_in", "wrong"]
    ticking.write(meeting.pk, waiting.employee_number, [waiting.pk], by=by, at=LATER)
    assert Enrollment.objects.get(employee=waiting).status == "confirmed"


# By code, and at the door


def code(meeting, at=START, minutes=3):
    return codes.make(meeting.pk, until=at + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("after", "presence", "minutes"), [(-20, "present", 180), (10, "present", 180), (11, "late", 169), (179, "late", 1)]
)
def test_an_arrival_counts_from_its_moment(meeting, after, presence, minutes):
    row = seat(meeting)
    at = START + timedelta(minutes=after)
    arrivals.by_code(meeting.pk, code(meeting, at), by=staff.user(row.employee), at=at)
    there = Attendance.objects.get()
    assert (there.presence, there.minutes, there.recorded_at) == (presence, minutes, at)


def test_arriving_twice_changes_nothing(meeting):
    row = seat(meeting)
    login = staff.user(row.employee)
    arrivals.by_code(meeting.pk, code(meeting), by=login, at=START)
    again = arrivals.by_code(meeting.pk, code(meeting, LATER), by=login, at=LATER)
    assert again.again
    assert Attendance.objects.get().recorded_at == START


@pytest.mark.parametrize(
    ("after", "sentence"),
    [(9, "期限が切れています"), (-61, "開始の60分前から"), (180, "この日程は終わっています")],
)
def test_a_photo_of_the_code_the_early_and_the_late_are_answered(meeting, after, sentence):
    row = seat(meeting)
    at = START + timedelta(minutes=after)
    shown = code(meeting) if after == 9 else code(meeting, at)
    with pytest.raises(RuleBroken, match=sentence):
        arrivals.by_code(meeting.pk, shown, by=staff.user(row.employee), at=at)
    assert not Attendance.objects.exists()


def test_a_code_is_of_one_meeting_and_cannot_be_made_up(meeting):
    row = seat(meeting)
    other = make.run().sessions.get()
    login = staff.user(row.employee)
    for wrong in (code(other), "zzzzzz-" + code(meeting).partition("-")[2], "", "-", "!!-x", "a" * 50):
        with pytest.raises(RuleBroken, match="期限が切れています"):
            arrivals.by_code(meeting.pk, wrong, by=login, at=START)


def test_at_the_wrong_meeting_or_without_a_booking_the_answer_says_so(by, meeting):
    other = make.booking(make.run(meeting.run.course), status="confirmed")
    for person, sentence in (
        (other.employee, f"申し込んでいるのは第{other.run.number}回です"),
        (staff.posting().employee, "この回に申し込んでいません"),
        (make.booking(meeting.run, status="waitlisted").employee, "この回では「キャンセル待ち」です"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            arrivals.at_door(meeting.pk, person, by=by, at=START)
    assert not Attendance.objects.exists()
