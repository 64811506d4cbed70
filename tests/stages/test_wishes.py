"""意向確認: who is asked, what is answered until when, who reads it."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import Notice, OfficeRole, User
from stages.models import CareerTrack, ContinuationWish, StageStatus, WishCall
from stages.services import wishes
from tests.conftest import NOW
from tests.factories import growth
from tests.factories import staff as make_staff
from tests.factories import stages as make
from tests.factories.stages import R8, R9

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
MINE, LIST = "/me/progress/continue/", "/promoters/wishes/"


@pytest.fixture
def dx():
    make.plan()
    return make_staff.office(OfficeRole.DX)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def someone(**fields):
    """A promoter of R8 in the first stage."""
    who = make.promoter(make_staff.posting().employee)
    make.enrollment(who, **fields)
    return who


def answered(who, answer="yes", **more):
    by = User.objects.filter(employee=who.employee).first() or make_staff.user(who.employee)
    return wishes.answer(who.pk, R9, answer=answer, by=by, at=more.pop("at", NOW), **more)


def test_who_goes_on_is_asked_and_who_has_finished_or_gone_is_not(dx):
    asked = someone()
    finished = make.promoter(make_staff.posting().employee, cohort=make.R6)
    make.enrollment(finished, stage=5, fiscal_year=R8, status=StageStatus.COMPLETED)
    make.promoter(make_staff.posting().employee, withdrawn_on=date(2026, 10, 1))
    make.promoter(make_staff.employee(left_on=date(2026, 10, 1)))
    call = growth.wish_call(issued_at=None)

    assert wishes.issue(call.pk, by=dx, at=NOW) == 1

    notice = Notice.objects.get(key__startswith="wish:")
    assert (notice.employee, notice.url, notice.due) == (asked.employee, MINE, call.closes_on)
    with pytest.raises(RuleBroken, match="すでに案内"):
        wishes.issue(call.pk, by=dx, at=NOW)


def test_an_answer_may_be_changed_until_the_close(dx):
    who, track = someone(), CareerTrack.objects.create(code="data", name="データ")
    call = growth.wish_call()

    answered(who, "yes", track=track, words="続けたいです。")
    answered(who, "no")

    row = ContinuationWish.objects.get()
    assert (row.answer, row.track, row.words) == ("no", None, "")
    late = NOW + timedelta(days=21)
    assert (NOW + timedelta(days=20)).date() == call.closes_on
    with pytest.raises(RuleBroken, match="締め切りました"):
        answered(who, at=late)


def test_nobody_answers_for_another(dx):
    who = someone()
    growth.wish_call()

    with pytest.raises(NotAllowed):
        wishes.answer(who.pk, R9, answer="yes", by=dx, at=NOW)


def test_a_track_is_for_those_who_have_begun(dx):
    who = make.promoter(make_staff.posting().employee)
    growth.wish_call()

    with pytest.raises(RuleBroken, match="ステージ②から"):
        answered(who, track=CareerTrack.objects.create(code="data", name="データ"))


def test_only_who_has_not_answered_is_reminded_and_once_a_day(dx):
    quiet, said = someone(), someone()
    call = growth.wish_call()
    answered(said)

    assert wishes.remind(call.pk, by=dx, at=NOW) == 1
    assert Notice.objects.get().employee == quiet.employee
    with pytest.raises(RuleBroken, match="すでに催促"):
        wishes.remind(call.pk, by=dx, at=NOW)
    assert wishes.remind(call.pk, by=dx, at=NOW + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "words"),
    [(date(2027, 2, 1), date(2027, 1, 1), "受付開始日以後"), (date(2027, 2, 1), date(2027, 4, 1), "始まる前")],
)
def test_the_days_lie_before_the_year(dx, opens_on, closes_on, words):
    with pytest.raises(RuleBroken, match=words):
        wishes.plan(R9, opens_on=opens_on, closes_on=closes_on, words="", by=dx, at=NOW)
    assert not WishCall.objects.exists()


@pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.ADMIN])
def test_only_dx_asks(dx, role):
    call, other = growth.wish_call(issued_at=None), make_staff.office(role)

    for act in (
        lambda: wishes.plan(R9, opens_on=TODAY, closes_on=TODAY, words="", by=other, at=NOW),
        lambda: wishes.issue(call.pk, by=other, at=NOW),
        lambda: wishes.remind(call.pk, by=other, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_page_takes_the_answer_and_shows_it(dx):
    who = someone()
    growth.wish_call(words="来年度についてうかがいます。")
    mine = client_of(make_staff.user(who.employee))

    page = mine.get(MINE).content.decode()
    assert "来年度についてうかがいます。" in page
    assert "キャリアプラン" in page
    refused = mine.post(MINE, {"words": "書いたこと"})
    assert (refused.status_code, "書いたこと" in refused.content.decode()) == (422, True)
    assert mine.post(MINE, {"answer": "not_this_year", "words": "繁忙のため"}).status_code == 302
    assert "今年度は見送る" in mine.get(MINE).content.decode()
    assert "今年度は見送る" in mine.get("/me/progress/").content.decode()


def test_before_and_after_its_days_the_page_says_so(dx):
    who = someone()
    mine = client_of(make_staff.user(who.employee))

    assert "まだ案内されていません" in mine.get(MINE).content.decode()
    growth.wish_call(opens_on=TODAY - timedelta(days=9), closes_on=TODAY - timedelta(days=1))
    assert "締め切りました" in mine.get(MINE).content.decode()
    assert mine.post(MINE, {"answer": "yes"}).status_code == 409
    assert not ContinuationWish.objects.exists()


def test_the_office_reads_the_answers_narrows_them_and_takes_them_away(dx):
    said, quiet = someone(), someone()
    growth.wish_call()
    answered(said, words="続けたいです。")
    office = client_of(dx)

    page = office.get(LIST)
    assert "続けたいです。" in page.content.decode()
    assert (page.context["counts"].asked, page.context["counts"].unanswered) == (2, 1)
    assert [row.pk for row in office.get(f"{LIST}?answer=none").context["page"]] == [quiet.pk]
    assert [row.pk for row in office.get(f"{LIST}?answer=yes&stage=1").context["page"]] == [said.pk]
    answer = office.get(f"{LIST}download/?answer=yes")
    header, *lines = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values
    assert [dict(zip(header, line, strict=True))["意向"] for line in lines] == ["継続する"]


def test_the_office_plans_announces_and_reminds_on_the_page(dx):
    someone()
    office = client_of(dx)
    given = {"opens_on": "R8.11.1", "closes_on": "R9.1.31", "words": "案内"}

    assert office.post(f"{LIST}plan/?year=R9", {**given, "closes_on": "R9.4.1"}).status_code == 409
    assert office.post(f"{LIST}plan/?year=R9", given).status_code == 302
    call = WishCall.objects.get()
    assert "1人に案内する" in office.get(LIST).content.decode()
    assert office.post(f"{LIST}{call.pk}/issue/").status_code == 302
    assert office.post(f"{LIST}{call.pk}/remind/").status_code == 302
    assert office.post(f"{LIST}{call.pk}/remind/").status_code == 409


def test_the_list_asks_the_same_whatever_the_number_of_people(dx):
    office = client_of(dx)
    growth.wish_call()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            office.get(LIST)
        return len(found)

    answered(someone())
    queries()
    few = queries()
    for _ in range(10):
        answered(someone())
    assert queries() == few
    assert few <= 16
