"""From the call to the appointment in a real browser: three heads answer, one applies, the office decides, one declines
and the reserve moves up."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from staff.models import Notice, OfficeRole, User
from stages.models import Nomination, NominationCall, Promoter
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R8
from tests.journeys.test_accessibility import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Story:
    """Three departments with a head and somebody to nominate; the office."""

    def __init__(self, page: Page, live_server) -> None:
        make_stages.plan()
        self.page, self.live_server = page, live_server
        bureau = staff.bureau("総務部")
        self.places = [staff.department(name, parent=bureau) for name in ("人事課", "税務課", "文書課")]
        self.heads = [staff.user(staff.head_of(place)) for place in self.places]
        names = ("弘前　一郎", "八戸　二子", "黒石　三太")
        self.people = [staff.posting(staff.employee(n), to=p).employee for n, p in zip(names, self.places, strict=True)]
        self.logins = [staff.user(person) for person in self.people]
        self.dx = staff.office(OfficeRole.DX)

    @contextmanager
    def as_(self, user: User):
        self.page.context.clear_cookies()
        sign_in(self.page, self.live_server, user)
        yield self.page

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()
        self.page.wait_for_load_state()

    def says(self, text: str) -> None:
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()


def issue_the_call(story: Story) -> None:
    with story.as_(story.dx) as page:
        page.goto("/nominations/call/2026/")
        page.get_by_label("件名").fill("令和8年度DX推進員の推薦について(依頼)")
        page.get_by_label("依頼文").fill("各所属から1名を推薦してください。")
        page.get_by_label("受付開始日").fill("R8.11.2")
        page.get_by_label("締切日").fill("R8.11.30")
        story.press("保存する")
        page.get_by_role("link", name="発出の確認へ進む").click()
        story.press("3所属に発出する")
    assert NominationCall.objects.get().issued_at is not None


def answer(story: Story) -> None:
    """Two heads nominate, the third has nobody; her own person applies and she agrees."""
    for number in (0, 1):
        with story.as_(story.heads[number]) as page:
            page.goto("/")
            page.get_by_role("link", name="推薦", exact=False).first.click()
            page.goto("/department/nominate/")
            page.get_by_role("radio", name=story.people[number].name).check()
            page.get_by_label("推薦理由").fill("業務の改善に意欲があるため")
            story.press("推薦を提出する")
            story.says(story.people[number].name)
    with story.as_(story.heads[2]) as page:
        page.goto("/department/decline/")
        page.get_by_role("radio", name="該当者なし").check()
        story.press("「推薦なし」と回答する")
    with story.as_(story.logins[2]) as page:
        page.goto("/nominations/self/")
        page.get_by_label("志望動機").fill("窓口の待ち時間を減らしたい")
        page.get_by_label("改善したい業務").fill("申請の受付")
        story.press("応募する")
    with story.as_(story.heads[2]) as page:
        page.goto("/department/endorsements/")
        page.get_by_role("textbox").last.fill("応援しています。")
        story.press("同意する")
    assert set(Nomination.objects.values_list("status", flat=True)) == {"submitted", "endorsed"}


def decide(story: Story) -> None:
    """The two recommended are taken, who applied is put on the reserve; nobody is told before 確定."""
    with story.as_(story.dx) as page:
        told = Notice.objects.count()
        for number, proposal in ((0, "accept"), (1, "accept"), (2, "reserve")):
            page.goto("/nominations/")
            page.get_by_role("row", name=story.people[number].name).get_by_role("checkbox").check()
            page.locator("[name=act]").select_option(proposal)
            story.press("実行する")
        assert Notice.objects.count() == told
        page.goto("/nominations/confirm/")
        story.press("3件を確定する")
    assert set(Promoter.objects.values_list("employee", flat=True)) == {person.pk for person in story.people[:2]}


def decline_and_move_up(story: Story) -> None:
    with story.as_(story.logins[0]) as page:
        page.goto("/notices/")
        story.says("「決定」となりました。")
        page.goto("/nominations/self/")
        paper = page.get_by_role("link", name="決定通知(PDF)").get_attribute("href")
        assert page.request.get(f"{story.live_server.url}{paper}").body().startswith(b"%PDF-")
        page.get_by_role("link", name="辞退する").click()
        page.get_by_role("textbox").last.fill("異動のため")
        story.press("辞退する")
    with story.as_(story.dx) as page:
        page.goto("/nominations/reserves/")
        story.press("次の順位の方に照会する")
    with story.as_(story.logins[2]) as page:
        page.goto("/")
        page.goto("/nominations/self/")
        page.get_by_role("link", name="回答する").first.click()
        story.press("繰上げを受ける")


def test_from_the_call_to_the_reserve_who_moves_up(page, live_server):
    story = Story(page, live_server)
    issue_the_call(story)
    answer(story)
    decide(story)
    decline_and_move_up(story)
    states = dict(Nomination.objects.values_list("nominee__name", "status"))
    assert states == {"弘前　一郎": "turned_down", "八戸　二子": "accepted", "黒石　三太": "accepted"}
    promoters = Promoter.objects.filter(cohort=R8)
    assert set(promoters.filter(withdrawn_on=None).values_list("employee__name", flat=True)) == {
        "八戸　二子",
        "黒石　三太",
    }
