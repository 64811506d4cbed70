"""Climbing: in order, one stage a fiscal year, repeated where not completed (rule 9)."""

from datetime import date, datetime, timedelta

import pytest

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, Job
from staff.models import OfficeRole
from stages.models import StageEnrollment, StageStatus
from stages.services import progress
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import stages as make
from tests.factories.stages import R6, R7, R8, R9

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    make.stages()
    return staff.office(OfficeRole.DX)


def start(promoter, by, *, stage=1, fiscal_year=R8, at=NOW):
    return progress.start(promoter.pk, stage=stage, fiscal_year=fiscal_year, by=by, at=at)


def completed(promoter, stage, fiscal_year):
    return make.enrollment(promoter, stage=stage, fiscal_year=fiscal_year, status=StageStatus.COMPLETED)


def test_the_first_stage_is_started_without_any_before(officer):
    enrollment = start(make.promoter(), officer)

    assert (enrollment.stage.number, enrollment.fiscal_year) == (1, R8)
    assert enrollment.status == StageStatus.IN_PROGRESS
    assert enrollment.started_on == enrollment.status_on == NOW.date()
    assert AuditEvent.objects.get().action == "start"
    assert Job.objects.get().kind == "compute_quotas"


def test_the_next_stage_is_started_after_the_one_before_is_completed(officer):
    promoter = make.promoter(cohort=R7)
    completed(promoter, 1, R7)

    assert start(promoter, officer, stage=2).stage.number == 2


@pytest.mark.parametrize(
    "status", [StageStatus.IN_PROGRESS, StageStatus.NOT_COMPLETED, StageStatus.SUSPENDED, StageStatus.WITHDRAWN]
)
def test_nobody_goes_on_from_a_stage_that_is_not_completed(officer, status):
    promoter = make.promoter(cohort=R7)
    make.enrollment(promoter, status=status)

    with pytest.raises(RuleBroken, match="「①業務効率化」を修了していません"):
        start(promoter, officer, stage=2)
    assert StageEnrollment.objects.count() == 1


def test_nobody_jumps_a_stage(officer):
    promoter = make.promoter(cohort=R7)
    completed(promoter, 1, R7)

    with pytest.raises(RuleBroken, match="「②業務改善」を修了していません"):
        start(promoter, officer, stage=3)


def test_one_stage_a_fiscal_year(officer):
    promoter = make.promoter()
    completed(promoter, 1, R8)

    with pytest.raises(RuleBroken, match="令和8年度はすでに「①業務効率化」に登録されています"):
        start(promoter, officer, stage=2)


def test_what_was_not_completed_is_repeated_next_year(officer):
    promoter = make.promoter(cohort=R7)
    make.enrollment(promoter, status=StageStatus.NOT_COMPLETED)

    assert start(promoter, officer).fiscal_year == R8


def test_what_was_completed_is_not_taken_again(officer):
    promoter = make.promoter(cohort=R7)
    completed(promoter, 1, R7)

    with pytest.raises(RuleBroken, match="「①業務効率化」はすでに修了しています"):
        start(promoter, officer)


def test_no_year_before_the_appointment(officer):
    with pytest.raises(RuleBroken, match=r"任命年度\(令和8年度\)より前"):
        start(make.promoter(), officer, fiscal_year=R7)


def test_who_withdrew_or_left_starts_nothing(officer):
    withdrawn = make.promoter(cohort=R6, withdrawn_on=NOW.date())
    gone = make.promoter(staff.employee(left_on=NOW.date()), cohort=R6)

    with pytest.raises(RuleBroken, match="すでに辞退しています"):
        start(withdrawn, officer)
    with pytest.raises(RuleBroken, match="在職していません"):
        start(gone, officer)


def test_every_reason_is_told_at_once(officer):
    promoter = make.promoter(withdrawn_on=date(2026, 10, 1))
    make.enrollment(promoter)

    with pytest.raises(RuleBroken) as refusal:
        start(promoter, officer, stage=2)

    assert str(refusal.value).splitlines() == [
        "このDX推進員はすでに辞退しています。",
        "令和8年度はすでに「①業務効率化」に登録されています。",
        "「①業務効率化」を修了していません。ステージは順番に進みます。",
    ]


def test_only_the_promotion_office_starts_a_stage(officer):
    promoter = make.promoter()

    for person in (staff.office(OfficeRole.HR), staff.user(promoter.employee), None):
        with pytest.raises(NotAllowed, match="権限がありません"):
            start(promoter, person)
    assert not StageEnrollment.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_year_is_led_from_start_to_completion(officer):
    promoter = make.promoter(appointed_on=date(2026, 6, 3))
    enrollment = start(promoter, officer, at=datetime(2026, 6, 3, 9, tzinfo=TOKYO))

    progress.suspend(enrollment.pk, by=officer, at=NOW, reason="育児休業")
    progress.resume(enrollment.pk, by=officer, at=NOW + timedelta(days=30))
    done = progress.complete(enrollment.pk, by=officer, at=NOW + timedelta(days=90))

    done.refresh_from_db()
    assert (done.status, done.status_on) == (StageStatus.COMPLETED, date(2027, 2, 21))
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "start",
        "suspend",
        "resume",
        "complete",
    ]


def test_a_year_may_end_without_completion_or_by_withdrawal(officer):
    one, other = make.enrollment(), make.enrollment()

    progress.end_without_completion(one.pk, by=officer, at=NOW)
    progress.withdraw(other.pk, by=officer, at=NOW, reason="業務の都合")

    assert [row.status for row in StageEnrollment.objects.order_by("pk")] == ["not_completed", "withdrawn"]


def test_a_change_has_the_figures_computed_once_soon(officer):
    for _ in range(3):
        progress.complete(make.enrollment().pk, by=officer, at=NOW)

    assert Job.objects.get().params == {"as_of": "2026-11-23"}


def test_a_stage_imported_out_of_order_is_not_completed(officer):
    jumped = make.enrollment(make.promoter(cohort=R7), stage=2, fiscal_year=R8)

    with pytest.raises(RuleBroken, match="「①業務効率化」を修了していません"):
        progress.complete(jumped.pk, by=officer, at=NOW)


def test_nothing_is_dated_before_it_began(officer):
    coming = make.enrollment(fiscal_year=R9, started_on=date(2027, 5, 1), status_on=date(2027, 5, 1))

    with pytest.raises(RuleBroken, match="状態の日付は開始日以後"):
        progress.complete(coming.pk, by=officer, at=NOW)
    coming.refresh_from_db()
    assert coming.status == StageStatus.IN_PROGRESS
