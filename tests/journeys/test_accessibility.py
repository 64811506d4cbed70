"""Every page for everyone: no violation by axe, 320 px without sideways scrolling, everything by keyboard.

A new page is a new row of PAGES.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import OutboxMessage
from staff.models import Deputy, Notice, OfficeRole, User
from stages.models import Nomination, Promoter, Rollover, StageEnrollment
from tests.factories import growth as make_growth
from tests.factories import nominations as make_nominations
from tests.journeys import practice
from tests.journeys.people import someone
from training.models import (
    Attendance,
    Certificate,
    Completion,
    Course,
    CourseRun,
    Enrollment,
    Requirement,
    Survey,
    UnmatchedResult,
)

AXE = Path(__file__).parents[1] / "vendor/axe/axe-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.real_time,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.failing_urls"),
]


@dataclass(frozen=True)
class Row:
    """A page as one role sees it. `role` None is a stranger; `status` what the server answers."""

    address: str
    role: str | None = "employee"
    status: int = 200

    def __str__(self) -> str:
        return f"{self.address} {self.role}"


ROLES = ["employee", "promoter", "head", *OfficeRole.values]
PAGES = [
    *(Row("/", role) for role in ROLES),
    Row("/ui/", OfficeRole.INFO),
    *(Row("/dashboard/", role) for role in (OfficeRole.DX, OfficeRole.VIEWER)),
    Row("/dashboard/why/carry/", OfficeRole.DX),
    Row("/dashboard/departments/", OfficeRole.DX),
    Row("/promoters/", OfficeRole.DX),
    Row("/promoters/{promoter}/", OfficeRole.DX),
    *(Row("/plan/curricula/", role) for role in ("employee", OfficeRole.DX)),
    *(Row(f"/plan/curricula/{name}/", OfficeRole.DX) for name in make_growth.PAGES),
    Row("/promoters/{promoter}/progress/", OfficeRole.DX),
    Row("/promoters/standing/", OfficeRole.DX),
    *(Row(f"/promoters/{page}/", OfficeRole.DX) for page in make_growth.JUDGING),
    Row("/promoters/judgement/", OfficeRole.HR),
    Row("/promoters/judgement/{judged}/", OfficeRole.DX),
    Row("/me/progress/continue/", "promoter"),
    *(Row("/me/progress/", role) for role in ("employee", "promoter")),
    Row("/department/promoters/{promoter}/", "head"),
    *(Row("/nominations/", role) for role in (OfficeRole.DX, OfficeRole.HR)),
    *(Row(f"/nominations/{name}/", OfficeRole.DX) for name in make_nominations.PAGES),
    *(Row("/people/", role) for role in ("employee", "head", OfficeRole.HR)),
    *(Row(f"/people/?{query}", OfficeRole.HR) for query in ("q=zzz", "on=x", "on=R9.4.1&flags=head")),
    Row("/people/?scope=all", "head"),
    Row("/people/{number}/", "promoter"),
    Row("/people/{number}/", OfficeRole.HR),
    Row("/people/{number}/number/", OfficeRole.HR),
    Row("/people/{number}/changes/", OfficeRole.HR),
    *(Row("/departments/", role) for role in ("employee", OfficeRole.HR)),
    Row("/departments/?head=vacant", OfficeRole.HR),
    *(Row("/departments/{department}/", role) for role in ("employee", "head", OfficeRole.HR)),
    Row("/departments/{department}/?on=2000-01-01", OfficeRole.HR, 404),
    *(Row("/departments/{department}/deputies/", role) for role in ("head", OfficeRole.HR)),
    Row("/departments/{department}/deputies/{deputy}/end/", "head"),
    Row("/departments/open/", OfficeRole.HR),
    *(Row(f"/department/{page}", "head") for page in ("", "nominate/", "decline/", "endorsements/")),
    *(Row(f"/department/nominations/{{nomination}}/{act}/", "head") for act in ("withdraw", "answer")),
    *(Row("/nominations/self/", role) for role in ("employee", "promoter")),
    *(Row(f"/departments/{{department}}/reorganise/{act}", OfficeRole.HR) for act in ("", "merge/", "abolish/")),
    *(Row(f"/departments/bureaus/{{bureau}}/reorganise/{act}", OfficeRole.HR) for act in ("", "rename/")),
    *(Row(f"/rollover/{page}", OfficeRole.DX) for page in ("", "{rollover}/", "{rollover}/start/")),
    *(Row("/plan/years/", role) for role in (OfficeRole.DX, OfficeRole.HR)),
    *(Row(f"/plan/years/2024/{act}/", OfficeRole.DX) for act in ("close", "reopen")),
    *(Row(f"/notices/{rest}", "head") for rest in ("", "{notice}/")),
    Row("/letters/", OfficeRole.HR),
    *(Row("/nominations/reminders/", role) for role in (OfficeRole.DX, OfficeRole.HR)),
    Row("/letters/{letter}/", OfficeRole.DX),
    Row("/imports/", OfficeRole.HR),
    *(Row(f"/accounts/{page}/", None) for page in ("login", "password/reset", "signup", "inactive")),
    Row("/accounts/logout/"),
    Row("/accounts/password/change/"),
    Row("/accounts/reauthenticate/"),
    Row("/accounts/2fa/"),
    Row("/accounts/2fa/totp/activate/"),
    Row("/accounts/2fa/webauthn/"),
    Row("/accounts/2fa/webauthn/add/"),
    *(Row(*page) for page in practice.PAGES),
    Row("/nothing-here/", None, 404),
    Row("/courses/"),
    Row("/courses/{course}/"),
    *(Row(f"/runs/{page}", OfficeRole.DX) for page in ("", "courses/new/", "courses/{course}/new/", "{run}/")),
    Row("/me/surveys/"),
    Row("/surveys/{surveyed}/"),
    *(Row(f"/department/follow-ups/{page}", "head") for page in ("", "{surveyed}/")),
    *(Row(f"/surveys/{page}", OfficeRole.DX) for page in ("", "questions/")),
    *(Row(f"/courses/{{surveyed_course}}/{page}/", OfficeRole.DX) for page in ("survey", "questions")),
    Row("/runs/{surveyed}/survey/", OfficeRole.DX),
    *(
        Row(f"/runs/{{run}}/{page}/", OfficeRole.DX)
        for page in ("cancel", "move", "contacts", "holds", "invitations", "messages", "edit")
    ),
    *(Row(f"/interests/{page}", OfficeRole.HR) for page in ("", "{course}/")),
    Row("/courses/{course}/bookings/{booking}/change/", "promoter"),
    Row("/runs/{run}/cancel/", OfficeRole.DX),
    *(Row(f"/me/{rest}", "promoter") for rest in ("", "calendar/")),
    *(Row(f"/certificates/{rest}", OfficeRole.HR) for rest in ("", "{certificate}/", "text/")),
    Row("/certificates/verify/CODE0000/", "employee", 404),
    Row("/certificates/verify/{code}/", "employee"),
    *(Row(f"/runs/{{held}}/{page}", OfficeRole.DX) for page in ("attendance/", "results/", "roster/")),
    *(Row(f"/runs/{{held}}/attendance/{{meeting}}/{page}", OfficeRole.DX) for page in ("", "paste/", "code/", "door/")),
    Row("/bookings/{absence}/substitute/", OfficeRole.DX),
    Row("/check-in/"),
    Row("/check-in/{meeting}/x/", "employee", 409),
    *(Row(f"/completions/{page}", OfficeRole.DX) for page in ("", "record/", "new/", "unmatched/", "{completion}/")),
    Row("/completions/unmatched/{unmatched}/?q=髪", OfficeRole.DX),
    Row("/completions/", "head"),
    *(Row(f"/requirements/{page}", OfficeRole.DX) for page in ("", "new/", "{rule}/", "{rule}/people/")),
    *(Row(f"/requirements/{{rule}}/{act}/", OfficeRole.HR) for act in ("edit", "remind")),
    Row("/department/training/?state=all", "head"),
    Row("/nothing-here/", "employee", 404),
    *(Row(f"/fail/{kind}/", "employee", kind) for kind in (400, 403, 409, 500)),
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


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_page_is_for_everyone(page, live_server, row):
    about = {}
    if row.role:
        user = someone(row.role)
        sign_in(page, live_server, user)
        deputy = Deputy.objects.latest("pk")
        place = deputy.department
        about = {"number": user.username, "department": place.code, "bureau": place.parent_id, "deputy": deputy.pk}
        if row.role in OfficeRole.values:
            about["number"] = user.employee.employee_number

    shown = {
        "promoter": Promoter,
        "judged": StageEnrollment,
        "notice": Notice,
        "letter": OutboxMessage,
        "nomination": Nomination,
        "run": CourseRun,
        "certificate": Certificate,
        "completion": Completion,
        "unmatched": UnmatchedResult,
        "rule": Requirement,
        "rollover": Rollover,
    }
    for name, model in shown.items():
        about[name] = model.objects.values_list("pk", flat=True).first()
    about["booking"] = Enrollment.objects.order_by("-pk").values_list("pk", flat=True).first()
    absence = Attendance.objects.latest("pk")
    about |= {"absence": absence.enrollment_id, "held": absence.session.run_id, "meeting": absence.session_id}
    about |= make_growth.looked_at() | (practice.addresses() if row.role else {})
    about["year"] = FiscalYear.containing(clock.today()).start_year
    if survey := Survey.objects.select_related("run__course").first():
        about |= {"surveyed": survey.run_id, "surveyed_course": survey.run.course.code}
    about["code"] = Certificate.objects.values_list("code", flat=True).first()
    about["course"] = Course.objects.values_list("code", flat=True).first()
    assert page.goto(row.address.format(**about)).status == row.status
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert page.locator("h1").count() == 1
    assert violations(page) == []

    page.set_viewport_size(NARROW)
    assert sideways(page) == 0
    assert violations(page) == []


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
    reach(page, page.locator(".menu-narrow").get_by_role("link", name="部品一覧"), stops=25)
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
