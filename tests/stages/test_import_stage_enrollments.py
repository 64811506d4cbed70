"""育成記録: the years of training before this system, in the order of the stages."""

from datetime import date

import pytest

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from stages.models import StageEnrollment, StageStatus
from tests.factories import growth
from tests.factories import stages as make
from tests.factories.files import department, person, promoter, training_year
from tests.factories.loading import counts, errors, everything, load, loaded, reasons
from tests.factories.stages import R7

pytestmark = pytest.mark.django_db
FAILED = {"状態": "未修了", "状態の日付": "2025-03-31"}
SECOND = {"fiscal_year": "R7", "状態の日付": "2026-03-06"}


@pytest.fixture(autouse=True)
def _office():
    make.stages()
    loaded("departments", department("010110", "人事課"), department("010120", "税務課"))
    loaded("roster", person("0000001"), person("0000002", "八戸　花子", "010120"))
    loaded("promoters", promoter("0000001"), promoter("0000002", "010120", name="八戸　花子"))


def years() -> list[tuple]:
    rows = StageEnrollment.objects.filter(promoter__employee__employee_number="0000001").order_by("fiscal_year")
    return [(row.fiscal_year.short, row.stage.number, row.status) for row in rows]


def test_a_year_is_completed_and_the_next_begun():
    rows = [training_year("0000001"), training_year("0000001", 2, **SECOND)]
    assert counts(loaded("stage_enrollments", *rows)) == {"created": 1, "changed": 1}
    assert years() == [("R6", 1, StageStatus.COMPLETED), ("R7", 2, StageStatus.COMPLETED)]
    event = AuditEvent.objects.filter(action="stage_recorded", before__状態="受講中").get()
    assert event.after == {"状態": "修了", "状態の日付": "2025-03-07"}


def test_each_year_gets_its_curriculum_and_another_one_in_another_stage():
    days = {"fiscal_year": R7, "valid_from": date(2025, 4, 1), "deadline": date(2026, 2, 20)}
    first, second = growth.curriculum(**days), growth.curriculum(stage=2, **days)
    again = {**SECOND, "状態": "未修了"}
    loaded("stage_enrollments", training_year("0000001", **FAILED), training_year("0000001", 1, **again))
    assert StageEnrollment.objects.get(fiscal_year=R7).curriculum == first
    loaded("stage_enrollments", training_year("0000001"), training_year("0000001", 2, **SECOND))
    row = StageEnrollment.objects.get(fiscal_year=R7)
    assert (row.stage.number, row.curriculum) == (2, second)


def test_the_rows_may_come_in_any_order():
    rows = [training_year("0000001", 2, **SECOND), training_year("0000001")]
    loaded("stage_enrollments", *rows)
    assert years() == [("R6", 1, StageStatus.COMPLETED), ("R7", 2, StageStatus.COMPLETED)]


def test_the_same_file_again_changes_nothing():
    rows = [training_year("0000001"), training_year("0000001", 2, **SECOND)]
    loaded("stage_enrollments", *rows)
    before = everything()
    assert counts(loaded("stage_enrollments", *rows)) == {"unchanged": 2}
    assert everything() == before


def test_a_dry_run_counts_the_same_and_writes_nothing():
    before = everything()
    dry = load("stage_enrollments", training_year("0000001"), dry_run=True)
    assert everything() == before
    assert dry.as_json() == load("stage_enrollments", training_year("0000001")).as_json()


def test_a_stage_that_was_not_completed_is_taken_again():
    rows = [training_year("0000001", **FAILED), training_year("0000001", 1, **SECOND)]
    loaded("stage_enrollments", *rows)
    assert years() == [("R6", 1, StageStatus.NOT_COMPLETED), ("R7", 1, StageStatus.COMPLETED)]


@pytest.mark.parametrize(
    ("rows", "column", "reason"),
    [
        ([training_year("0000001", 2)], "育成ステージ", "ステージ1まで"),
        ([training_year("0000001", fiscal_year="R5")], "年度", "任命年度(令和6年度)より前"),
        ([training_year("0000001", 状態の日付="2024-05-01")], "状態の日付", "開始日(2024-06-03)より前"),
        ([training_year("0000001", 9)], "育成ステージ", "登録されているステージの番号: 1、2、3、4、5"),
        ([training_year("0000009")], "職員番号", "DX推進員は登録されていません"),
        ([training_year("0000001", 氏名="八戸　花子")], "氏名", "職員番号を確認"),
        (
            [training_year("0000001", **FAILED), training_year("0000001", 2, **SECOND)],
            "育成ステージ",
            "ステージ1を修了して",
        ),
        ([training_year("0000001", 2, **SECOND)], "育成ステージ", "ステージ1を修了していません"),
        ([training_year("0000001"), training_year("0000001", 1, **SECOND)], "育成ステージ", "前の年度に修了しています"),
        ([training_year("0000001"), training_year("0000001")], "年度", "2行目と同じ職員・同じ年度"),
    ],
    ids=["ahead", "before", "early", "none", "stranger", "name", "jump", "unknown year", "again", "twice"],
)
def test_what_does_not_fit_the_order_of_the_stages_is_refused(rows, column, reason):
    before = everything()
    report = load("stage_enrollments", *rows)
    assert [error.column for error in report.errors][-1] == column
    assert reason in reasons(report)
    assert everything() == before


def test_a_row_that_cannot_be_read_makes_no_jump_of_the_next():
    rows = [training_year("0000001", 状態="合格"), training_year("0000001", 2, **SECOND)]
    assert errors(load("stage_enrollments", *rows)) == [(2, "状態")]


def test_all_errors_are_told_at_once():
    rows = [training_year("0000001", 3, 氏名="八戸　花子"), training_year("0000002", 9, 氏名="八戸　花子")]
    report = load("stage_enrollments", *rows)
    assert errors(report) == [(2, "氏名"), (3, "育成ステージ")]


def test_the_start_is_the_appointment_or_the_first_day_of_the_year():
    loaded("stage_enrollments", training_year("0000001"), training_year("0000001", 2, **SECOND))
    starts = StageEnrollment.objects.filter(promoter__employee__employee_number="0000001").order_by("fiscal_year")
    assert [row.started_on for row in starts] == [date(2024, 6, 3), FiscalYear(2025).first_day]
