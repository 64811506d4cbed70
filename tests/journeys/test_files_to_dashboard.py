"""The main job: the office's files, a real worker that computes the quota, the dashboard in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import files
from tests.journeys.conftest import DESKTOP, login
from tests.kernel.installation import Installation, free_port, installation
from tests.kernel.processes import until

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

PASSWORD = "aomori-demo"
ACCOUNT = f"from tests.factories import staff; staff.office('dx_office', username='dx', password='{PASSWORD}')"
PATIENCE = 30_000
"""Milliseconds for a worker to take a job and do it: about one, and room for a busy machine."""

# 総務部 and 農林部 with two departments each: four places.
DEPARTMENTS = [
    files.department("010110", "人事課", "総務部"),
    files.department("010120", "財政課", "総務部"),
    files.department("020110", "農政課", "農林部"),
    files.department("020120", "林政課", "農林部"),
]
ROSTER = [
    files.person("0000001", "青森　太郎", "010110"),
    files.person("0000002", "弘前　花子", "010120"),
    files.person("0000003", "八戸　一郎", "020110"),
    files.person("0000004", "黒石　恵子", "020120"),
    files.person("0000005", "三沢　健", "020120"),
]


@dataclass(frozen=True)
class House:
    """An installation that runs, and where."""

    installation: Installation
    url: str


def _promoter(number: str, name: str, code: str, route: str, *, cohort: str = "R6") -> files.Row:
    return {
        "年度": cohort,
        "職員番号": number,
        "氏名": name,
        "枠": route,
        "推薦所属コード": code,
        "推薦所属名": "",
        "任命年月日": f"{cohort}.6.3",
    }


APPOINTED = [
    _promoter("0000001", "青森　太郎", "010110", "推薦枠"),
    _promoter("0000002", "弘前　花子", "010120", "自薦枠"),
    _promoter("0000003", "八戸　一郎", "020110", "推薦枠"),
    _promoter("0000005", "三沢　健", "020120", "自薦枠", cohort="R7"),
]
LATER = [_promoter("0000004", "黒石　恵子", "020120", "推薦枠")]


def _load(house: House, kind: str, rows: list[files.Row], *options: str) -> None:
    path = Path(house.installation.folder, f"{kind}.csv")
    path.write_bytes(files.as_csv(rows, encoding="cp932"))
    house.installation.manage(f"import_{kind}", str(path), *options)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    """The small prefecture's files, loaded by the office's commands, and everything running as `make run` runs it."""
    with installation(tmp_path_factory.mktemp("house")) as made:
        port = free_port()
        house = House(made, f"http://127.0.0.1:{port}")
        made.manage("migrate", "--verbosity", "0")
        made.manage("load_policy")
        _load(house, "departments", DEPARTMENTS, "--as-of", "2024-04-01")
        _load(house, "roster", ROSTER, "--as-of", "2024-04-01")
        _load(house, "promoters", APPOINTED)
        made.manage("shell", "--verbosity", "0", "--command", ACCOUNT)
        running = made.start("manage.py", "run", "--port", str(port))
        try:
            said = list(until(lambda line: "起動しました" in line, running.stdout))
            assert running.poll() is None, "".join(said)
            yield house
        finally:
            running.terminate()
            running.communicate(timeout=30)


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    """DX推進担当 at the computer."""
    context = browser.new_context(locale="ja-JP", viewport=DESKTOP, base_url=house.url)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    login(page, house, "dx", PASSWORD)
    yield page
    context.close()
    assert broken == []


def _jobs(house: House) -> list[tuple]:
    return house.installation.rows(
        "SELECT state, attempts, done, total FROM kernel_job WHERE kind = 'compute_quotas' ORDER BY id"
    )


def test_files_become_figures_that_the_dashboard_shows_while_one_looks(house, page):
    """R6: 4 places, 2 of them filled, 1 self; the plan has 200 a year. So 200 − 4 is the guide, 2 places are open."""
    before = len(_jobs(house))
    page.goto("/dashboard/?fiscal_year=2024")
    page.get_by_role("button", name="いま計算する").dblclick()
    expect(page.get_by_text("計算が終わり、数値を更新しました。")).to_be_visible(timeout=PATIENCE)
    sentence = page.locator(".headline-sentence")
    expect(sentence).to_have_text(
        "令和6年度は推薦枠2/4、自薦枠1(目安196)。累計3人/計画200人、うち育成(ステージ1修了)は0人。"
    )
    assert _jobs(house)[before:] == [("done", 1, 5, 5)]
    unfilled = page.locator("section").filter(has=page.get_by_role("heading", name="推薦による任命がまだの所属"))
    expect(unfilled).to_contain_text("財政課")
    expect(unfilled).to_contain_text("林政課")

    _load(house, "promoters", LATER)
    page.get_by_role("button", name="いま計算する").click()
    expect(sentence).to_have_text(
        "令和6年度は推薦枠3/4、自薦枠1(目安196)。累計4人/計画200人、うち育成(ステージ1修了)は0人。", timeout=PATIENCE
    )
    expect(unfilled).not_to_contain_text("林政課")
    assert [state for state, *_ in _jobs(house)[before:]] == ["done", "done"]


def test_a_number_opens_its_reason_in_place_and_a_cell_its_people(house, page):
    """R7: one person, self-nominated."""
    house.installation.manage("compute_quotas", "--fiscal-year", "2025")
    page.goto("/dashboard/?fiscal_year=R7")
    measure = page.locator(".measure").filter(has_text="この年度の任命").first
    reason = measure.get_by_text("推薦枠の任命0人 + 自薦枠の任命1人 = 任命1人")
    measure.locator("summary").click()
    expect(reason).to_be_visible()
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()

    matrix = page.get_by_role("table", name="育成ステージと年度ごとの")
    matrix.get_by_role("link", name="1人", exact=True).click()
    expect(page.get_by_role("heading", name="DX推進員", level=1)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1人")).to_be_visible()
    expect(page.get_by_role("link", name="三沢　健")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".download summary").click()
        page.get_by_role("link", name="Excel(xlsx)").click()
    assert download.value.suggested_filename.startswith("DX推進員名簿_")


def test_without_javascript_the_same_is_done_by_reloading(house, browser):
    before = len(_jobs(house))
    context = browser.new_context(locale="ja-JP", base_url=house.url, java_script_enabled=False)
    page = context.new_page()
    login(page, house, "dx", PASSWORD)
    page.goto("/dashboard/?fiscal_year=2025")
    page.get_by_role("button", name="いま計算する").click()
    assert page.url.endswith("/dashboard/?fiscal_year=2025#computation")
    button = page.get_by_role("button", name="いま計算する")
    for _ in range(PATIENCE // 500):
        page.reload()
        if button.count():
            break
        expect(page.get_by_role("link", name="画面を再読み込みする")).to_be_visible()
        page.wait_for_timeout(500)
    expect(page.locator(".headline-sentence")).to_contain_text("令和7年度は推薦枠0/4、自薦枠1")
    assert [state for state, *_ in _jobs(house)[before:]] == ["done"]
    context.close()
