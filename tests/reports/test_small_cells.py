"""閲覧者 see sums; what points at one or two people is a star on every part of the page."""

from datetime import date

import pytest

from aomori_dx.kernel import clock
from reports.figures.small_cells import protected
from stages.services import quotas
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.programme import AS_OF
from tests.factories.stages import R6, R7, R8, R9

pytestmark = pytest.mark.django_db


def _sheet() -> dict:
    return quotas.compute(R8, as_of=AS_OF, at=clock.now()).figures


def _appointed(counts: dict[str, int], *, route: str = "recommended", cohort=R8, trained: int = 0, **fields) -> None:
    """So many of each bureau, the first of them trained."""
    for name, number in counts.items():
        bureau = make.bureau(name)
        for place in range(number):
            who = stages.promoter(cohort=cohort, route=route, department=make.department(parent=bureau), **fields)
            done = {"status": "completed", "status_on": date(cohort.start_year + 1, 3, 1)} if place < trained else {}
            stages.enrollment(who, **done)


def _column(sheet: dict, what: str) -> dict[str, object]:
    return {row["bureau"]: row[what] for row in sheet["by_bureau"]}


def test_a_bureau_with_one_person_hides_with_the_next_smallest():
    stages.plan()
    _appointed({"総務部": 9, "農林部": 4, "出納局": 1, "教育庁": 0})
    shown = protected(_sheet())
    assert _column(shown, "appointed") == {"総務部": 9, "農林部": "*", "出納局": "*"}
    assert shown["appointed"] == 14


def test_nothing_is_hidden_where_nothing_is_small():
    stages.plan()
    _appointed({"総務部": 9, "農林部": 4})
    sheet = _sheet()
    shown = protected(sheet)
    for name in ("appointed", "recommended", "self_nominated", "cumulative_appointed", "trained", "still_in_service"):
        assert shown[name] == sheet[name]
    assert _column(shown, "appointed") == _column(sheet, "appointed")


def test_a_route_with_one_person_hides_the_other_route_and_the_departments_that_tell_it():
    stages.plan()
    _appointed({"総務部": 6})
    _appointed({"農林部": 1}, route="self")
    shown = protected(_sheet())
    assert (shown["recommended"], shown["self_nominated"], shown["unfilled_departments"]) == ("*", "*", "*")
    assert shown["appointed"] == 7


def test_one_who_left_the_staff_is_not_the_difference_of_two_shown_numbers():
    stages.plan()
    _appointed({"総務部": 6})
    leaver = make.employee(left_on=date(2026, 10, 1))
    stages.promoter(leaver, department=make.department(parent=make.bureau("農林部")))
    shown = protected(_sheet())
    assert "*" in {shown["cumulative_appointed"], shown["still_in_service"]}


def test_the_one_who_did_not_complete_is_hidden_in_the_matrix_the_years_and_the_sums():
    stages.plan()
    _appointed({"総務部": 5}, cohort=R6, trained=4)
    _appointed({"農林部": 5}, cohort=R7, trained=5)
    shown = protected(_sheet())
    years = {row["fiscal_year"]: row for row in shown["by_year"]}
    assert shown["matrix"]["1"]["2024"] == 5
    assert shown["matrix_completed"]["1"]["2024"] == "*"
    assert years[2024]["trained"] == "*"
    assert shown["cumulative_trained"] == "*"  # 10 appointed so far, 9 of them trained


def test_people_who_repeat_a_stage_are_not_told_by_the_matrix_either():
    stages.plan()
    _appointed({"総務部": 5}, cohort=R6, trained=4)
    _appointed({"農林部": 5}, cohort=R7)
    again = stages.promoter(cohort=R6, department=make.department(parent=make.bureau()))
    stages.enrollment(again, fiscal_year=R7)
    shown = protected(_sheet())
    assert shown["matrix"]["1"]["2025"] == "*"  # 6 people, of whom 5 are new: one repeats
    assert {row["fiscal_year"]: row for row in shown["by_year"]}[2025]["appointed"] == 5


def test_going_on_is_not_told_where_it_tells_a_hidden_cell():
    stages.plan()
    _appointed({"総務部": 6}, cohort=R7, trained=6)
    who = stages.promoter(cohort=R6, department=make.department(parent=make.bureau()))
    stages.enrollment(who, stage=2, fiscal_year=R8)
    shown = protected(_sheet())
    assert shown["matrix"]["2"]["2026"] == "*"
    assert shown["going_on"] == "*"


def test_a_year_that_was_begun_early_is_a_cell_like_another():
    stages.plan()
    _appointed({"総務部": 5})
    who = stages.promoter(department=make.department(parent=make.bureau()))
    stages.enrollment(who, fiscal_year=R9, started_on=AS_OF)
    assert protected(_sheet())["matrix"]["1"]["2027"] == "*"


def test_lists_of_departments_and_reasons_by_person_are_taken_out():
    stages.plan()
    make.department(parent=make.bureau())
    sheet = _sheet()
    assert len(sheet["unfilled"]) == 1
    shown = protected(sheet)
    assert (shown["unfilled"], shown["cohorts"], shown["by_route"]) == ([], [], {})
    assert {"recommended", "self_nominated", "withdrawn", "unfilled"}.isdisjoint(shown["by_year"][0])
    assert {"recommended", "self_nominated", "withdrawn", "unfilled"}.isdisjoint(shown["by_bureau"][0])
