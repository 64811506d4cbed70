"""推薦の状況: every nominating department of a year, filled or not, as a page and as a file."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import clock
from aomori_dx.kernel.models import AuditEvent
from stages.models import AnnualTarget
from stages.services import quotas
from tests.factories import programme, stages
from tests.factories import staff as make
from tests.factories.programme import AS_OF
from tests.factories.stages import R7, R8

pytestmark = pytest.mark.django_db
URL = "/dashboard/departments/"


def _names(response) -> list[str]:
    return [line.name for line in response.context["page"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["人事課", "財政課", "農政課", "林政課", "水産課"]),
        ({"state": "filled"}, ["人事課"]),
        ({"state": "open"}, ["財政課", "農政課", "林政課"]),
        ({"state": "exempt"}, ["水産課"]),
        ({"state": "owing"}, ["人事課", "財政課", "農政課", "林政課"]),
        ({"fiscal_year": "R7", "state": "filled"}, ["人事課", "林政課"]),
        ({"q": "政"}, ["財政課", "農政課", "林政課"]),
        ({"state": "nonsense"}, []),
    ],
)
def test_it_is_narrowed_by_the_address(as_role, query, expected):
    """農政課's recommended promoter withdrew within the year, so its place is open again."""
    programme.prefecture()
    assert _names(as_role().get(URL, query)) == expected


def test_a_bureau_shows_its_departments(as_role):
    prefecture = programme.prefecture()
    client = as_role()
    assert _names(client.get(URL, {"bureau": prefecture.affairs.pk})) == ["人事課", "財政課"]


def test_it_agrees_with_the_snapshot(as_role):
    programme.prefecture()
    figures = quotas.compute(R8, as_of=AS_OF, at=clock.now()).figures
    response = as_role().get(URL)
    counts = response.context["counts"]
    assert counts["open"] == figures["unfilled_departments"]
    assert counts["exempt"] == figures["exempted"]
    assert counts["filled"] + counts["open"] == figures["recommended_quota"]
    assert len(response.context["listing"].all) == figures["nominating_departments"]


def test_who_was_appointed_stands_beside_the_department(as_role):
    programme.prefecture()
    page = as_role().get(URL, {"q": "農政課"}).content.decode()
    assert page.count("R8　農政課") == 2  # the recommended one who withdrew, and the self-nominated one
    assert page.count("辞退</span>") == 1
    assert "職員が少ないため" in as_role().get(URL, {"state": "exempt"}).content.decode()


def test_departments_are_those_of_the_reference_date(as_role):
    """Whoever was opened after it owes nothing this year; whoever was closed after it does."""
    stages.plan()
    bureau = make.bureau()
    make.department("春の課", parent=bureau, valid_to=date(2026, 6, 1))
    make.department("秋の課", parent=bureau, valid_from=date(2026, 10, 1))
    client = as_role()
    assert _names(client.get(URL)) == ["春の課"]
    AnnualTarget.objects.filter(fiscal_year=R8).update(reference_date=date(2026, 10, 1))
    assert _names(client.get(URL)) == ["秋の課"]


@pytest.mark.parametrize(
    ("column", "first"), [("code", "人事課"), ("-code", "水産課"), ("state", "人事課"), ("-state", "水産課")]
)
def test_columns_sort(as_role, column, first):
    programme.prefecture()
    assert _names(as_role().get(URL, {"sort": column}))[0] == first


@pytest.mark.parametrize("asked", ["2031", "8", "abc"])
def test_a_year_that_is_none_is_told_so(as_role, asked):
    programme.prefecture()
    for address in (URL, f"{URL}download/"):
        response = as_role().get(address, {"fiscal_year": asked})
        assert response.status_code == 404
        assert "年度" in response.content.decode()


def test_the_queries_are_the_same_for_three_and_for_thirty(as_role):
    stages.plan()
    client = as_role()
    counts = []
    for number in (3, 27):
        programme.crowd(number)
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def _csv(client, **query) -> list[dict[str, str]]:
    response = client.get(f"{URL}download/", {"format": "csv", **query})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_the_rows_of_the_page_in_words_and_codes(as_role):
    programme.prefecture()
    rows = {row["所属"]: row for row in _csv(as_role())}
    assert list(rows) == ["人事課", "財政課", "農政課", "林政課", "水産課"]
    jinji, nosei, suisan = rows["人事課"], rows["農政課"], rows["水産課"]
    assert (jinji["年度(西暦)"], jinji["年度(和暦)"], jinji["部局"]) == ("2026", "R8", "総務部")
    assert (jinji["任命の状況コード"], jinji["任命の状況"], jinji["推薦枠の氏名"]) == (
        "filled",
        "任命あり",
        "R8　人事課",
    )
    assert (nosei["推薦枠の任命(人)"], nosei["自薦枠の任命(人)"], nosei["辞退(人)"]) == ("1", "1", "1")
    assert nosei["推薦枠の氏名"] == ""  # withdrawn: nobody fills the place
    assert (suisan["任命の状況"], suisan["免除の理由"]) == ("免除", "職員が少ないため")


def test_the_file_keeps_the_conditions_and_is_recorded(as_role):
    programme.prefecture()
    client = as_role()
    assert [row["所属"] for row in _csv(client, state="open")] == ["財政課", "農政課", "林政課"]
    event = AuditEvent.objects.get(action="exported")
    assert event.object_label == "所属別推薦状況 3件"
    assert event.after["state"] == ["open"]


def test_last_years_promoters_do_not_fill_this_years_place(as_role):
    stages.plan()
    place = make.department("人事課")
    stages.promoter(cohort=R7, department=place)
    assert _names(as_role().get(URL, {"state": "open"})) == ["人事課"]


def test_viewers_and_heads_are_told_why_it_is_closed(as_role):
    for address in (URL, f"{URL}download/"):
        response = as_role("viewer").get(address)
        assert response.status_code == 403
        assert "推薦の状況は" in response.content.decode()


def test_an_empty_prefecture_says_what_would_fill_the_list(as_role):
    stages.plan()
    assert "所属の一覧を取り込むと" in as_role().get(URL).content.decode()
