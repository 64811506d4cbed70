"""A hands-on run from the plan to the certificate in a real browser: three seats, five who want one, an absence that is
made up for, a file of e-learning results, and the calendar as a calendar program reads it."""

import io
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from icalendar import Calendar
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from aomori_dx.kernel import progress
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.models import Job, JobState
from staff.models import OfficeRole, User
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories import training as make
from tests.journeys.test_accessibility import sign_in
from tests.training.elearning_files import list_file, listed
from training.models import Certificate, Completion, CourseRun, Enrollment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("弘前　一郎", "八戸　二子", "黒石　三太", "三沢　四葉", "平川　五月")
AFTER_FIRST = datetime(2026, 12, 15, 16, 30, tzinfo=TOKYO)
AFTER_SECOND = datetime(2026, 12, 22, 16, 30, tzinfo=TOKYO)


class Story:
    """Five promoters, the office, one hands-on course and one by e-learning; one browser."""

    def __init__(self, page: Page, live_server) -> None:
        make_stages.plan()
        self.page, self.live_server = page, live_server
        self.people = [staff.posting(staff.employee(name)).employee for name in NAMES]
        for person in self.people:
            make_stages.promoter(person)
        self.logins = [staff.user(person) for person in self.people]
        self.dx = staff.office(OfficeRole.DX)
        self.course = make.course(code="H101", name="業務アプリ作成ハンズオン", method="hands_on")
        self.basics = make.course(code="E101", name="DX基礎", method="elearning", completion_rule="mark")

    @contextmanager
    def as_(self, user: User):
        self.page.context.clear_cookies()
        sign_in(self.page, self.live_server, user)
        yield self.page

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()
        self.page.wait_for_load_state()

    def follow(self, label: str) -> None:
        self.page.locator("main").get_by_role("link", name=label, exact=True).click()
        self.page.wait_for_load_state()

    def says(self, text: str) -> None:
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def plan(self, days: str, seats: str) -> CourseRun:
        """The office plans a run of the course and opens it."""
        with self.as_(self.dx) as page:
            page.goto("/courses/H101/")
            self.follow("開催回を登録する")
            page.get_by_label("日程").fill(days)
            page.get_by_label("会場").fill("県庁西棟8階")
            page.get_by_label("定員").fill(seats)
            page.get_by_label("申込開始日").fill("R8.11.2")
            page.get_by_label("申込締切日").fill("R8.12.18")
            self.press("保存する")
            self.press("募集開始")
        return CourseRun.objects.latest("pk")


def states(run: CourseRun) -> dict[str, str]:
    return dict(Enrollment.objects.filter(run=run).values_list("employee__name", "status"))


def five_apply(story: Story) -> CourseRun:
    """First come, first served: two learn their place in line."""
    run = story.plan("R8.12.15 13:00-16:00", "3")
    for number, login in enumerate(story.logins):
        with story.as_(login) as page:
            page.goto("/courses/")
            story.follow("業務アプリ作成ハンズオン")
            story.press("申し込む" if number < 3 else "キャンセル待ちを申し込む")
            story.says("確定" if number < 3 else f"キャンセル待ちの{number - 2}番目")
    assert list(states(run).values()) == ["confirmed"] * 3 + ["waitlisted"] * 2
    return run


def one_cancels(story: Story, run: CourseRun) -> None:
    """The seat goes to the first in line, whose bell says so; the other moves one place up."""
    with story.as_(story.logins[1]) as page:
        page.goto("/me/")
        page.get_by_role("button", name="申込を取り消す").click()
        page.wait_for_load_state()
    with story.as_(story.logins[3]) as page:
        page.goto("/")
        page.get_by_role("link", name="お知らせ (未読 2 件)").click()
        story.says("の席が確定しました。")
        story.says("令和8年12月1日までに")
    with story.as_(story.logins[4]) as page:
        page.goto("/me/")
        story.says("キャンセル待ちの1番目")
    assert list(states(run).values()) == ["confirmed", "cancelled", "confirmed", "confirmed", "waitlisted"]


def the_day(story: Story, run: CourseRun) -> CourseRun:
    """Two were there, the third was not: the office gives her another run in place of it."""
    other = story.plan("R8.12.22 13:00-16:00", "2")
    with time_machine.travel(AFTER_FIRST, tick=False), story.as_(story.dx) as page:
        page.goto(f"/runs/{run.pk}/")
        story.follow("出欠")
        story.follow("出欠を記録する")
        for name, presence in ((NAMES[0], "出席"), (NAMES[2], "出席"), (NAMES[3], "欠席")):
            page.get_by_role("group", name=name).get_by_label(presence, exact=True).check()
        story.press("保存する")
        story.says("3人の出欠を保存しました。")
        page.get_by_role("link", name=f"振替 {NAMES[3]}").click()
        page.get_by_role("radio", name="第2回").check()
        story.press("振替を登録する")
        story.says("第2回に振替を登録しました(確定)。")
        settle(story, run, "修了2人、未修了0人、欠席1人")
    return other


