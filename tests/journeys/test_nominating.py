"""推薦 from the head's home to the decision of 補欠, by keyboard alone, on a narrow screen too."""

import pytest
from playwright.sync_api import Page, expect

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import Nomination
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.journeys.conftest import login
from tests.journeys.test_accessibility import sideways

pytestmark = [pytest.mark.browser, pytest.mark.real_time, pytest.mark.django_db(transaction=True)]
PASSWORD = "aomori-demo"
PHONE = {"width": 400, "height": 800}


def press_until(page: Page, name: str, *, stops: int = 60, key: str = "Tab") -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(stops):
        page.keyboard.press(key)
        focused = page.evaluate("(document.activeElement.labels?.[0] || document.activeElement).innerText")
        if name in (focused or ""):
            return
    pytest.fail(f"{name} is not reached within {stops} stops.")


def go(page: Page, name: str) -> None:
    press_until(page, name)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_a_head_answers_by_keyboard_on_a_phone(new_page, live_server):
    today = clock.today()
    place = staff.department("税務課")
    make.call(fiscal_year=FiscalYear.containing(today), opens_on=today, closes_on=today)
    head = staff.head_of(place)
    for name in ("青森　太郎", "髙橋　美咲"):
        staff.posting(staff.employee(name), to=place)
    make_stages.promoter(staff.posting(staff.employee("工藤　蓮"), to=place).employee, cohort=make_stages.R6)
    staff.user(head, password=PASSWORD)

    page = new_page(viewport=PHONE, java_script_enabled=True)
    login(page, live_server, head.employee_number, PASSWORD)
    expect(page.get_by_text("推薦の回答(税務課)")).to_be_visible()
    go(page, "推薦する職員を選ぶ")
    expect(page.get_by_text("R6に任命済です(新規の推薦はできません)。")).to_be_visible()
    assert sideways(page) == 0

    press_until(page, "ご本人です")  # the first of the radio buttons; the arrows choose
    for _ in range(4):
        if page.get_by_role("radio", name="髙橋　美咲").is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="髙橋　美咲")).to_be_checked()
    go(page, "推薦を提出する")
    expect(page.get_by_role("alert").filter(has_text="推薦理由を入力してください。")).to_be_focused()
    expect(page.get_by_role("radio", name="髙橋　美咲")).to_be_checked()
    go(page, "推薦理由を入力してください。")  # the summary leads to the field
    page.keyboard.type("窓口の改善に取り組んでいるため")
    go(page, "推薦を提出する")

    expect(page.get_by_text("髙橋　美咲さんを推薦しています。")).to_be_visible()
    assert sideways(page) == 0
    row = Nomination.objects.get()
    assert (row.status, row.nominee.name, row.reason) == (
        "submitted",
        "髙橋　美咲",
        "窓口の改善に取り組んでいるため",
    )


def test_without_javascript_everything_can_be_done(new_page, live_server):
    today = clock.today()
    make.call(fiscal_year=FiscalYear.containing(today), opens_on=today, closes_on=today)
    where = make.house(name="税務課")
    for user in (where.head, where.login):
        user.set_password(PASSWORD)
        user.save()

    person = new_page(java_script_enabled=False)
    login(person, live_server, where.login.username, PASSWORD)
    person.goto("/nominations/self/")
    person.get_by_label("志望動機").fill("学びたい")
    person.get_by_label("改善したい業務").fill("申請の受付")
    person.get_by_role("button", name="応募する").click()
    expect(person.get_by_text("自薦枠に応募しました。")).to_be_visible()

    head = new_page(java_script_enabled=False)
    login(head, live_server, where.head.username, PASSWORD)
    head.get_by_role("link", name="応募を読む").click()
    head.get_by_label("意見").fill("応援します")
    head.get_by_role("button", name="同意する").click()
    expect(head.get_by_text("自薦に「同意」と回答しました。")).to_be_visible()
    person.reload()
    expect(person.get_by_text("同意", exact=True).first).to_be_visible()
