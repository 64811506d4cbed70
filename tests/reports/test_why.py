"""Each figure says why: its meaning, its terms, the people behind, under which plan and as of which day."""

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from aomori_dx.kernel import clock
from reports.figures import why
from stages.models import QuotaSnapshot
from stages.services import quotas
from tests.factories import programme, stages
from tests.factories import staff as make
from tests.factories.programme import AS_OF
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot() -> QuotaSnapshot:
    programme.prefecture()
    return quotas.compute(R8, as_of=AS_OF, at=clock.now())


def _reason(snapshot: QuotaSnapshot, name: str, **options) -> why.Why:
    found = why.of(snapshot, name, aggregates_only=False, **options)
    assert found is not None
    return found


def test_every_figure_of_a_snapshot_has_its_meaning(snapshot):
    assert set(snapshot.figures["why"]) == set(why.MEANINGS)


def test_terms_with_their_signs_make_the_value(snapshot):
    """Where the engine adds and takes off; the carry divides, and is told step by step."""
    for name in snapshot.figures["why"]:
        reason = _reason(snapshot, name)
        if not reason.terms or name in {"carry", "self_guide"}:
            continue
        total = sum(-term.value if term.sign == "－" else term.value for term in reason.terms)
        assert total == reason.value, name


def test_the_carry_is_told_as_a_calculation(snapshot):
    reason = _reason(snapshot, "carry")
    assert [(term.sign, term.label, term.value, term.unit) for term in reason.terms] == [
        ("", "計画の総数", 20, "人"),
        ("－", "前年度までの任命", 5, "人"),
        ("÷", "残りの年数", 3, "年"),
        ("＝", "1年あたりに必要な人数", 5, "人"),
        ("－", "目標", 4, "人"),
    ]
    assert reason.basis == "育成計画 第1版、令和8年11月23日現在"


LISTS = ["appointed", "recommended", "self_nominated", "withdrawn", "trained", "cumulative_appointed",
         "cumulative_withdrawn", "cumulative_trained", "still_in_service", "nominating_departments",
         "recommended_quota", "exempted", "unfilled_departments"]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_list_behind_a_figure_has_as_many_rows(as_role, snapshot, name):
    reason = _reason(snapshot, name)
    assert reason.link is not None
    page = as_role().get(f"{reverse(reason.link.to)}?{reason.link.query}").content.decode()
    assert f"<strong>{reason.value}</strong>" in page


@pytest.mark.parametrize("name", ["appointed", "recommended", "withdrawn", "trained", "cumulative_appointed",
                                  "cumulative_trained", "cumulative_withdrawn", "still_in_service", "going_on",
                                  "carry"])  # fmt: skip
def test_the_list_behind_a_term_has_as_many_rows(as_role, snapshot, name):
    linked = [term for term in _reason(snapshot, name).terms if term.link]
    assert linked
    for term in linked:
        page = as_role().get(f"{reverse(term.link.to)}?{term.link.query}").content.decode()
        assert f"<strong>{term.value}</strong>" in page, term.label


def test_it_opens_as_a_page_and_in_place(as_role, snapshot):
    client = as_role()
    page = client.get("/dashboard/why/self_guide/", {"fiscal_year": "R8"}).content.decode()
    piece = client.get(
        "/dashboard/why/self_guide/", {"fiscal_year": "R8"}, headers={"HX-Request": "true"}
    ).content.decode()
    for answer in (page, piece):
        assert "自薦枠で任命したい人数の目安です。上限ではありません。" in answer
        assert "目標4人 + 繰越1人 − 推薦枠4人 = 自薦枠の目安1人" in unescape(answer)
    assert "<html" in page
    assert "<html" not in piece


@pytest.mark.parametrize(("figure", "year"), [("nonsense", "R8"), ("target", "R7"), ("target", "R31")])
def test_what_is_not_there_is_not_found(as_role, snapshot, figure, year):
    """A figure that does not exist, a year that was not computed, a year that is none of the plan's."""
    assert as_role().get(f"/dashboard/why/{figure}/", {"fiscal_year": year}).status_code == 404


def test_a_viewer_gets_meanings_and_no_terms_that_point_at_people(as_role, snapshot):
    client = as_role("viewer")
    told = client.get("/dashboard/why/recommended/").content.decode()
    assert "内訳に人数の少ない欄があるため、表示しません。" in told
    assert "総務部" not in told
    assert "/promoters/" not in told
    plan = client.get("/dashboard/why/recommended_quota/").content.decode()
    assert "推薦対象の所属5所属 − 推薦の免除1所属 = 推薦枠4人(1所属に1人)" in unescape(plan)


@pytest.mark.parametrize("name", ["appointed", "cumulative_appointed", "cumulative_trained", "carry"])
def test_a_viewer_is_told_the_terms_that_stand_on_the_page(name):
    """With dozens of people everywhere nothing is hidden."""
    stages.plan()
    for bureau in (make.bureau(), make.bureau()):
        for cohort in (stages.R6, R8):
            for route in ("recommended", "self"):
                for _ in range(4):
                    who = stages.promoter(cohort=cohort, route=route, department=make.department(parent=bureau))
                    stages.enrollment(who, status="completed", status_on=date(cohort.start_year, 10, 1))
    snapshot = quotas.compute(R8, as_of=AS_OF, at=clock.now())
    seen = why.of(snapshot, name, aggregates_only=True)
    assert seen is not None
    assert [term.value for term in seen.terms] == [value for _, value in snapshot.figures["why"][name]["terms"]]
    assert not any(term.link for term in seen.terms)
