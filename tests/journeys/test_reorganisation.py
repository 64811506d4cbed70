"""A department is divided by keyboard alone, in a real browser; every step of it is for everyone."""

import pytest
from playwright.sync_api import Page, expect

from staff.models import Department, OfficeRole, Posting
from tests.factories import staff
from tests.journeys.test_accessibility import NARROW, reach, sideways, sign_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, button: str, stops: int = 60) -> None:
    """Go to a button by Tab and press it."""
    reach(page, page.get_by_role("button", name=button, exact=True).last, stops=stops)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def type_into(page: Page, name: str, text: str) -> None:
    reach(page, page.locator(f"[name='{name}']"))
    page.keyboard.type(text)


def choose(page: Page, name: str, first_letters: str) -> None:
    """Choose in a list by typing what the choice begins with."""
    reach(page, page.locator(f"[name='{name}']"), stops=60)
    page.keyboard.type(first_letters)


def send_the_rest(page: Page, to: str) -> None:
    """The focus stands behind the buttons for the whole list: Tab goes round by the top of the page."""
    choose(page, "bulk_to", to)
    press(page, "まだ選んでいない全員に", stops=5)


def test_a_department_is_divided_by_keyboard(page, live_server):
    place = staff.department("税務課", parent=staff.bureau("総務部"), code="010100")
    staff.head_of(place)
    people = [staff.posting(staff.employee(name), to=place) for name in ("弘前　一郎", "八戸　二子", "黒石　三太")]
    sign_in(page, live_server, staff.office(OfficeRole.HR))
    page.goto(f"/departments/{place.code}/reorganise/split/")

    press(page, "内容を確認する")
    expect(page.get_by_role("alert").filter(has_text="入力内容を確認してください")).to_be_focused()
    assert violations(page) == []

    type_into(page, "on", "R9.4.1")
    type_into(page, "reason", "令和9年度組織改正")
    for number, (name, code) in enumerate([("tax-a", "010101"), ("tax-b", "010102")]):
        type_into(page, f"to{number}-name", name)
        type_into(page, f"to{number}-code", code)
    press(page, "内容を確認する")
    expect(page.get_by_text("4人の行き先を選んでください")).to_be_visible()
    assert violations(page) == []

    choose(page, "bulk_to", "tax-b")
    press(page, "印を付けた職員に", stops=5)  # nobody is marked yet: nothing happens
    expect(page.get_by_text("4人の行き先を選んでください")).to_be_visible()
    choose(page, f"place-{people[0].pk}", "tax-b")
    send_the_rest(page, "tax-a")

    expect(page.get_by_role("heading", name="令和9年4月1日に起きること")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert sideways(page) == 0
    assert violations(page) == []
    press(page, "この内容で実施する", stops=90)
    expect(page.get_by_text("税務課の分割を予定として登録しました。")).to_be_visible()
    assert violations(page) == []
    there = Posting.objects.filter(department__name="tax-b").get()
    assert there.employee == people[0].employee
    assert Department.objects.get(pk=place.pk).valid_to is not None
