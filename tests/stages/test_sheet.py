"""The document that a snapshot keeps and the dashboard, the admin and the command read."""

import json
from datetime import date

from stages.quota import engine
from stages.quota.sheet import sheet
from tests.stages.facts import R8, R9, aomori, bureaus, departments, facts, people


def test_the_promised_keys_are_plain_numbers():
    document = sheet(aomori())

    expected = {
        "fiscal_year": 2026,
        "revision": 1,
        "target": 200,
        "nominating_departments": 171,
        "recommended_quota": 171,
        "appointed": 186,
        "recommended": 157,
        "self_nominated": 29,
        "unfilled_departments": 14,
        "cumulative_target": 600,
        "cumulative_appointed": 579,
        "cumulative_trained": 0,
        "still_in_service": 579,
        "carry": 3,
        "self_guide": 32,
    }
    assert {key: document[key] for key in expected} == expected
    assert document["as_of"] == "2026-11-23"


def test_json_can_hold_it_and_gives_it_back_unchanged():
    document = sheet(aomori())

    assert json.loads(json.dumps(document)) == document


def test_every_figure_has_its_why():
    document = sheet(aomori())

    assert document["order"] == [compute.__name__ for compute in engine.FIGURES]
    assert document["why"].keys() == set(document["order"])
    assert all(why["value"] == document[name] for name, why in document["why"].items())
    assert document["why"]["self_guide"]["terms"] == [["目標", 200], ["繰越", 3], ["推薦枠", 171]]


def test_the_matrix_is_stage_by_year_and_undecided_is_not_zero():
    document = sheet(aomori())

    assert document["matrix"]["1"] == {"2024": 201, "2025": 192, "2026": 186, "2027": 0, "2028": 0}
    assert document["matrix"]["2"] == {"2024": 0, "2025": 60, "2026": 55, "2027": 0, "2028": 0}
    assert document["matrix_completed"]["1"]["2024"] == 180
    assert document["matrix_plan"]["1"] == dict.fromkeys(["2024", "2025", "2026", "2027", "2028"], 200)
    assert set(document["matrix_plan"]["2"].values()) == {None}


def test_years_that_have_not_begun_have_no_people_rather_than_none_yet():
    rows = sheet(aomori())["by_year"]

    assert [row["fiscal_year"] for row in rows] == [2024, 2025, 2026, 2027, 2028]
    assert [row["appointed"] for row in rows] == [201, 192, 186, None, None]
    assert [row["cumulative_appointed"] for row in rows] == [201, 393, 579, None, None]
    assert [row["cumulative_target"] for row in rows] == [200, 400, 600, 800, 1000]


def test_a_year_begins_on_its_first_day():
    assert sheet(facts(R9, as_of=date(2027, 3, 31)))["begun"] is False
    assert sheet(facts(R9, as_of=date(2027, 4, 1)))["begun"] is True


def test_a_cohort_climbs_from_stage_to_stage():
    first = sheet(aomori())["cohorts"][0]

    assert first["fiscal_year"] == 2024
    assert first["appointed"] == 201
    assert first["stages"]["1"] == {"people": 201, "completed": 180}
    assert first["stages"]["3"] == {"people": 20, "completed": 0}
    assert [(cell["stage"], cell["fiscal_year"]) for cell in first["cells"]] == [(1, 2024), (2, 2025), (3, 2026)]
    assert [cohort["fiscal_year"] for cohort in sheet(aomori())["cohorts"]] == [2024, 2025, 2026]


def test_unfilled_departments_are_listed_with_their_bureau():
    told = facts(
        bureaus=bureaus(10, 10),
        departments=(*departments(3, filled=2, bureau=1), *departments(2, exempt=1, bureau=2)),
    )

    document = sheet(told)

    assert document["unfilled"] == [
        {"id": 10002, "code": "010002", "name": "第2課", "bureau": "第1部", "bureau_id": 1},
        {"id": 20000, "code": "020000", "name": "第0課", "bureau": "第2部", "bureau_id": 2},
    ]
    assert document["unfilled_departments"] == 2


def test_bureaus_stand_in_the_official_order_with_their_parts():
    told = facts(
        R8,
        bureaus=tuple(reversed(bureaus(30, 10))),
        departments=(*departments(2, filled=1, bureau=1), *departments(1, bureau=2)),
        people=(*people(R8, 1, 1, bureau=1, trained=1, withdrawn=1), *people(R8, 0, 2, bureau=2)),
    )

    first, second = sheet(told)["by_bureau"]

    carry = first["carry"] + second["carry"]
    assert first == {
        "bureau": "第1部",
        "bureau_id": 1,
        "in_service": 30,
        "nominating_departments": 2,
        "recommended_quota": 2,
        "appointed": 2,
        "recommended": 1,
        "self_nominated": 1,
        "withdrawn": 1,
        "trained": 1,
        "unfilled": 1,
        "carry": first["carry"],
    }
    assert (second["bureau"], second["appointed"], second["self_nominated"], second["unfilled"]) == ("第2部", 2, 2, 1)
    assert carry == sheet(told)["carry"]


def test_withdrawn_and_trained_are_split_by_route():
    told = facts(R8, people=people(R8, 10, 5, trained=4, withdrawn=1))

    assert sheet(told)["by_route"] == {
        "recommended": {"appointed": 10, "withdrawn": 1, "trained": 4},
        "self": {"appointed": 5, "withdrawn": 0, "trained": 0},
    }
