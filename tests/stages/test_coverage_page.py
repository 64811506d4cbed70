"""回答の状況 and the balance of the bureaus, as pages and as files."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages

pytestmark = pytest.mark.django_db
URL, BALANCE = "/nominations/coverage/", "/nominations/balance/"


@pytest.fixture
def hr():
    make.call()
    make_stages.plan()
    client = Client()
    client.force_login(staff.office(OfficeRole.HR))
    return client


def world():
    """A bureau with each kind of answer, and another with none."""
    bureau, other = staff.bureau("総務部"), staff.bureau("農林部")
    nominated = make.house(name="人事課", parent=bureau)
    make.nomination(nominated, status="in_review", proposal="accept")
    make.decline(staff.department("財政課", parent=bureau), reason_code="other", note="改編の準備のため")
    make_stages.promoter(department=staff.department("税務課", parent=bureau))
    silent = make.house(name="農政課", parent=other)
    make.nomination(silent, status="submitted", route="self")
    return bureau


def names(client, **query) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200
    return [row.department.name for row in response.context["page"]]


def test_who_has_answered_and_how(hr):
    bureau = world()
    for query, expected in (
        ({}, ["人事課", "財政課", "税務課", "農政課"]),
        ({"state": "unanswered"}, ["農政課"]),
        ({"state": "declined"}, ["財政課"]),
        ({"reason": "other"}, ["財政課"]),
        ({"bureau": str(bureau.pk), "state": "answered"}, ["人事課", "税務課"]),
        ({"q": "税"}, ["税務課"]),
        ({"state": "nonsense"}, []),
    ):
        assert names(hr, **query) == expected, query
    page = hr.get(URL)
    assert page.context["answered"] == 3
    assert "4所属のうち、3所属が回答しました" in page.content.decode()
    assert "改編の準備のため" in page.content.decode()
    assert "催促する" not in page.content.decode()
    dx = Client()
    dx.force_login(staff.office(OfficeRole.DX))
    assert "/nominations/reminders/" in dx.get(URL).content.decode()
    assert AuditEvent.objects.filter(action="viewed", model="staff.department").exists()


def test_the_files_have_the_list_and_the_unanswered_alone_for_letters(hr):
    world()
    place = staff.department("会計課")
    staff.posting(staff.employee("工藤　蓮"), to=place, is_head=True, title="課長")
    query = {"format": "csv", "charset": "utf-8-sig", "state": "unanswered"}
    text = b"".join(hr.get(f"{URL}download/", query).streaming_content).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["所属"] for row in told] == ["農政課", "会計課"]
    assert (told[1]["所属長"], told[1]["所属長の補職名"], told[1]["締切日"]) == ("工藤　蓮", "課長", "2026-11-30")
    book = b"".join(hr.get(f"{URL}download/", {"format": "xlsx"}).streaming_content)
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("データ").to_python()) == 6
    assert AuditEvent.objects.filter(action="exported").count() == 2
    assert hr.get(f"{URL}download/", {"state": "nonsense"}).status_code == 409


def test_the_balance_sets_what_is_adopted_against_the_departments(hr):
    """R36"""
    world()
    one, other = hr.get(BALANCE).context["rows"]
    assert (one.name, one.departments, one.answered, one.recommended, one.proposed, one.adopted, one.chosen) == (
        "総務部", 3, 3, 1, 1, 1, 2,
    )  # fmt: skip
    assert (other.name, other.departments, other.answered, other.self_nominated, other.chosen) == ("農林部", 1, 0, 1, 0)
    assert "66.7%" in hr.get(BALANCE).content.decode()
    text = b"".join(hr.get(f"{BALANCE}download/", {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 3


def test_the_queries_do_not_grow_with_the_departments(hr):
    counts = []
    for number in (1, 8):
        for _ in range(number):
            make.nomination(make.house(), status="submitted")
            make.decline()
        for address in (URL, BALANCE):
            with CaptureQueriesContext(connection) as queries:
                hr.get(address)
            counts.append((address, len(queries)))
    assert len(set(counts)) == 2
    assert max(number for _, number in counts) <= 17  # six of them for the frame
