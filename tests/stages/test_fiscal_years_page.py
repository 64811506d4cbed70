"""`/plan/years/`: who sees which years are closed, who closes them and opens them again, and with what reason."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import closing
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing
from staff.models import OfficeRole
from stages.models import StageStatus
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.stages import R6, R7, R8, R10

pytestmark = pytest.mark.django_db

YEARS = "/plan/years/"
REASON = "令和6年度の実績報告を提出したため"


@pytest.fixture(autouse=True)
def _plan():
    stages.plan()


def client_of(role: str, **fields) -> Client:
    client = Client()
    log_in(client, make.office(role, **fields))
    return client


@pytest.fixture
def dx():
    return client_of(OfficeRole.DX, display_name="推進 花子")


def text(response) -> str:
    return response.content.decode()


def act(year, name: str) -> str:
    return f"{YEARS}{int(year)}/{name}/"


def test_every_role_that_sees_the_plan_sees_every_year_of_the_plan_with_its_state(dx):
    closing.close(R6, by=None, at=NOW, reason=REASON)
    for role in OfficeRole.values:
        page = client_of(role).get(YEARS)
        assert page.status_code == 200
        assert [(row.year, row.is_closed, row.is_over) for row in page.context["standings"]] == [
            (year, year == R6, year < R8) for year in sorted({R6, R7, R8, R8.next, R10})
        ]
        assert REASON in text(page)
        assert "令和8年11月23日 10:00" in text(page)


@pytest.mark.parametrize("who", ["employee", "promoter", "head"])
def test_the_staff_does_not_see_who_closed_a_year_and_why(who):
    person = {"employee": make.employee, "promoter": lambda: stages.promoter().employee}.get(
        who, lambda: make.head_of(make.department())
    )()
    client = Client()
    log_in(client, make.user(person))
    page = client.get(YEARS)
    assert page.status_code == 403
    assert "データ管理者と閲覧者だけが見られます" in text(page)
    assert YEARS not in text(client.get("/"))


@pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.INFO, OfficeRole.VIEWER, OfficeRole.ADMIN])
def test_only_the_dx_office_closes_and_opens(role):
    closing.close(R6, by=None, at=NOW, reason=REASON)
    client = client_of(role)
    assert "year-close" not in text(client.get(YEARS))
    assert "締めを解除する" not in text(client.get(YEARS))
    for address in (act(R7, "close"), act(R6, "reopen")):
        for answer in (client.get(address), client.post(address, {"reason": REASON})):
            assert answer.status_code == 403
            assert "DX推進担当だけです" in text(answer)
    assert closing.closed_years().last == R6


def test_a_year_is_closed_with_a_reason(dx):
    answer = dx.post(act(R6, "close"), {"reason": REASON}, follow=True)
    assert answer.redirect_chain == [(YEARS, 302)]
    assert "令和6年度を締めました。" in text(answer)
    row = FiscalYearClosing.objects.get()
    assert (row.fiscal_year, row.act, row.by_name, row.reason, row.at) == (R6, "closed", "推進 花子", REASON, NOW)
    assert AuditEvent.objects.get(action="year_closed").by_name == "推進 花子"


@pytest.mark.parametrize("reason", ["", "提出"])
def test_without_a_reason_nothing_happens(dx, reason):
    for address in (act(R6, "close"), act(R6, "reopen")):
        answer = dx.post(address, {"reason": reason})
        assert answer.status_code == 422
        assert "理由を" in text(answer)
    assert not FiscalYearClosing.objects.exists()


def test_the_page_says_what_is_not_decided_yet(dx):
    assert "人の育成が、受講中か中断のままです" not in text(dx.get(act(R6, "close")))
    stages.enrollment(stages.promoter(cohort=R6))
    stages.enrollment(stages.promoter(cohort=R6), status=StageStatus.SUSPENDED)
    stages.enrollment(stages.promoter(cohort=R6), status=StageStatus.COMPLETED)
    stages.enrollment(stages.promoter(cohort=R7))
    assert "2人の育成が、受講中か中断のままです" in text(dx.get(act(R6, "close")))


@pytest.mark.parametrize(
    ("year", "why"),
    [(R7, "先に令和6年度を締めてください。"), (R8, "令和8年度はまだ終わっていないため、締められません。")],
)
def test_a_year_is_not_closed_out_of_order_or_before_its_end(dx, year, why):
    assert why in text(dx.get(YEARS))
    answer = dx.post(act(year, "close"), {"reason": REASON})
    assert answer.status_code == 409
    assert why in text(answer)
    assert REASON in text(answer)  # what was typed stays
    assert not FiscalYearClosing.objects.exists()


def test_who_presses_twice_is_told(dx):
    dx.post(act(R6, "close"), {"reason": REASON})
    answer = dx.post(act(R6, "close"), {"reason": REASON})
    assert (answer.status_code, FiscalYearClosing.objects.count()) == (409, 1)
    assert "令和6年度はすでに締められています。" in text(answer)


def test_opening_says_which_years_it_opens(dx):
    for year in (R6, R7):
        closing.close(year, by=None, at=NOW, reason=REASON)
    page = dx.get(act(R6, "reopen"))
    assert "令和6年度と令和7年度の日付の記録を" in text(page)
    answer = dx.post(act(R6, "reopen"), {"reason": "配属の誤りの訂正のため"}, follow=True)
    assert "令和6年度、令和7年度の締めを解除しました。" in text(answer)
    assert closing.closed_years().last is None
    acts = [(row.fiscal_year, row.act) for row in answer.context["acts"]]
    assert acts == [(R6, "reopened"), (R7, "reopened"), (R7, "closed"), (R6, "closed")]


def test_a_year_that_is_not_of_the_plan_has_no_page(dx):
    for number in (2023, 2029, 1, 99999):
        assert dx.get(f"{YEARS}{number}/close/").status_code == 404
        assert dx.post(f"{YEARS}{number}/reopen/", {"reason": REASON}).status_code == 404


def test_the_page_asks_as_often_for_many_acts_as_for_few(dx):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            dx.get(YEARS)
        return len(asked)

    closing.close(R6, by=None, at=NOW, reason=REASON)
    few = queries()
    for _ in range(10):
        closing.reopen(R6, by=None, at=NOW, reason=REASON)
        closing.close(R6, by=None, at=NOW, reason=REASON)
    assert queries() == few
