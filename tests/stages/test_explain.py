"""Figures in words that a person can check with a pencil."""

from datetime import date

import pytest

from stages.quota import engine, explain
from stages.quota.facts import Plan, YearTarget
from tests.stages.facts import R6, R7, R8, R10, YEARS, aomori, bureaus, departments, facts, people


def sentence(compute, told):
    return explain.why(told, compute(told))["sentence"]


def test_the_guide_is_explained_by_target_carry_and_quota():
    assert sentence(engine.self_guide, aomori()) == "目標200人 + 繰越3人 − 推薦枠171人 = 自薦枠の目安32人"


def test_a_guide_below_nothing_says_that_it_is_nothing():
    told = facts(R6, departments=departments(210))

    assert sentence(engine.self_guide, told) == (
        "目標200人 + 繰越0人 − 推薦枠210人 = −10人。0人を下回るため、自薦枠の目安0人"
    )


def test_the_carry_shows_its_division_and_the_rounding():
    assert sentence(engine.carry, aomori()) == (
        "(計画の総数1,000人 − 前年度までの任命393人) ÷ 残りの年数3年 = 202.33人、切り上げて203人。"
        "203人 − 目標200人 = 繰越3人"
    )


def test_a_carry_without_a_rest_is_not_rounded():
    assert sentence(engine.carry, facts(R6)) == (
        "(計画の総数1,000人 − 前年度までの任命0人) ÷ 残りの年数5年 = 200人。200人 − 目標200人 = 繰越0人"
    )


def test_a_plan_ahead_of_its_total_says_so():
    told = facts(R7, people=people(R6, 1_203))

    assert sentence(engine.carry, told) == (
        "(計画の総数1,000人 − 前年度までの任命1,203人) ÷ 残りの年数4年 = −50.75人、切り上げて−50人。"
        "−50人 − 目標200人 = −250人。0人を下回るため、繰越0人"
    )


def test_sums_over_years_and_bureaus_name_their_parts():
    assert sentence(engine.cumulative_appointed, aomori()) == (
        "令和6年度の任命201人 + 令和7年度の任命192人 + 令和8年度の任命186人 = 累計の任命579人"
    )
    two = (*people(R8, 3, bureau=1), *people(R8, 4, bureau=2))
    assert sentence(engine.recommended, facts(bureaus=bureaus(1, 1), people=two)) == (
        "第1部3人 + 第2部4人 = 推薦枠の任命7人"
    )


def test_a_figure_without_parts_is_stated():
    assert sentence(engine.recommended, facts()) == "令和8年度の推薦枠の任命0人"


def test_departments_are_counted_as_departments():
    told = facts(departments=departments(171, filled=157, exempt=2))

    assert sentence(engine.nominating_departments, told) == ("基準日(2026年4月1日)に推薦の対象となる所属の数 = 171所属")
    assert sentence(engine.exempted, told) == "令和8年度の推薦を免除された所属の数 = 2所属"
    assert sentence(engine.recommended_quota, told) == (
        "推薦対象の所属171所属 − 推薦の免除2所属 = 推薦枠169人(1所属に1人)"
    )
    assert sentence(engine.unfilled_departments, told) == (
        "推薦を求める所属169所属 − 推薦で任命された所属157所属 = 推薦による任命がない所属12所属"
    )


def test_a_target_names_the_revision_that_decided_it():
    revised = Plan("育成計画", 2, tuple(YearTarget(year, 200, 1 if year < R8 else 2) for year in YEARS))

    assert sentence(engine.target, facts(R8, plan=revised)) == "育成計画(第2版)が定める令和8年度の新規任命の目標200人"
    assert sentence(engine.target, facts(R7, plan=revised)) == "育成計画(第1版)が定める令和7年度の新規任命の目標200人"


@pytest.mark.parametrize("compute", engine.FIGURES)
@pytest.mark.parametrize("year", [R6, R8, R10])
def test_every_figure_has_a_label_a_unit_and_a_sentence_with_its_number(compute, year):
    told = facts(year, people=(*people(R6, 1_201, 46), *people(R8, 9)), departments=departments(171))

    why = explain.why(told, compute(told))

    assert why["label"]
    assert why["unit"] in {"人", "所属"}
    assert why["sentence"].removesuffix("(1所属に1人)").endswith(f"{why['value']:,}{why['unit']}")
    assert all(label and isinstance(number, int) for label, number in why["terms"])


def test_the_summary_says_where_the_programme_stands():
    told = aomori(as_of=date(2026, 11, 23))
    figures = {compute.__name__: compute(told) for compute in engine.FIGURES}

    assert explain.summary(told, figures) == (
        "令和8年度は推薦枠157人/171所属、自薦枠29人で、任命は186人です(目標200人)。"
        "累計は任命579人/目標600人、育成0人です。"
    )
