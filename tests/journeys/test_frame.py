"""What the frame does for pieces of a page that htmx asks for."""

import pytest
from playwright.sync_api import Page, expect

from staff.models import OfficeRole
from tests.factories import staff
from tests.failing_urls import REASON
from tests.journeys.conftest import login

PASSWORD = "aomori-demo"
SLOT = """({verb, address}) => {
  const slot = document.createElement("button");
  slot.id = "slot";
  slot.textContent = "ためす";
  slot.setAttribute(verb, address);
  document.querySelector("main").append(slot);
  htmx.process(slot);
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.real_time,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.failing_urls"),
]


@pytest.fixture
def visitor(page: Page, live_server) -> Page:
    """Somebody on the home page."""
    user = staff.office(OfficeRole.INFO, password=PASSWORD)
    login(page, live_server, user.username, PASSWORD)
    return page


def press(page: Page, verb: str, address: str) -> None:
    """Press a button that htmx answers from `address`."""
    page.evaluate(SLOT, {"verb": verb, "address": address})
    page.locator("#slot").click()


def test_a_refusal_is_read_where_the_button_was(visitor):
    press(visitor, "hx-get", "/fail/409/")
    expect(visitor.locator("#slot").get_by_role("alert")).to_contain_text(REASON)
    expect(visitor.locator("header")).to_have_count(1)


def test_a_button_carries_the_token_of_the_page(visitor):
    with visitor.expect_response("**/accounts/logout/") as answer:
        press(visitor, "hx-post", "/accounts/logout/")
    assert answer.value.status == 302


def test_a_session_that_ended_leads_to_the_login(visitor):
    """A piece asked for after the session ended must not show the login inside the page."""
    visitor.context.clear_cookies()
    press(visitor, "hx-get", "/ui/")
    visitor.wait_for_url("**/accounts/login/**")
    expect(visitor.get_by_role("heading", name="ログイン", exact=True)).to_be_visible()


def test_a_server_that_fails_or_is_silent_is_said_once(visitor):
    press(visitor, "hx-get", "/fail/500/")
    trouble = visitor.get_by_role("alert").filter(has_text="サーバーから応答がありません")
    expect(trouble).to_have_count(1)
    visitor.context.set_offline(True)
    visitor.locator("#slot").click()
    expect(trouble).to_have_count(1)
