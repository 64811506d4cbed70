"""The table of a promoter's year, written a second time by hand and walked whole: state × move × person."""

from datetime import date, timedelta
from itertools import product

import pytest

from aomori_dx.kernel.errors import DomainError, NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from stages.models import StageStatus
from stages.workflows.stage_enrollment import STAGE_ENROLLMENT
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import stages as make

pytestmark = pytest.mark.django_db

MOVES = [
    "complete",
    "recognise",
    "end_without_completion",
    "repeat",
    "carry_on",
    "suspend",
    "stay_suspended",
    "resume",
    "withdraw",
    "withdraw_with_promoter",
    "take_back",
    "take_back_suspended",
]
PEOPLE = ["dx", "hr", "info", "viewer", "admin", "head", "promoter", "stranger", "system"]
ALLOWED = {
    ("in_progress", "complete", "dx"): "completed",
    ("in_progress", "end_without_completion", "dx"): "not_completed",
    ("in_progress", "recognise", "dx"): "completed",
    ("in_progress", "repeat", "dx"): "not_completed",
    ("in_progress", "carry_on", "dx"): "not_completed",
    ("in_progress", "suspend", "dx"): "suspended",
    ("in_progress", "withdraw", "dx"): "withdrawn",
    ("suspended", "resume", "dx"): "in_progress",
    ("suspended", "withdraw", "dx"): "withdrawn",
    ("suspended", "recognise", "dx"): "completed",
    ("suspended", "repeat", "dx"): "not_completed",
    ("suspended", "carry_on", "dx"): "not_completed",
    ("suspended", "stay_suspended", "dx"): "suspended",
    ("suspended", "take_back_suspended", "dx"): "suspended",
    ("completed", "take_back", "dx"): "in_progress",
    ("not_completed", "take_back", "dx"): "in_progress",
    ("withdrawn", "take_back", "dx"): "in_progress",
}
UNDATED = {"stay_suspended", "take_back_suspended"}
"""Moves after which the state goes on since when it did."""
JUDGED = {"outcome": "completed", "judged_on": date(2026, 6, 3), "judged_by_name": "総務 花子"}
ROLES = {
    "dx": OfficeRole.DX,
    "hr": OfficeRole.HR,
    "info": OfficeRole.INFO,
    "viewer": OfficeRole.VIEWER,
    "admin": OfficeRole.ADMIN,
}


def person(who, promoter):
    if who in ROLES:
        return staff.office(ROLES[who])
    made = {
        "head": lambda: staff.user(staff.head_of(promoter.department)),
        "promoter": lambda: staff.user(promoter.employee),
        "stranger": lambda: staff.user(staff.employee()),
        "system": lambda: None,
    }
    return made[who]()


def test_the_table_knows_these_moves_and_no_other():
    assert list(STAGE_ENROLLMENT.moves) == MOVES


@pytest.mark.parametrize(("status", "move", "who"), list(product(StageStatus.values, MOVES, PEOPLE)))
def test_moves(status, move, who):
    enrollment = make.enrollment(status=status, **JUDGED if move.startswith("take_back") else {})
    by = person(who, enrollment.promoter)

    if expected := ALLOWED.get((status, move, who)):
        STAGE_ENROLLMENT.move(enrollment.pk, move, by=by, at=NOW, reason="理由")

        enrollment.refresh_from_db()
        since = date(2026, 6, 3) if move in UNDATED else date(2026, 11, 23)
        assert (enrollment.status, enrollment.status_on) == (expected, since)
        event = AuditEvent.objects.get()
        assert (event.action, event.before, event.after, event.reason) == (move, status, expected, "理由")
    else:
        with pytest.raises(DomainError):
            STAGE_ENROLLMENT.move(enrollment.pk, move, by=by, at=NOW, reason="理由")

        enrollment.refresh_from_db()
        assert (enrollment.status, enrollment.status_on) == (status, date(2026, 6, 3))
        assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("move", ["suspend", "withdraw", "repeat", "carry_on", "recognise"])
def test_leaving_the_way_needs_a_reason(move):
    enrollment = make.enrollment()

    with pytest.raises(RuleBroken, match="理由が必要です"):
        STAGE_ENROLLMENT.move(enrollment.pk, move, by=staff.office(OfficeRole.DX), at=NOW, reason=" ")
    assert not AuditEvent.objects.exists()


def test_a_role_that_ended_yesterday_moves_nothing():
    officer = staff.office(OfficeRole.DX)
    officer.grants.update(valid_to=date(2026, 11, 23))
    enrollment = make.enrollment()

    with pytest.raises(NotAllowed):
        STAGE_ENROLLMENT.move(enrollment.pk, "complete", by=officer, at=NOW)

    yesterday = NOW - timedelta(days=1)
    assert STAGE_ENROLLMENT.move(enrollment.pk, "complete", by=officer, at=yesterday).status == "completed"


def test_who_withdrew_as_a_promoter_does_not_resume():
    enrollment = make.enrollment(make.promoter(withdrawn_on=date(2026, 10, 1)), status=StageStatus.SUSPENDED)

    with pytest.raises(RuleBroken, match="すでに辞退しています"):
        STAGE_ENROLLMENT.move(enrollment.pk, "resume", by=staff.office(OfficeRole.DX), at=NOW)


def test_what_was_never_judged_is_not_taken_back():
    enrollment = make.enrollment(status=StageStatus.COMPLETED)

    with pytest.raises(RuleBroken, match="確定した判定がありません"):
        STAGE_ENROLLMENT.move(enrollment.pk, "take_back", by=staff.office(OfficeRole.DX), at=NOW, reason="誤り")


def test_what_the_next_year_rests_on_is_not_taken_back():
    enrollment = make.enrollment(make.promoter(cohort=make.R7), status=StageStatus.COMPLETED, **JUDGED_R7)
    make.enrollment(enrollment.promoter, stage=2, fiscal_year=make.R8)

    with pytest.raises(RuleBroken, match="すでに始まっている"):
        STAGE_ENROLLMENT.move(enrollment.pk, "take_back", by=staff.office(OfficeRole.DX), at=NOW, reason="誤り")


JUDGED_R7 = {"outcome": "completed", "judged_on": date(2026, 3, 1), "judged_by_name": "総務 花子"}


@pytest.mark.parametrize(("status", "move"), [("in_progress", "suspend"), ("suspended", "resume")])
def test_a_draft_of_the_judgement_goes_when_the_year_changes_otherwise(status, move):
    enrollment = make.enrollment(status=status, outcome="carry_on", outcome_reason="休職", judged_by_name="総務")

    STAGE_ENROLLMENT.move(enrollment.pk, move, by=staff.office(OfficeRole.DX), at=NOW, reason="休職")

    enrollment.refresh_from_db()
    assert (enrollment.outcome, enrollment.outcome_reason, enrollment.judged_by_name) == ("", "", "")


def test_who_was_judged_suspended_and_withdraws_later_is_withdrawn_alone():
    told = {"outcome": "suspended", "outcome_reason": "休職", "judged_on": date(2026, 6, 3)}
    enrollment = make.enrollment(status=StageStatus.SUSPENDED, **told)

    STAGE_ENROLLMENT.move(enrollment.pk, "withdraw", by=staff.office(OfficeRole.DX), at=NOW, reason="退職")

    enrollment.refresh_from_db()
    assert (enrollment.status, enrollment.outcome, enrollment.judged_on) == ("withdrawn", "", None)
    assert enrollment.status_on == date(2026, 11, 23)
