"""Logging in as people do: password, authenticator app, recovery code, passkey; all under the strict CSP."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from staff.models import User
from tests.factories import staff
from tests.journeys.conftest import login

PASSWORD = "aomori-demo"

pytestmark = [pytest.mark.browser, pytest.mark.real_time, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person() -> User:
    return staff.user(staff.posting(staff.employee("三沢　翔")).employee, password=PASSWORD)


@pytest.fixture
def key(page: Page):
    """A device that confirms by fingerprint, as often as it is asked."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def open_protected(page: Page, address: str) -> None:
    """Open a page that asks for the password again."""
    page.goto(address)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確認する").click()
    page.wait_for_url(f"**{address}")


def log_out(page: Page) -> None:
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="ログアウト").click()
    page.wait_for_url("**/accounts/login/")


def expect_home(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("今日やること")
    expect(page.locator(".account-name")).to_contain_text("三沢　翔")


def test_a_wrong_password_is_refused_in_one_sentence(page, live_server, person):
    page.goto("/accounts/login/")
    page.get_by_label("職員番号").fill(person.username)
    page.get_by_label("パスワード").fill("wrong")
    page.get_by_role("button", name="ログインする", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("職員番号かパスワードが正しくありません。")
    expect(page.get_by_label("職員番号")).to_have_value(person.username)


def test_the_page_that_was_asked_for_opens_after_the_login(page, live_server, person):
    page.goto("/accounts/2fa/")
    page.get_by_label("職員番号").fill(person.username)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする", exact=True).click()
    page.wait_for_url("**/accounts/2fa/")


def test_an_app_is_registered_and_then_asked_for(page, live_server, person):
    login(page, live_server, person.username, PASSWORD)
    open_protected(page, "/accounts/2fa/totp/activate/")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("認証コード").fill(code_of(secret))
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("リカバリーコード")
    recovery = page.locator(".codes li").first.inner_text()

    log_out(page)
    login(page, live_server, person.username, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("二要素認証")
    page.get_by_label("認証コード").fill("000000")
    page.get_by_role("button", name="ログインする", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("正しくありません")
    page.get_by_label("認証コード").fill(recovery)
    page.get_by_role("button", name="ログインする", exact=True).click()
    expect_home(page)


def test_a_passkey_opens_the_door_without_a_password(page, live_server, person, key):
    login(page, live_server, person.username, PASSWORD)
    open_protected(page, "/accounts/2fa/webauthn/add/")
    page.get_by_label("名前").fill("執務室のパソコン")
    page.get_by_label("パスワードなしのログインに使う").check()
    page.get_by_role("button", name="登録する").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name=re.compile("執務室のパソコン"))).to_contain_text("パスワードなしのログイン")

    log_out(page)
    page.get_by_role("button", name="パスキーでログインする").click()
    page.wait_for_url(f"{live_server.url}/")
    expect_home(page)


def test_a_passkey_that_fails_is_said_in_words(page, live_server, key):
    page.goto("/accounts/login/")
    trouble = page.get_by_role("alert").filter(has_text="パスキーを確認できませんでした")
    expect(trouble).to_be_hidden()
    page.get_by_role("button", name="パスキーでログインする").click()  # the device knows no key of this site
    expect(trouble).to_be_visible()
