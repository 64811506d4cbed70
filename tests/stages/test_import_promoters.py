"""DX推進員名簿: appointed once in a lifetime, one of the 推薦枠 a department and fiscal year."""

from datetime import date

import pytest

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from stages.models import Promoter, Route, StageEnrollment, StageStatus
from tests.factories import files
from tests.factories import stages as make
from tests.factories.files import department, person, promoter, transfer
from tests.factories.loading import R7, R8, counts, errors, everything, load, loaded, reasons

pytestmark = pytest.mark.django_db
A, B = ("010110", "人事課"), ("010120", "税務課")
IN_R7 = {"年度": "R7", "任命年月日": "R7.06.03"}


@pytest.fixture(autouse=True)
def _office():
    make.stages()
    loaded("departments", department(*A), department(*B))
    loaded(
        "roster",
        person("0000001"),
        person("0000002", "八戸　花子"),
        person("0000003", "弘前　健", B[0]),
        person("0000004", "〓田　葵", B[0]),
    )


def test_a_row_becomes_a_promoter_in_stage_one_of_that_year():
    assert counts(loaded("promoters", promoter("0000001", 推薦所属名="人事課"))) == {"created": 1}
    row = Promoter.objects.get()
    assert (row.cohort, row.route, row.department.name) == (FiscalYear(2024), Route.RECOMMENDED, "人事課")
    assert row.appointed_on == date(2024, 6, 3)
    year = StageEnrollment.objects.get()
    assert (year.fiscal_year, year.stage.number, year.status) == (FiscalYear(2024), 1, StageStatus.IN_PROGRESS)
    assert AuditEvent.objects.get(action="appointed").after["department"] == "人事課"


def test_the_same_file_again_changes_nothing():
    rows = [promoter("0000001"), promoter("0000003", B[0], name="弘前　健")]
    loaded("promoters", *rows)
    before = everything()
    assert counts(loaded("promoters", *rows)) == {"unchanged": 2}
    assert everything() == before


def test_it_changes_nothing_when_they_have_moved_and_their_department_has_another_name():
    loaded("promoters", promoter("0000001"))
    loaded("departments", department(A[0], "人財課"), department(*B), as_of=R7)
    loaded("transfers", transfer("0000001", code=B[0]))
    assert counts(loaded("promoters", promoter("0000001"))) == {"unchanged": 1}


@pytest.mark.parametrize("cell", ["R6", "令和6年度", "2024", 2024, 2024.0, "Ｒ６", "R6年度"])
def test_the_year_may_be_written_in_any_form(cell):
    loaded("promoters", content=files.as_xlsx([promoter("0000001", 年度=cell)], title=[["DX推進員"]]))
    assert Promoter.objects.get().cohort == FiscalYear(2024)


def test_a_dry_run_counts_the_same_and_writes_nothing():
    rows = [promoter("0000001"), promoter("0000003", B[0], name="弘前　健", 枠="自薦枠")]
    before = everything()
    dry = load("promoters", *rows, dry_run=True)
    assert everything() == before
    assert dry.as_json() == load("promoters", *rows).as_json()


def test_a_lost_character_in_the_record_is_no_other_person():
    loaded("promoters", promoter("0000004", B[0], name="𠮷田　葵"))


def test_a_department_has_one_recommended_and_any_number_of_self_nominated():
    rows = [
        promoter("0000001"),
        promoter("0000002", name="八戸　花子", 枠="自薦枠"),
        promoter("0000003", name="弘前　健", 枠="自薦"),
    ]
    assert counts(loaded("promoters", *rows)) == {"created": 3}


class TestRefusing:
    def test_all_errors_are_told_at_once_and_nothing_is_written(self):
        rows = [
            promoter("0000001", 年度="6", 枠="他薦"),
            promoter("0000009"),
            promoter("0000002", "999999", name="津軽　誠", 任命年月日="R7.06.03"),
            promoter("0000003", B[0], name="弘前　健", 推薦所属名="人事課"),
            promoter("0000001"),
        ]
        report = load("promoters", *rows)
        assert errors(report) == [
            (2, "年度"), (2, "枠"),
            (3, "職員番号"),
            (4, "氏名"), (4, "任命年月日"), (4, "推薦所属コード"),
            (5, "推薦所属名"),
            (6, "職員番号"),
        ]  # fmt: skip
        assert not Promoter.objects.exists()

    def test_a_second_recommended_of_a_department_and_year_is_refused(self):
        report = load("promoters", promoter("0000001"), promoter("0000002", name="八戸　花子"))
        assert errors(report) == [(3, "推薦所属コード")]

    def test_also_where_the_first_stands_in_the_file_and_on_record(self):
        loaded("promoters", promoter("0000001"))
        report = load("promoters", promoter("0000001"), promoter("0000002", name="八戸　花子"))
        assert errors(report) == [(3, "推薦所属コード")]

    def test_the_place_of_somebody_who_withdrew_is_free(self):
        loaded("promoters", promoter("0000001"))
        Promoter.objects.update(withdrawn_on=date(2024, 7, 1))
        assert counts(loaded("promoters", promoter("0000002", name="八戸　花子"))) == {"created": 1}

    def test_nobody_is_appointed_twice(self):
        loaded("promoters", promoter("0000001"))
        report = load("promoters", promoter("0000001", **IN_R7))
        assert "令和6年度に任命済みです" in reasons(report)

    def test_what_differs_from_the_record_is_told_column_by_column(self):
        loaded("promoters", promoter("0000001"))
        report = load("promoters", promoter("0000001", B[0], 枠="自薦枠", 任命年月日="R6.07.01"))
        assert errors(report) == [(2, "枠"), (2, "推薦所属コード"), (2, "任命年月日")]

    def test_who_has_left_is_not_appointed(self):
        loaded("transfers", transfer("0000001", "退職"))
        assert "在職していません" in reasons(load("promoters", promoter("0000001", **IN_R7)))

    def test_a_department_that_is_no_more_nominates_nobody(self):
        loaded("departments", department(*B), as_of=R7)
        report = load("promoters", promoter("0000003", A[0], name="弘前　健", **IN_R7))
        assert errors(report) == [(2, "推薦所属コード")]

    def test_without_stages_nobody_is_appointed(self):
        from_nothing = make.GrowthStage.objects.all()
        from_nothing.delete()
        assert "load_policy" in reasons(load("promoters", promoter("0000001")))


def test_they_stay_promoters_of_the_department_that_nominated_them():
    loaded("promoters", promoter("0000001"))
    loaded("transfers", transfer("0000001", code=B[0]))
    loaded("departments", department(*B), as_of=R8)
    assert Promoter.objects.get().department.name == "人事課"
