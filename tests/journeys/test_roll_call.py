"""The roll in a real browser: thirty people by keyboard, and without any script."""

import os
from datetime import timedelta

import pytest

from aomori_dx.kernel import clock
from staff.models import OfficeRole
from tests.factories import staff
from tests.factories import training as make
from tests.journeys.test_accessibility import sign_in
from training.models import Attendance, CourseRun, RunSession

pytestmark = [pytest.mark.browser, pytest.mark.real_time, pytest.mark.django_db(transaction=True)]
PEOPLE = 30
A_MINUTE_AND_A_HALF = 90
"""Strokes: at less than one a second thirty people are done within two minutes."""


def meeting_now(people: int) -> RunSession:
    run = make.run(capacity=people, meets=clock.now() - timedelta(minutes=30))
    CourseRun.objects.filter(pk=run.pk).update(seats_taken=people)
    for number in range(people):
        person = staff.posting(staff.employee(f"青森　{number + 1}郎")).employee
        make.booking(run, person, status="confirmed")
    return run.sessions.get()


class Keyboard:
    """Counts what is pressed."""

    def __init__(self, page) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1


def open_roll(page, live_server, meeting):
    sign_in(page, live_server, staff.office(OfficeRole.DX, person=staff.posting().employee))
    page.goto(f"/runs/{meeting.run_id}/attendance/{meeting.pk}/")


def test_thirty_people_one_by_one_by_keyboard(page, live_server):
    """Every person gets a key of her own, among them late ones, absent ones and one who only got the handout."""
    meeting = meeting_now(PEOPLE)
    open_roll(page, live_server, meeting)
    keyboard = Keyboard(page)
    for number in range(PEOPLE):
        if number in (4, 11, 27):
            keyboard.press("2", "1", "5", "0", "Enter")  # late, 150 minutes
        elif number in (7, 19):
            keyboard.press("5")
        elif number == 23:
            keyboard.press("6")
        else:
            keyboard.press("1")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/roll.png")
    keyboard.press("Enter")  # the button has the focus
    page.wait_for_url("**/attendance/")
    assert page.get_by_text(f"{PEOPLE}人の出欠を保存しました。").is_visible()
    found = list(Attendance.objects.order_by("enrollment").values_list("presence", "minutes"))
    assert found.count(("present", 180)) == PEOPLE - 6
    assert found.count(("late", 150)) == 3
    assert (found.count(("absent", 0)), found.count(("handout", 0))) == (2, 1)
    assert keyboard.strokes <= A_MINUTE_AND_A_HALF


def test_everybody_at_once_and_then_the_exceptions(page, live_server):
    meeting = meeting_now(PEOPLE)
    open_roll(page, live_server, meeting)
    keyboard = Keyboard(page)
    keyboard.press("a", "ArrowDown", "ArrowDown", "5", "ArrowDown", "3", "9", "0", "Enter", "ArrowUp", "ArrowUp")
    page.locator("#roll-save").focus()
    keyboard.press("Enter")
    page.wait_for_url("**/attendance/")
    found = list(Attendance.objects.order_by("enrollment").values_list("presence", "minutes"))
    assert (found[2], found[4]) == (("absent", 0), ("left_early", 90))
    assert found.count(("present", 180)) == PEOPLE - 2
    assert keyboard.strokes <= 20


def test_the_roll_works_without_a_script(new_page, live_server):
    meeting = meeting_now(3)
    page = new_page(java_script_enabled=False)
    open_roll(page, live_server, meeting)
    page.get_by_role("button", name="未記録の人を全員出席にする").click()
    row = page.locator(".roll-row").nth(1)
    row.get_by_label("遅刻").check()
    row.get_by_label("出席した分").fill("abc")
    page.get_by_role("button", name="保存する").click()
    assert page.get_by_text("読み取れません").first.is_visible()
    assert not Attendance.objects.exists()
    row.get_by_label("出席した分").fill("100")
    page.get_by_role("button", name="保存する").click()
    assert sorted(Attendance.objects.values_list("minutes", flat=True)) == [100, 180, 180]


@pytest.mark.skipif("SHOTS" not in os.environ, reason="pictures for whoever asks for them")
def test_pictures(page, live_server):
    """The pages as they look, wide and narrow."""
    meeting = meeting_now(8)
    for number, row in enumerate(meeting.run.enrollments.all()):
        if number != 5:
            late = {"presence": "late", "minutes": 120, "note": "電車の遅れ"} if number == 2 else {}
            make.attendance(row, **late)
    open_roll(page, live_server, meeting)
    base = f"/runs/{meeting.run_id}/"
    of_meeting = f"{base}attendance/{meeting.pk}/"
    pages = {
        "overview": f"{base}attendance/", "taken": of_meeting, "paste": f"{of_meeting}paste/",
        "code": f"{of_meeting}code/", "door": f"{of_meeting}door/", "results": f"{base}results/",
        "roster": f"{base}roster/", "run": base, "own": "/check-in/",
    }  # fmt: skip
    for width in (1366, 400):
        page.set_viewport_size({"width": width, "height": 768})
        for name, address in pages.items():
            page.goto(address)
            page.screenshot(path=f"{os.environ['SHOTS']}/{name}-{width}.png")