def made_up_for(story: Story, other: CourseRun) -> None:
    with time_machine.travel(AFTER_SECOND, tick=False), story.as_(story.dx) as page:
        page.goto(f"/runs/{other.pk}/attendance/")
        story.follow("出欠を記録する")
        story.press("未記録の人を全員出席にする")
        story.press("保存する")
        settle(story, other, "修了1人")
    done = dict(Completion.objects.filter(course=story.course).values_list("employee__name", "hours"))
    assert done == {NAMES[n]: Decimal(3) for n in (0, 2, 3)}, "the hours of the absence are made up for once"


def settle(story: Story, run: CourseRun, words: str) -> None:
    story.page.goto(f"/runs/{run.pk}/")
    story.press("実施済")
    story.follow("結果")
    story.press("結果を確定する")
    story.says(words)


def run_jobs() -> None:
    """What the worker does."""
    for job in list(Job.objects.filter(state=JobState.QUEUED)):
        progress.run(job.pk)


def load_the_file(story: Story) -> None:
    """The results of a platform, checked and applied: no date can be later than the day of the file."""
    rows = [listed(person.employee_number, person.name, on="R8.11.20") for person in story.people[3:]]
    with time_machine.travel(AFTER_SECOND, tick=False), story.as_(story.dx) as page:
        page.goto("/imports/")
        page.get_by_label("ファイルの種類").first.select_option("elearning")
        file = {"name": "結果.csv", "mimeType": "text/csv", "buffer": list_file(*rows)}
        page.locator("[type=file]").set_input_files([file])
        story.press("読み込んで確認する")
        run_jobs()
        expect(page.get_by_role("button", name="この内容で適用する")).to_be_visible()
        story.press("この内容で適用する")
        run_jobs()
        story.says("適用済")
    assert Completion.objects.filter(course=story.basics).count() == 2


def certified(story: Story) -> None:
    """Who was absent first has both courses on マイページ; a colleague checks the paper by its code."""
    with time_machine.travel(AFTER_SECOND, tick=False), story.as_(story.logins[3]) as page:
        page.goto("/me/")
        story.says("令和8年度は2件、6時間を修了しました。")
        page.get_by_role("button", name="修了証を発行する (業務アプリ作成ハンズオン)").click()
        paper = page.get_by_role("link", name="PDFで開く").get_attribute("href")
        content = page.request.get(f"{story.live_server.url}{paper}").body()
        code = Certificate.objects.get().spaced_code
        assert code in " ".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(content)).pages)
    with time_machine.travel(AFTER_SECOND, tick=False), story.as_(story.logins[4]) as page:
        page.goto("/certificates/verify/")
        page.get_by_label("確認コード").fill(code)
        story.press("確認する")
        story.says("この修了証は有効です")
        story.says("令和8年12月22日")


def calendar_of(story: Story, number: int) -> dict[datetime, str]:
    """When → state, as a calendar program reads the renewed feed without any login."""
    with time_machine.travel(AFTER_SECOND, tick=False), story.as_(story.logins[number]) as page:
        page.goto("/me/calendar/")
        story.press("アドレスを作成する")
        first = page.get_by_label("カレンダー用のアドレス").input_value()
        story.press("アドレスを作り直す")
        address = page.get_by_label("カレンダー用のアドレス").input_value()
        page.context.clear_cookies()
        assert page.request.get(first).status == 404
        calendar: Any = Calendar.from_ical(page.request.get(address).body())
    assert calendar.errors == []
    return {event["dtstart"].dt.astimezone(TOKYO): str(event["status"]) for event in calendar.events}


def test_from_the_plan_of_a_run_to_certificate_and_calendar(page, live_server):
    story = Story(page, live_server)
    run = five_apply(story)
    one_cancels(story, run)
    other = the_day(story, run)
    made_up_for(story, other)
    load_the_file(story)
    certified(story)
    first, second = (row.sessions.get().starts_at.astimezone(TOKYO) for row in (run, other))
    assert calendar_of(story, 3) == {first: "CONFIRMED", second: "CONFIRMED"}
    assert calendar_of(story, 1) == {first: "CANCELLED"}
