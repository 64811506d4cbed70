"""The pages of the turn of the year: whom to look at first, every move found, begun only by whoever has seen it."""

import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from aomori_dx.kernel import progress
from aomori_dx.kernel.models import AuditEvent, Job
from staff.models import OfficeRole
from stages.models import Rollover, StageEnrollment
from stages.services import rollover
from tests.factories import programme
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.stages.test_rollover import NEW_YEAR, R9, promoter

pytestmark = pytest.mark.django_db
URL = "/rollover/"


@pytest.fixture(autouse=True)
def _new_year():
    make_stages.plan()
    with time_machine.travel(NEW_YEAR, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    """DX推進担当"""
    client = Client()
    client.force_login(programme.officer())
    return client


def planned(client, **given):
    response = client.post(URL, {"year": "2027", "silence": "ask", **given})
    assert response.status_code == 302
    return response.url


def names(response):
    return [row.name for row in response.context["page"]]


def three():
    """Who goes on, who waits, and whom somebody has to look at."""
    for name, fields in (("進　一", {}), ("待　二", {"wish": "not_this_year"}), ("未　三", {"status": "in_progress"})):
        promoter(name=name, **fields)


def test_the_dry_run_leads_to_every_move_with_whom_to_look_at_on_top(client):
    three()
    response = client.get(planned(client))
    assert names(response)[0] == "未　三"
    assert "1人が要確認です" in response.content.decode()
    assert "受講中のまま" in response.content.decode()
    assert StageEnrollment.objects.filter(fiscal_year=R9).count() == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "climb"}, ["進　一"]),
        ({"kind": "exception"}, ["未　三"]),
        ({"stage": "2"}, ["進　一"]),
        ({"q": "待"}, ["待　二"]),
        ({"q": "誰"}, []),
        ({"bureau": "0"}, []),
        ({"kind": "nonsense"}, []),
    ],
)
def test_the_moves_are_narrowed_by_the_address(client, query, expected):
    three()
    assert names(client.get(planned(client), query)) == expected


@pytest.mark.parametrize("sort", ["number", "name", "place", "kind", "stage", "-stage", "nonsense"])
def test_the_moves_can_be_ordered_by_any_column(client, sort):
    three()
    assert len(names(client.get(planned(client), {"sort": sort}))) == 3


def test_the_list_is_handed_out_as_it_was_narrowed(client):
    three()
    url = planned(client)
    response = client.get(f"{url}download/", {"kind": "exception"})
    content = b"".join(response) if response.streaming else response.content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["氏名"], line["動き"]) == ("未　三", "要確認")
    assert "受講中のまま" in line["理由"]
    assert AuditEvent.objects.filter(model="stages.rollovermove", action="exported").count() == 1
    assert client.get(f"{url}download/", {"kind": "nonsense"}).status_code == 409


def test_nobody_is_left_out_without_saying_so(client):
    three()
    url = planned(client)
    assert client.get(f"{url}start/").status_code == 200
    refused = client.post(f"{url}start/")
    assert (refused.status_code, "要確認の人が1人残っています" in refused.content.decode()) == (409, True)
    assert Job.objects.filter(kind=rollover.KIND).count() == 0
    assert client.post(f"{url}start/", {"leave_out": "on"}).url == url
    event = AuditEvent.objects.get(model="stages.rollover", action="start")
    assert event.reason == "要確認の1人を除いて実行"


def test_the_job_makes_the_moves_and_the_page_says_what_came_of_it(client):
    three()
    url = planned(client)
    client.post(f"{url}start/", {"leave_out": "on"})
    job = Job.objects.get(kind=rollover.KIND)
    assert client.get(f"{url}progress/").status_code == 200
    assert progress.run(job.pk)
    assert client.get(f"{url}progress/").headers["HX-Refresh"] == "true"
    said = client.get(url).content.decode()
    assert "要確認の人が1人残っているため、令和8年度は締めていません" in said
    assert "要確認の人が1人残っているため" in client.get(URL).content.decode()
    assert StageEnrollment.objects.filter(fiscal_year=R9).count() == 1
    assert client.get(f"{url}start/").url == url
    assert client.post(f"{url}start/", {"leave_out": "on"}).status_code == 409


def test_who_clicks_twice_asks_once_and_one_that_stopped_can_be_gone_on_with(client):
    promoter()
    url = planned(client)
    for _ in range(2):
        assert client.post(f"{url}start/").status_code == 302
    job = Job.objects.get(kind=rollover.KIND)
    Job.objects.update(state="running")
    assert client.post(f"{url}start/").status_code == 302
    assert Job.objects.filter(kind=rollover.KIND).get() == job
    assert "途中で止まっています" not in client.get(url).content.decode()
    Job.objects.update(state="failed", error="理由")
    said = client.get(url).content.decode()
    assert "途中で止まっています" in said
    assert client.post(f"{url}start/").status_code == 302
    again = Job.objects.filter(kind=rollover.KIND).exclude(pk=job.pk).get()
    progress.run(again.pk)
    assert Rollover.objects.get().state == "done"


def test_before_the_year_begins_the_button_says_when_it_can_be_pressed(client):
    promoter()
    with time_machine.travel("2027-03-31T12:00:00+09:00", tick=False):
        url = planned(client)
        said = client.get(f"{url}start/").content.decode()
        assert "令和9年4月1日" in said
        assert "disabled" in said
        assert client.post(f"{url}start/").status_code == 409


def test_silence_pauses_where_the_officer_chose_so(client):
    promoter(wish="")
    assert Rollover.objects.get(pk=planned(client).split("/")[-2]).counts == {"exception": 1}
    assert Rollover.objects.get(pk=planned(client, silence="pause").split("/")[-2]).counts == {"pause": 1}


@pytest.mark.parametrize("given", [{}, {"year": "2040", "silence": "ask"}, {"year": "2027"}, {"year": "x"}])
def test_what_cannot_be_read_is_refused_on_the_same_page(client, given):
    assert client.post(URL, given).status_code == 422
    assert Rollover.objects.count() == 0


def test_the_other_offices_look_and_do_not_touch(client):
    three()
    url = planned(client)
    hr = Client()
    hr.force_login(make.office(OfficeRole.HR))
    assert hr.get(url).status_code == hr.get(URL).status_code == 200
    assert "実行の確認へ進む" not in hr.get(url).content.decode()
    assert hr.post(URL, {"year": "2027", "silence": "ask"}).status_code == 403
    assert hr.post(f"{url}start/").status_code == 403


def test_the_pages_ask_the_same_queries_for_few_and_for_many(client):
    def asked(number):
        for _ in range(number):
            promoter()
        url = planned(client)
        found = []
        for page in (URL, url, f"{url}start/", f"{url}download/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        return found

    few = asked(3)
    assert asked(30) == few
    assert max(few) <= 14, few
