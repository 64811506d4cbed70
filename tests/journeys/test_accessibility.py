"""Every page for everyone: no violation by axe, 320 px without sideways scrolling, everything by keyboard.

A new page is a new row of PAGES (tests/journeys/looked_at.py).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from aomori_dx.kernel import clock
from staff.models import OfficeRole, User
from tests.journeys.looked_at import PAGES, ROLES, Row, addresses
from tests.journeys.people import someone

AXE = Path(__file__).parents[1] / "vendor/axe/axe-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 320, "height": 640}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.real_time,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.failing_urls"),
]


def sign_in(page: Page, live_server, user: User) -> None:
    """Give the browser a session, as after a login with a password a moment ago."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": clock.now().timestamp(), "username": user.username, "reauthenticated": True}
    ]
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
    )


def violations(page: Page) -> list[str]:
    """What axe has against the page, a line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{rule['id']}: {node['html']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("role", [None, *ROLES], ids=str)
def test_a_page_is_for_everyone(page, live_server, role):
    """Every page that this role looks at, one after another: one house for all of them."""
    about = {}
    if role:
        user = someone(role)
        sign_in(page, live_server, user)
        about = addresses(user, role)
    found = [f"{row}: {line}" for row in PAGES if row.role == role for line in looked_at(page, row, about)]
    assert found == []


def looked_at(page: Page, row: Row, about: dict) -> Iterator[str]:
    """What is wrong with one page, wide and at 320 px."""
    page.set_viewport_size(WIDE)
    response = page.goto(row.address.format(**about))
    if response is None or response.status != row.status:
        yield f"answers {response.status if response else 'nothing'}"
    if page.evaluate("document.documentElement.lang") != "ja" or page.locator("h1").count() != 1:
        yield "has no language or not one heading"
    yield from violations(page)
    page.set_viewport_size(NARROW)
    if over := sideways(page):
        yield f"is {over} px too wide at 320 px"


def test_the_guard_sees_what_is_wrong(page, live_server):
    """An empty list above would mean nothing if axe did not run."""
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('label').remove()")
    assert any(line.startswith("label:") for line in violations(page))


def test_a_refused_form_leads_to_what_is_wrong(page, live_server):
    page.goto("/accounts/login/")
    page.get_by_role("button", name="ログインする", exact=True).click()

    summary = page.get_by_role("alert").filter(has_text="入力内容を確認してください")
    expect(summary).to_be_focused()
    assert violations(page) == []
    summary.get_by_role("link", name="パスワード").click()
    expect(page.get_by_label("パスワード")).to_be_focused()
    described = page.get_by_label("パスワード").get_attribute("aria-describedby").split()
    assert page.locator(f"#{described[-1]}").text_content() == "エラー: この項目は必須です。"


def test_the_first_stop_of_the_keyboard_leads_to_the_text(page, live_server):
    sign_in(page, live_server, someone("employee"))
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動する")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def reach(page: Page, target, stops: int = 20) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(stops):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} is not reached within {stops} stops.")


def test_the_menu_and_the_account_open_by_keyboard_on_a_narrow_screen(page, live_server):
    sign_in(page, live_server, someone(OfficeRole.INFO))
    page.set_viewport_size(NARROW)
    page.goto("/")

    reach(page, page.locator("details.account > summary"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("link", name="二要素認証"), stops=3)
    page.keyboard.press("Escape")
    expect(page.locator("details.account > summary")).to_be_focused()
    expect(page.get_by_role("link", name="二要素認証")).to_be_hidden()

    reach(page, page.locator("details.menu-narrow > summary"))
    page.keyboard.press("Enter")
    reach(page, page.locator(".menu-narrow").get_by_role("link", name="部品一覧"), stops=45)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui/")


def test_what_has_the_focus_can_be_seen(page, live_server):
    sign_in(page, live_server, someone("employee"))
    page.goto("/")
    reach(page, page.locator(".side a").first)
    ring = page.locator(".side a").first.evaluate("element => getComputedStyle(element).outlineWidth")
    assert ring == "4px"


def test_the_text_can_be_doubled(page, live_server):
    """200 %: at 1366 px this is a window of 683 px."""
    sign_in(page, live_server, someone("promoter"))
    page.set_viewport_size({"width": 683, "height": 384})
    page.goto("/")
    assert sideways(page) == 0


def test_on_paper_there_is_no_frame(page, live_server):
    sign_in(page, live_server, someone("promoter"))
    page.goto("/")
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    expect(page.locator(".side")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("印刷日")).to_be_visible()
