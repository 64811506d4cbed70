"""The dashboard shows what the snapshot says, to those who may, in as many queries for many as for few."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import clock
from reports.figures import dashboard
from stages.models import QuotaSnapshot
from stages.services import quotas
from tests.factories import programme, stages
from tests.factories import staff as make
from tests.factories.programme import AS_OF
from tests.factories.stages import R6, R7, R8, R9

pytestmark = pytest.mark.django_db
URL = "/dashboard/"


def _computed(*years) -> QuotaSnapshot:
    snapshots = [quotas.compute(year, as_of=AS_OF, at=clock.now()) for year in years or (R8,)]
    return snapshots[0]


def _text(response) -> str:
    """The page as it is read: without markup, white space even."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def test_the_year_is_told_in_one_sentence(as_role):
    """4 planned a year. R8: 2 recommended of 4 places, 1 self. So far 3 + 2 + 3 of 12, of them 2 + 2 trained. After
    R7 15 of 20 are missing, 5 in each of 3 years: 1 to be carried, so 4 + 1 − 4 places is the guide."""
    programme.prefecture()
    _computed()
    page = _text(as_role().get(URL))
    assert "令和8年度は推薦枠2/4、自薦枠1(目安1)。累計8人/計画12人、うち育成(ステージ1修了)は4人。" in page
    assert "累計の任命は計画まであと4人です。総数20人に届くには、残る各年度の目標に1人を加える必要があります。" in page


def test_every_number_on_the_page_is_the_snapshots(as_role):
    programme.prefecture()
    board = dashboard.of(_computed(), aggregates_only=False)
    shown = {measure.name: measure.value for measure in (*board.this_year, *board.overall, *board.others)}
    assert shown == {
        "appointed": 3,
        "recommended": 2,
        "self_nominated": 1,
        "trained": 0,
        "cumulative_appointed": 8,
        "cumulative_trained": 4,
        "still_in_service": 8,
        "going_on": 2,
        "withdrawn": 1,
        "unfilled_departments": 3,
        "carry": 1,
        "self_guide": 1,
    }


def test_the_bureaus_sum_to_the_whole():
    programme.prefecture()
    board = dashboard.of(_computed(), aggregates_only=False)
    for name in ("appointed", "recommended", "self_nominated", "withdrawn", "trained", "recommended_quota", "carry"):
        assert sum(row[name] for row in board.bureaus) == board.whole[name]
    assert sum(row["unfilled"] for row in board.bureaus) == board.whole["unfilled_departments"]
    assert sum(row["in_service"] for row in board.bureaus) == board.staff


def test_the_matrix_stands_as_on_the_policys_page_and_a_cohort_climbs_through_it():
    programme.prefecture()
    board = dashboard.of(_computed(), aggregates_only=False)
    assert [row.number for row in board.matrix] == [5, 4, 3, 2, 1]
    first, second = board.matrix[-1], board.matrix[-2]
    assert [(cell.people, cell.completed, cell.plan) for cell in first.cells[:3]] == [(3, 2, 4), (2, 2, 4), (3, 0, 4)]
    assert [(cell.people, cell.plan) for cell in second.cells[:3]] == [(0, None), (2, None), (1, None)]
    climb = [row.cells[at].cohort for at, row in enumerate(reversed(board.matrix))]
    assert climb == [R6] * 5
    assert board.matrix[0].cells[3].cohort is None  # nobody can be in stage ⑤ in R9


def test_each_cell_opens_its_people(as_role):
    programme.prefecture()
    _computed()
    client = as_role()
    page = client.get(URL).content.decode()
    links = set(re.findall(r'href="(/promoters/\?fiscal_year=(\d+)&amp;stage=(\d+))"', page))
    assert {(year, stage) for _, year, stage in links} == {
        ("2024", "1"), ("2025", "1"), ("2025", "2"), ("2026", "1"), ("2026", "2"), ("2026", "3"),
    }  # fmt: skip
    figures = QuotaSnapshot.objects.get().figures
    for address, year, stage in links:
        assert f"<strong>{figures['matrix'][stage][year]}</strong>人" in client.get(unescape(address)).content.decode()


def test_departments_without_an_appointed_person_are_listed_by_bureau(as_role):
    programme.prefecture()
    board = dashboard.of(_computed(), aggregates_only=False)
    listed = {bureau: [row["name"] for row in rows] for bureau, _, rows in board.unfilled}
    assert listed == {"総務部": ["財政課"], "農林部": ["農政課", "林政課"]}


@pytest.mark.parametrize("asked", ["2025", "R7", "令和7年度"])
def test_another_year_of_the_plan_can_be_asked_for(as_role, asked):
    programme.prefecture()
    _computed(R7, R8)
    page = _text(as_role().get(URL, {"fiscal_year": asked}))
    assert "令和7年度は推薦枠2/5、自薦枠0" in page


