"""A closed fiscal year keeps what is dated in it; it is closed in order and opened again with a reason."""

from datetime import date, datetime

import pytest
from django.apps import apps
from django.db import models

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fields import FiscalYearField
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing
from staff.models import Absence, Employee, Posting
from stages.models import Promoter, StageEnrollment
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories.stages import R6, R7, R8

pytestmark = pytest.mark.django_db

REASON = "実績報告を提出したため"
IN_R6, IN_R7, IN_R8 = date(2025, 3, 31), date(2025, 4, 1), date(2026, 4, 1)


def close(*years: FiscalYear) -> None:
    for year in years:
        closing.close(year, by=None, at=NOW, reason=REASON)


def at_ten(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=TOKYO)


# Closing and opening


def test_a_closed_year_refuses_what_is_dated_in_it_and_says_what_to_do():
    close(R6, R7)
    with pytest.raises(RuleBroken) as refusal:
        closing.ensure_open(IN_R8, IN_R7)
    assert str(refusal.value) == "令和7年度は締められています。訂正するには、締めを解除してください。"


def test_several_closed_years_are_all_named():
    close(R6, R7)
    assert closing.hold().why_not(IN_R7, R6, None) == (
        "令和6年度、令和7年度は締められています。訂正するには、締めを解除してください。"
    )


def test_open_days_and_no_day_at_all_pass():
    close(R6)
    closing.ensure_open(IN_R7, R8, None)
    closing.ensure_open(None)
    closing.ensure_open()


def test_what_lies_before_the_first_closed_year_is_closed_with_it():
    """Otherwise a posting of long ago would change the closed years that came after."""
    close(R6)
    assert closing.hold().why_not(date(2010, 4, 1)) == (
        "平成22年度より後の令和6年度までが締められています。訂正するには、締めを解除してください。"
    )


def test_nothing_is_closed_at_first():
    assert closing.closed_years().last is None
    closing.ensure_open(date(1990, 1, 1))


def test_it_keeps_who_closed_it_when_and_why():
    hr = make.user(make.employee("総務　花子"))
    row = closing.close(R6, by=hr, at=NOW, reason=f" {REASON} ")

    assert (row.act, row.at, row.by_id, row.by_name, row.reason) == ("closed", NOW, hr.pk, "総務　花子", REASON)
    event = AuditEvent.objects.get()
    assert (event.action, event.by_name, event.reason) == ("year_closed", "総務　花子", REASON)
    assert event.after == {"fiscal_year": 2024, "act": "closed"}


def test_a_year_is_closed_when_it_is_over_not_on_its_last_day():
    with pytest.raises(RuleBroken, match="令和6年度はまだ終わっていないため、締められません。"):
        closing.close(R6, by=None, at=at_ten(date(2025, 3, 31)), reason=REASON)
    closing.close(R6, by=None, at=at_ten(date(2025, 4, 1)), reason=REASON)
    assert closing.closed_years().last == R6


def test_the_year_that_runs_cannot_be_closed():
    close(R6, R7)
    with pytest.raises(RuleBroken, match="令和8年度はまだ終わっていない"):
        close(R8)


def test_years_are_closed_one_after_the_other():
    close(FiscalYear(2023))
    with pytest.raises(RuleBroken, match="先に令和6年度を締めてください。"):
        close(R7)
    with pytest.raises(RuleBroken, match="令和5年度はすでに締められています。"):
        close(FiscalYear(2023))
    assert FiscalYearClosing.objects.count() == 1


def test_opening_a_year_opens_the_later_ones_too():
    close(FiscalYear(2023), R6, R7)
    rows = closing.reopen(R6, by=None, at=NOW, reason="配属の誤りの訂正")

    assert [(row.fiscal_year, row.act, row.reason) for row in rows] == [
        (R7, "reopened", "配属の誤りの訂正"),
        (R6, "reopened", "配属の誤りの訂正"),
    ]
    closing.ensure_open(R6, R7)
    assert closing.closed_years().last == FiscalYear(2023)
    close(R6)
    assert closing.closed_years().last == R6


@pytest.mark.parametrize("year", [R7, R8, FiscalYear(2010)])
def test_what_is_not_closed_cannot_be_opened(year):
    close(R6)
    with pytest.raises(RuleBroken, match=f"{year}は締められていません。"):
        closing.reopen(year, by=None, at=NOW, reason=REASON)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_both_need_a_reason(reason):
    with pytest.raises(RuleBroken, match="理由を入力してください。"):
        closing.close(R6, by=None, at=NOW, reason=reason)
    close(R6)
    with pytest.raises(RuleBroken, match="理由を入力してください。"):
        closing.reopen(R6, by=None, at=NOW, reason=reason)
    assert FiscalYearClosing.objects.count() == 1


def test_what_was_done_stays():
    close(R6)
    row = FiscalYearClosing.objects.get()
    for write in (row.save, row.delete, FiscalYearClosing.objects.all().delete):
        with pytest.raises(RuleBroken):
            write()
    with pytest.raises(RuleBroken):
        FiscalYearClosing.objects.update(act="reopened")
    assert closing.closed_years().last == R6


# On which day does a row change something?

PERIOD = {"title": "主事", "valid_from": "2025-04-01", "valid_to": None}
TRAINING = {"fiscal_year": "R7", "status": "in_progress", "started_on": "2025-06-02", "status_on": "2025-06-02"}


