"""The list of promoters: narrowed by the address, the same queries for many, the same rows as a file."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from aomori_dx.kernel.models import AuditEvent
from stages.models import Promoter
from tests.factories import programme, stages
from tests.factories import staff as make
from tests.factories.stages import R6, R7, R8

pytestmark = pytest.mark.django_db
URL = "/promoters/"


@pytest.fixture
def client(db) -> Client:
    """DX推進担当"""
    client = Client()
    client.force_login(programme.officer())
    return client


def _names(response) -> list[str]:
    return [row.name for row in response.context["page"]]


def _found(client: Client, **query) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200
    assert f"<strong>{len(_names(response))}</strong>人" in response.content.decode()
    return sorted(_names(response))


R6_JINJI, R6_NOSEI, R6_ZAISEI = "R6　人事課", "R6　農政課", "R6　財政課"
R7_JINJI, R7_RINSEI = "R7　人事課", "R7　林政課"
R8_JINJI, R8_NOSEI = "R8　人事課", "R8　農政課"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [R6_JINJI, R6_NOSEI, R6_ZAISEI, R7_JINJI, R7_RINSEI, R8_JINJI, R8_NOSEI, R8_NOSEI]),
        ({"cohort": "2026"}, [R8_JINJI, R8_NOSEI, R8_NOSEI]),
        ({"cohort": "R7"}, [R7_JINJI, R7_RINSEI]),
        ({"until": "2025"}, [R6_JINJI, R6_NOSEI, R6_ZAISEI, R7_JINJI, R7_RINSEI]),
        ({"route": "self"}, [R6_ZAISEI, R8_NOSEI]),
        ({"fiscal_year": "2025"}, [R6_JINJI, R6_NOSEI, R7_JINJI, R7_RINSEI]),
        ({"fiscal_year": "2025", "stage": "2"}, [R6_JINJI, R6_NOSEI]),
        ({"fiscal_year": "2025", "stage": "2", "status": "completed"}, [R6_JINJI]),
        ({"stage": "3"}, [R6_JINJI]),  # of this year
        ({"trained": "yes"}, [R6_JINJI, R6_NOSEI, R7_JINJI, R7_RINSEI]),
        ({"trained": "no"}, [R6_ZAISEI, R8_JINJI, R8_NOSEI, R8_NOSEI]),
        ({"withdrawn": "yes"}, [R8_NOSEI]),
        ({"withdrawn": "no", "cohort": "2026"}, [R8_JINJI, R8_NOSEI]),
        ({"q": "R6 人事"}, [R6_JINJI]),
        ({"q": "ｒ６　財政"}, [R6_ZAISEI]),
        ({"q": "nobody"}, []),
    ],
)
def test_it_is_narrowed_by_the_address(client, query, expected):
    programme.prefecture()
    assert _found(client, **query) == sorted(expected)


def test_a_bureau_is_that_of_the_department_that_nominated(client):
    """The person of 人事課 has moved to 農林部; the bureau that nominated stays."""
    prefecture = programme.prefecture()
    moved = prefecture.promoters["r8-jinji"].employee
    moved.postings.update(valid_to=date(2026, 10, 1))
    make.posting(moved, to=prefecture.departments["林政課"], valid_from=date(2026, 10, 1))
    assert _found(client, cohort="2026", bureau=prefecture.affairs.pk) == [R8_JINJI]
    page = client.get(URL, {"q": "R8 人事"})
    row = page.context["page"][0]
    assert (row.place, row.now, row.now_bureau) == ("人事課", "林政課", "農林部")


def test_in_service_on_leave_and_gone_are_told_apart(client):
    prefecture = programme.prefecture()
    make.absence(prefecture.promoters["r8-jinji"].employee, valid_from=date(2026, 5, 1))
    gone = prefecture.promoters["r7-rinsei"].employee
    type(gone).objects.filter(pk=gone.pk).update(left_on=date(2026, 4, 1))
    assert _found(client, service="left") == [R7_RINSEI]
    assert _found(client, service="away") == [R8_JINJI]
    assert len(_found(client, service="in")) == 7
    page = client.get(URL).content.decode()
    assert "休職等" in page
    assert "育児休業" not in page


def test_former_names_numbers_and_variants_are_found(client):
    person = make.employee("髙﨑　恵", former_name="齋藤　恵", kana="ﾀｶｻｷ ﾒｸﾞﾐ", employee_number="0012345")
    stages.promoter(make.posting(person).employee)
    for asked in ("高崎", "斉藤", "たかさき", "0012345"):
        assert _found(client, q=asked) == ["髙﨑　恵"]


def test_somebody_in_two_posts_with_a_history_is_one_row(client):
    who = stages.promoter(make.employee("弘前　花子"), cohort=R6)
    first = make.department()
    make.posting(who.employee, to=first, valid_to=date(2026, 4, 1))
    make.posting(who.employee, valid_from=date(2026, 4, 1))
    make.posting(who.employee, to=first, is_primary=False)
    make.absence(who.employee, valid_to=date(2025, 4, 1))
    for fiscal_year, stage in ((R6, 1), (R7, 2), (R8, 3)):
        stages.enrollment(who, stage=stage, fiscal_year=fiscal_year)
    assert _found(client) == ["弘前　花子"]


@pytest.mark.parametrize("query", [{"cohort": "abc"}, {"stage": "9"}, {"bureau": "x"}, {"fiscal_year": "8"}])
def test_a_condition_that_cannot_be_read_finds_nobody_and_says_so(client, query):
    programme.prefecture()
    response = client.get(URL, query)
    assert _names(response) == []
    assert "入力内容を確認してください" in response.content.decode()
    assert client.get(f"{URL}download/", query).status_code == 409


@pytest.mark.parametrize("column", ["cohort", "route", "number", "name", "place", "now", "stage"])
def test_every_column_sorts_both_ways(client, column):
    programme.prefecture()
    up, down = (_names(client.get(URL, {"sort": sign + column, "cohort": "2024"})) for sign in ("", "-"))
    assert sorted(up) == sorted(down)
    assert len(up) == 3
    assert up == _names(client.get(URL, {"sort": column, "cohort": "2024"}))
    if column in {"place", "number"}:
        assert up == list(reversed(down))


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(client):
    stages.plan()
    place = make.department()
    for _ in range(51):
        stages.promoter(department=place)
    first = client.get(URL, {"cohort": "2026"})
    assert len(_names(first)) == 50
    assert 'href="?cohort=2026&amp;page=2"' in first.content.decode()
    assert len(_names(client.get(URL, {"cohort": "2026", "page": "2"}))) == 1
    assert len(_names(client.get(URL, {"page": "nonsense"}))) == 50


def test_the_queries_are_the_same_for_three_and_for_thirty(client):
    stages.plan()
    counts = []
    for number in (3, 27):
        for _ in range(number):
            stages.enrollment(stages.promoter(make.posting().employee))
        with CaptureQueriesContext(connection) as queries:
            client.get(URL, {"cohort": "2026", "stage": "1"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_an_empty_list_says_what_would_fill_it(client):
    assert "任命者の一覧(DX推進員名簿)を取り込むと" in client.get(URL).content.decode()
    stages.plan()
    assert "条件をゆるめるか" in client.get(URL, {"q": "x"}).content.decode()


def test_looking_at_the_list_is_recorded(client):
    programme.prefecture()
    client.get(URL, {"cohort": "2026"})
    event = AuditEvent.objects.get(action="viewed")
    assert (event.object_label, event.after) == ("DX推進員の一覧 3件", {"cohort": "2026"})


# The file.


def _csv(client: Client, **query) -> list[list[str]]:
    response = client.get(f"{URL}download/", {"format": "csv", **query})
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("cp932" if query.get("charset") == "cp932" else "utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_has_exactly_the_rows_of_the_list(client):
    programme.prefecture()
    for query in ({"cohort": "2026"}, {"fiscal_year": "2025", "stage": "2"}, {"sort": "-number"}):
        rows = _csv(client, **query)
        name = rows[0].index("氏名")
        assert [row[name] for row in rows[1:]] == _names(client.get(URL, query))


def test_years_dates_and_stages_are_written_for_machines_and_for_people(client):
    person = make.employee("弘前　花子", employee_number="0000123")
    who = stages.promoter(person, cohort=R7, appointed_on=date(2025, 6, 3))
    stages.enrollment(who, stage=2, fiscal_year=R8)
    header, row = _csv(client)
    told = dict(zip(header, row, strict=True))
    assert told["職員番号"] == "0000123"
    assert (told["任命年度(西暦)"], told["任命年度(和暦)"]) == ("2025", "R7")
    assert (told["任命年月日"], told["任命年月日(和暦)"]) == ("2025-06-03", "令和7年6月3日")
    assert (told["育成ステージコード"], told["育成ステージ"]) == ("2", "業務改善")
    assert (told["育成の状態コード"], told["育成の状態"]) == ("in_progress", "受講中")
    assert (told["枠コード"], told["枠"]) == ("recommended", "推薦枠")
    assert told["辞退年月日"] == ""
    assert len(set(header)) == len(header)


def test_who_has_left_is_away_or_works_is_told_by_a_code_and_a_word(client):
    prefecture = programme.prefecture()
    make.absence(prefecture.promoters["r8-jinji"].employee)
    gone = prefecture.promoters["r7-rinsei"].employee
    type(gone).objects.filter(pk=gone.pk).update(left_on=date(2026, 4, 1))
    header, *rows = _csv(client)
    code, word, name = (header.index(column) for column in ("在職の状態コード", "在職の状態", "氏名"))
    told = {row[name]: (row[code], row[word]) for row in rows}
    assert told[R8_JINJI] == ("away", "休職等")
    assert told[R7_RINSEI] == ("left", "退職など")
    assert told[R6_JINJI] == ("in", "在職")


def test_the_workbook_has_the_table_the_readme_and_the_codes(client):
    programme.prefecture()
    response = client.get(f"{URL}download/", {"format": "xlsx", "cohort": "2026"})
    assert "DX" in response["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheet_names == ["データ", "README", "コード表"]
    assert len(book.get_sheet_by_name("データ").to_python()) == 4
    readme = {row[0]: row[1] for row in book.get_sheet_by_name("README").to_python()}
    assert readme["条件"] == "任命年度: 令和8年度"
    assert readme["件数"] == "3件"
    assert readme["基準日"] == "2026-11-23(令和8年11月23日)"


def test_the_readme_of_the_csv_can_be_had_alone(client):
    programme.prefecture()
    response = client.get(f"{URL}download/", {"format": "readme", "charset": "utf-8-sig"})
    assert "コード: 枠,recommended = 推薦枠" in b"".join(response.streaming_content).decode("utf-8-sig")
    assert not AuditEvent.objects.filter(action="exported").exists()  # nobody's data left the house


def test_a_file_in_cp932_first_tells_what_it_cannot_hold(client):
    stages.promoter(make.posting(make.employee("𠮷田　〜子")).employee)
    stages.promoter(make.posting(make.employee("髙橋　誠")).employee)
    response = client.get(f"{URL}download/", {"format": "csv", "charset": "cp932"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "𠮷田　〜子" in page
    assert "髙橋" not in page
    assert not AuditEvent.objects.filter(action="exported").exists()
    rows = _csv(client, charset="cp932", stand_in="1")
    assert {row[1] for row in rows[1:]} == {"〓田　～子", "髙橋　誠"}


def test_the_file_is_recorded_with_who_and_which_conditions(client):
    programme.prefecture()
    _csv(client, cohort="2026", charset="utf-8")
    event = AuditEvent.objects.get(action="exported")
    assert event.object_label == "DX推進員名簿 3件"
    assert event.after == {"rows": 3, "format": ["csv"], "cohort": ["2026"], "charset": ["utf-8"]}
    assert event.by_name


@pytest.mark.parametrize("query", [{"format": "pdf"}, {"format": "csv", "charset": "latin-1"}])
def test_an_unknown_form_is_refused(client, query):
    response = client.get(f"{URL}download/", query)
    assert response.status_code == 404
    assert "ファイルの形式か文字コードの指定が正しくありません" in response.content.decode()


def test_writing_the_file_asks_no_more_for_many(client):
    stages.plan()
    counts = []
    for number in (3, 27):
        for _ in range(number):
            stages.enrollment(stages.promoter(make.posting().employee))
        with CaptureQueriesContext(connection) as queries:
            assert len(_csv(client)) == Promoter.objects.count() + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", [URL, f"{URL}download/"])
def test_others_are_told_why_the_list_is_closed(address):
    place = make.department()
    people = [make.user(make.head_of(place)), programme.officer("viewer")]
    people.append(make.user(stages.promoter(make.posting(to=place).employee).employee))
    for person in people:
        client = Client()
        client.force_login(person)
        response = client.get(address)
        assert response.status_code == 403
        assert "DX推進員の名簿は" in response.content.decode()
    assert not AuditEvent.objects.filter(action__in=["viewed", "exported"]).exists()
