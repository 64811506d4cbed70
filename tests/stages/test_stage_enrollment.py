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

MOVES = ["complete", "end_without_completion", "suspend", "resume", "withdraw", "withdraw_with_promoter"]
PEOPLE = ["dx", "hr", "info", "viewer", "admin", "head", "promoter", "stranger", "system"]
ALLOWED = {
    ("in_progress", "complete", "dx"): "completed",
    ("in_progress", "end_without_completion", "dx"): "not_completed",
    ("in_progress", "suspend", "dx"): "suspended",
    ("in_progress", "withdraw", "dx"): "withdrawn",
    ("suspended", "resume", "dx"): "in_progress",
    ("suspended", "withdraw", "dx"): "withdrawn",
}
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
    enrollment = make.enrollment(status=status)
    by = person(who, enrollment.promoter)

    if expected := ALLOWED.get((status, move, who)):
        STAGE_ENROLLMENT.move(enrollment.pk, move, by=by, at=NOW, reason="理由")

        enrollment.refresh_from_db()
        assert (enrollment.status, enrollment.status_on) == (expected, date(2026, 11, 23))
        event = AuditEvent.objects.get()
        assert (event.action, event.before, event.after, event.reason) == (move, status, expected, "理由")
    else:
        with pytest.raises(DomainError):
            STAGE_ENROLLMENT.move(enrollment.pk, move, by=by, at=NOW, reason="理由")

        enrollment.refresh_from_db()
        assert (enrollment.status, enrollment.status_on) == (status, date(2026, 6, 3))
        assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("move", ["suspend", "withdraw"])
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