def test_without_asking_it_is_this_year(as_role):
    programme.prefecture()
    _computed(R7, R8)
    assert "令和8年度は推薦枠" in _text(as_role().get(URL))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("2031", "令和13年度は育成計画の期間(令和6年度から令和10年度まで)の外です。"),
        ("8", "年度は「R8」「令和8年度」「2026」の形で入力してください。"),
        ("R99999", "年度は「R8」「令和8年度」「2026」の形で入力してください。"),
    ],
)
def test_a_year_that_is_none_is_told_so(as_role, asked, sentence):
    programme.prefecture()
    response = as_role().get(URL, {"fiscal_year": asked})
    assert response.status_code == 404
    assert sentence in _text(response)


def test_a_year_to_come_shows_its_plan_and_no_people(as_role):
    programme.prefecture()
    _computed(R9)
    page = _text(as_role().get(URL, {"fiscal_year": "R9"}))
    assert "令和9年度はまだ始まっていません。目標は4人、推薦枠は5所属" in page
    assert "推薦による任命がまだの所属" not in page


def test_without_a_snapshot_the_page_says_what_to_do(as_role):
    stages.plan()
    assert "「いま計算する」を押すと" in _text(as_role("hr_office").get(URL))
    viewer = _text(as_role("viewer").get(URL))
    assert "DX推進担当に計算を依頼してください" in viewer
    assert "いま計算する" not in viewer


def test_without_a_plan_the_page_still_answers(as_role):
    assert "まだ計算されていません" in _text(as_role().get(URL))


def test_it_shows_the_newest_snapshot_and_when_it_was_computed(as_role):
    programme.prefecture()
    quotas.compute(R8, as_of=AS_OF - timedelta(days=30), at=clock.now() - timedelta(days=30))
    _computed()
    page = _text(as_role().get(URL))
    assert "令和8年11月23日現在" in page
    assert "計算 令和8年11月23日 10:00" in page
    assert "育成計画 第1版" in page


def test_the_queries_stay_twelve_at_ten_times_the_people(as_role):
    programme.prefecture()
    counts = []
    for crowd in (3, 30):
        programme.crowd(crowd)
        _computed()
        client = as_role()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_chart_says_its_figures_in_words_and_in_a_table(as_role):
    programme.prefecture()
    _computed()
    page = as_role().get(URL).content.decode()
    assert 'role="img" aria-labelledby="chart-title chart-text"' in page
    assert "令和6年度は計画4人、任命3人、育成2人。令和7年度は計画8人、任命5人、育成4人。" in page
    table = page[page.index('aria-label="累計の推移の表"') :]
    row = re.search(r"<th scope=\"row\">R7.*?</tr>", table, re.S)[0]
    assert re.findall(r'class="num">(\d+)<', row) == ["4", "2", "2", "8", "5", "4"]


@pytest.mark.parametrize("role", ["hr_office", "dx_office", "info_office", "admin"])
def test_the_offices_see_everything(as_role, role):
    programme.prefecture()
    _computed()
    page = _text(as_role(role).get(URL))
    assert "うち推薦枠" in page
    assert "*" not in page


def test_a_viewer_sees_sums_and_no_way_to_people(as_role):
    programme.prefecture()
    _computed()
    response = as_role("viewer").get(URL)
    page = _text(response)
    assert "「*」は、1人または2人の数です。" in page
    assert "推薦枠*/4" in page
    assert "財政課" not in page
    assert "/promoters/" not in response.content.decode().replace('href="/promoters/"', "")
    assert "/dashboard/departments/" not in response.content.decode()


def test_a_viewer_of_two_people_sees_no_difference_to_the_plan(as_role):
    stages.plan()
    stages.promoter(department=make.department(parent=make.bureau()))
    _computed()
    page = _text(as_role("viewer").get(URL))
    assert "累計が3人未満のため、計画との差は表示しません。" in page
    assert "累計*人/計画600人" in page


def test_a_plan_that_is_kept_is_told_so():
    stages.plan(new_promoters=1)
    for cohort, number in ((R6, 1), (R7, 1), (R8, 1)):
        for _ in range(number):
            stages.promoter(cohort=cohort)
    assert dashboard.of(_computed(), aggregates_only=False).verdict == "累計の任命は計画どおりです。"
    stages.promoter(cohort=R8)
    assert dashboard.of(_computed(), aggregates_only=False).verdict == "累計の任命は計画を1人上回っています。"


def test_others_are_told_why_the_page_is_closed(client):
    place = make.department()
    for person in (make.head_of(place), stages.promoter(make.posting(to=place).employee).employee):
        client.force_login(make.user(person))
        response = client.get(URL)
        assert response.status_code == 403
        assert "閲覧者とデータ管理者だけが見られます" in _text(response)


def test_htmx_gets_the_board_alone(as_role):
    programme.prefecture()
    _computed()
    answer = as_role().get(URL, {"computed": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith('<div id="board">')
    assert "計算が終わり、数値を更新しました。" in answer
    assert "<html" not in answer
