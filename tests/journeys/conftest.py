"""A real browser for every journey; a breach of the CSP, a script error or a call to another host fails the test."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = {"width": 1366, "height": 768}
WITHOUT_HOST = {"data", "blob", "about"}


def chromium() -> str:
    """The path of Chromium: CHROMIUM, or where the system keeps it. Without one the tests fail, never skip."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path or not os.access(path, os.X_OK):
        pytest.fail(
            "There is no Chromium. Install Debian's package `chromium`, or set CHROMIUM to the path of one.",
            pytrace=False,
        )
    return path


@pytest.fixture(scope="package")
def browser():
    """One browser for all journeys."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, live_server):
    """Opens pages, each in a profile of its own (another person at another computer); watches them all."""
    contexts, troubles = [], []

    def open_page(**options) -> Page:
        context = browser.new_context(
            **{"locale": "ja-JP", "viewport": DESKTOP, "base_url": live_server.url, **options}
        )
        contexts.append(context)
        page = context.new_page()
        _watch(page, urlsplit(live_server.url).netloc, troubles)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(new_page) -> Page:
    """One person at one computer."""
    return new_page()


def _watch(page: Page, host: str, troubles: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or message.text.startswith("Refused to"):
            troubles.append(f"CSP: {message.text}")

    def see(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in WITHOUT_HOST and address.netloc != host:
            troubles.append(f"another host: {request.url}")

    page.on("console", hear)
    page.on("request", see)
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))


def login(page: Page, live_server, username: str, password: str) -> None:
    """Log in as a person does; returns on the page behind the door."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("職員番号").fill(username)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログインする", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/login/" not in address)
