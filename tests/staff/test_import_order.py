"""Files that come late, twice or in the wrong order: what happened stays what it was, or the file is refused."""

from datetime import date

import pytest

from staff.models import Absence, Employee, Posting
from tests.factories.files import department, person, transfer
from tests.factories.loading import (
    R6,
    R7,
    R8,
    contradictions,
    counts,
    errors,
    everything,
    load,
    loaded,
    place_of,
    reasons,
    state_on,
)  # fmt: skip

pytestmark = pytest.mark.django_db
A, B, C = ("010110", "人事課"), ("010120", "税務課"), ("010130", "財政課")
ALL = [department(*pair) for pair in (A, B, C)]
IN_JUNE, IN_OCTOBER = {"発令年月日": "R7.06.01"}, {"発令年月日": "R7.10.01"}
JUNE, OCTOBER = date(2025, 6, 1), date(2025, 10, 1)


@pytest.fixture(autouse=True)
def _office():
    loaded("departments", *ALL)
    loaded("roster", person("0000001"), person("0000002", "八戸　花子", B[0], 休職等区分="休職"))


class TestLateTransfers:
    def test_before_a_later_move_is_refused(self):
        loaded("transfers", transfer("0000001", code=B[0], **IN_OCTOBER))
        before = everything()
        report = load("transfers", transfer("0000001", code=C[0], **IN_JUNE))
        assert [(e.row, e.column, e.value) for e in report.errors] == [(2, "発令年月日", "R7.06.01")]
        assert "この日より後の配属がすでに登録されています。古い日付のものから順に" in reasons(report)
        assert everything() == before

    def test_that_a_later_move_confirms_is_no_news(self):
        loaded("transfers", transfer("0000001", code=C[0], **IN_JUNE))
        loaded("transfers", transfer("0000001", code=B[0], **IN_OCTOBER))
        assert counts(loaded("transfers", transfer("0000001", code=C[0], **IN_JUNE))) == {"unchanged": 1}

    def test_of_somebody_who_left_since_end_with_the_service(self):
        loaded("transfers", transfer("0000001", "退職", **IN_OCTOBER))
        loaded("transfers", transfer("0000001", "派遣", C[0], **IN_JUNE))
        assert state_on(date(2025, 9, 30))["0000001"][:5] == (C[0], "主事", False, False, "派遣")
        assert "0000001" not in state_on(OCTOBER)
        assert contradictions() == []

    def test_an_earlier_retirement_corrects_a_later_one(self):
        loaded("roster", person("0000002", "八戸　花子", B[0], 休職等区分="休職"), as_of=R8)
        assert Employee.objects.get(employee_number="0000001").left_on == R8
        assert counts(loaded("transfers", transfer("0000001", "定年退職", **IN_OCTOBER))) == {"ended": 1}
        assert Employee.objects.get(employee_number="0000001").left_on == OCTOBER
        assert contradictions() == []

    def test_a_retirement_before_a_known_move_is_refused(self):
        loaded("transfers", transfer("0000001", code=B[0], **IN_OCTOBER))
        assert errors(load("transfers", transfer("0000001", "退職", **IN_JUNE))) == [(2, "発令年月日")]

    def test_a_retirement_before_a_known_leave_is_refused(self):
        loaded("transfers", transfer("0000001", "休職", **IN_OCTOBER))
        assert errors(load("transfers", transfer("0000001", "退職", **IN_JUNE))) == [(2, "発令年月日")]

    def test_to_a_department_that_was_dissolved_since_end_with_it(self):
        loaded("departments", department(*A), department(*B), as_of=R8)
        loaded("transfers", transfer("0000001", code=C[0], **IN_JUNE))
        assert [place_of("0000001", day) for day in (date(2025, 5, 31), JUNE, R8)] == ["人事課", "財政課", ""]
        assert contradictions() == []

    def test_to_a_department_that_was_renamed_since_go_on_under_its_new_name(self):
        loaded("departments", department(*A), department(*B), department(C[0], "予算課"), as_of=R8)
        loaded("transfers", transfer("0000001", "昇任", C[0], 新補職名="課長", 所属長="1", **IN_JUNE))
        assert [place_of("0000001", day) for day in (date(2025, 5, 31), JUNE, R8)] == ["人事課", "財政課", "予算課"]
        assert Posting.objects.on(R8).get(employee__employee_number="0000001").posted_on == JUNE
        assert contradictions() == []

    def test_leave_before_a_known_leave_is_refused(self):
        loaded("transfers", transfer("0000001", "派遣", **IN_OCTOBER))
        assert errors(load("transfers", transfer("0000001", "休職", **IN_JUNE))) == [(2, "発令年月日")]

    def test_a_return_before_a_known_end_of_leave_comes_first(self):
        loaded("transfers", transfer("0000002", "復職", name="八戸　花子", **IN_OCTOBER))
        loaded("transfers", transfer("0000002", "復職", name="八戸　花子", **IN_JUNE))
        assert Absence.objects.get().valid_to == JUNE


class TestWrongOrder:
    def test_transfers_before_the_departments_they_name_are_refused(self):
        report = load("transfers", transfer("0000001", "組織改編", "010210"))
        assert "このコードの所属は2025-04-01にありません" in reasons(report)

    def test_transfers_before_the_first_roster_are_refused(self):
        assert errors(load("transfers", transfer("0000007", code=B[0]))) == [(2, "職員番号")]

    def test_a_roster_before_the_transfers_of_its_year_makes_them_no_news(self):
        roster = [person("0000001", code=B[0], 所属異動年月日="R7.06.01"), person("0000002", "八戸　花子", B[0])]
        loaded("roster", *roster, as_of=R8)
        report = loaded("transfers", transfer("0000001", code=B[0], **IN_JUNE))
        assert counts(report) == {"unchanged": 1}
        assert place_of("0000001", JUNE) == "税務課"

    def test_a_mid_year_list_of_departments_that_was_forgotten_is_refused(self):
        loaded("departments", *ALL, department("010210", "新課"), as_of=R8)
        assert "順に取り込んでください" in reasons(load("departments", *ALL[:2], as_of=OCTOBER))


def test_the_past_is_what_it_was_whatever_comes_later():
    """Every state that a day had is the same after the files of the years that follow, and after all of them again."""
    steps = [
        ("departments", [*ALL, department("010210", "県税部")], R7),
        ("transfers", [transfer("0000001", code="010210"), transfer("0000009", "採用", A[0])], R7),
        ("transfers", [transfer("0000002", "復職", name="八戸　花子", **IN_JUNE)], JUNE),
        ("departments", [*ALL[:2], department("010210", "税務総室", "財務部")], OCTOBER),
        ("transfers", [transfer("0000009", "退職", **IN_OCTOBER)], OCTOBER),
        ("roster", [person("0000001", code="010210"), person("0000002", "八戸　花子", B[0])], R8),
    ]
    states = {R6: state_on(R6)}
    for kind, rows, day in steps:
        loaded(kind, *rows, as_of=day)
        states[day] = state_on(day)
    for kind, rows, day in steps:
        assert set(counts(loaded(kind, *rows, as_of=day))) == {"unchanged"}
    assert {day: state_on(day) for day in states} == states
    assert contradictions() == []