@pytest.mark.parametrize(
    ("model", "before", "changes", "years"),
    [
        (Posting, PERIOD, {"title": "主査"}, {R7}),
        (Posting, PERIOD, {"valid_to": "2026-06-01"}, {R8}),
        (Posting, {**PERIOD, "valid_to": "2025-10-01"}, {"valid_to": "2026-06-01"}, {R7, R8}),
        (Posting, PERIOD, {"valid_from": "2024-04-01"}, {R6, R7}),
        (Posting, PERIOD, {"title": "主査", "valid_to": "2026-06-01"}, {R7, R8}),
        (Posting, PERIOD, {}, set()),
        (Absence, PERIOD, {"reason": "sick"}, {R7}),
        (Employee, {"name": "青森", "left_on": None}, {"name": "弘前"}, set()),
        (Employee, {"name": "青森", "left_on": "2025-10-01"}, {"left_on": "2026-06-01"}, {R7, R8}),
        (StageEnrollment, TRAINING, {"status": "completed", "status_on": "2026-05-01"}, {R7, R8}),
        (Promoter, {"cohort": 2025, "appointed_on": "2025-06-02", "withdrawn_on": None}, {"route": "self"}, {R7}),
        (Promoter, {"cohort": 2025, "appointed_on": "2025-06-02", "withdrawn_on": None}, {"withdrawn_on": IN_R8}, {R8}),
    ],
)  # fmt: skip
def test_a_change_touches_the_years_of_the_days_on_which_something_changes(model, before, changes, years):
    row = {"title": "主事", "reason": "leave", "route": "recommended", **before}
    assert closing.years_touched(model, row, {**row, **changes}) == years


def test_a_row_that_comes_or_goes_touches_all_its_days():
    row = {"title": "主事", "valid_from": IN_R7, "valid_to": IN_R8}
    assert closing.years_touched(Posting, None, row) == {R7, R8}
    assert closing.years_touched(Posting, row, None) == {R7, R8}


def test_a_table_that_is_not_dated_is_never_closed():
    close(R6, R7)
    closing.ensure_row_open(AuditEvent, None, {"at": IN_R7})


UNDATED = {
    "staff.ChangeSet": "a file, not a fact",
    "staff.Notice": "told, not a fact: the date is when something is due",
    "staff.NoticeReading": "that somebody read it",
    "staff.OfficeRoleGrant": "rights to log in, not the programme's facts",
    "stages.AnnualTarget": "restated by each revision of the plan",
    "stages.ContinuationWish": "a wish, not a fact",
    "stages.Curriculum": "a published version never changes",
    "stages.CurriculumItem": "part of a version",
    "stages.DocumentText": "words of the office for any year",
    "stages.ExaminationResult": "counts for the year of the enrollment that asks for it, which its judgement closes",
    "stages.PlanRevision": "has a day of its own; reports keep the one they were made under",
    "stages.PracticeAttachment": "a file beside a report",
    "stages.PracticeComment": "words beside a report",
    "stages.PracticeReport": "of the year of its enrollment, which every move asks about",
    "stages.ProgressRuling": "of the year of its enrollment, which the service asks about",
    "stages.QuotaSnapshot": "computed, kept with the facts it was computed from",
    "stages.Rollover": "makes the years to come",
    "stages.RolloverMove": "what it does for one promoter",
    "stages.StageProgress": "computed",
    "stages.TrainingPlan": "the plan as such",
    "stages.WishCall": "asks about the year to come, which is not closed",
    "training.Attendance": "of the year of its run, which the service asks about",
    "training.CalendarFeed": "an address, not a fact",
    "training.DroppedMeeting": "of the year of its run, whose change dropped it",
    "training.Certificate": "says what a completion says, on paper",
    "training.ChangeRequest": "of the year of its run",
    "training.Course": "of no year",
    "training.CourseAlias": "a word for a course, of no year",
    "training.PlatformAccount": "whose account it is, of no year",
    "training.UnmatchedResult": "what a file says; the completion that comes of it is of a year",
    "training.Enrollment": "of the year of its run, which every move asks about",
    "training.FollowUp": "what a head thinks, no figure of a year",
    "training.Interest": "a wish, not a fact",
    "training.Questionnaire": "words of the office for any year",
    "training.Invitation": "of the year of its run",
    "training.Requirement": "a rule; what it made of whom is the obligation",
    "training.RunMessage": "what was told, as it was told",
    "training.RunSession": "of the year of its run, which the service asks about",
    "training.SeatHold": "of the year of its run",
    "training.Survey": "an opinion, no figure of a year",
    "training.SurveyInvitation": "that somebody was asked",
}


def test_every_table_with_a_day_or_a_year_says_what_it_means_for_a_closed_one():
    dated = {
        f"{model._meta.app_label}.{model.__name__}": closing.is_dated(model)
        for label in ("staff", "training", "stages")
        for model in apps.get_app_config(label).get_models()
        if any(isinstance(field, (models.DateField, FiscalYearField)) for field in model._meta.local_fields)
    }
    with_a_moment_only = {"staff.User"}
    assert {name for name, known in dated.items() if not known} - with_a_moment_only == set(UNDATED)
