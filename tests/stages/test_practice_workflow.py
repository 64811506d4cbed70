"""The table of a practice report, written a second time by hand and walked whole: state × move × person."""

from datetime import date
from itertools import product

import pytest

from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from stages.models import PracticeReport, PracticeStatus
from stages.workflows.practice_report import PRACTICE_REPORT
from tests.conftest import NOW
from tests.factories import growth, staff
from tests.factories import stages as make

pytestmark = pytest.mark.django_db

MOVES = [
    "submit_theme", "approve_theme", "return_theme", "submit_report", "approve_report", "return_report",
    "withdraw_report", "revoke_approval",
]  # fmt: skip
PEOPLE = [
    "promoter",
    "head",
    "deputy",
    "former head",
    "sibling's head",
    "dx",
    "hr",
    "info",
    "viewer",
    "admin",
    "system",
]
OFFICES = {role.name.lower(): role for role in OfficeRole}
BY_HEAD = ("head", "deputy")
ALLOWED = {
    ("draft", "submit_theme", "promoter"): "theme_submitted",
    ("theme_returned", "submit_theme", "promoter"): "theme_submitted",
    **{("theme_submitted", "approve_theme", who): "working" for who in BY_HEAD},
    **{("theme_submitted", "return_theme", who): "theme_returned" for who in BY_HEAD},
    ("working", "submit_report", "promoter"): "submitted",
    ("returned", "submit_report", "promoter"): "submitted",
    **{("submitted", "approve_report", who): "approved" for who in BY_HEAD},
    **{("submitted", "return_report", who): "returned" for who in BY_HEAD},
    **{
        (state, "withdraw_report", "promoter"): "withdrawn"
        for state in ("draft", "theme_submitted", "theme_returned", "working", "submitted", "returned")
    },
    ("approved", "revoke_approval", "dx"): "returned",
}
MEASURED = {"minutes_before": 600, "minutes_after": 60, "people": 3, "lessons": "早く相談する。"}


def person(who: str, report: PracticeReport):
    place = report.enrollment.promoter.employee.postings.get().department
    if who in OFFICES:
        return staff.office(OFFICES[who])
    made = {
        "promoter": lambda: staff.user(report.enrollment.promoter.employee),
        "head": lambda: staff.user(staff.head_of(place)),
        "deputy": lambda: staff.user(staff.deputy(place).employee),
        "former head": lambda: staff.user(staff.head_of(place, valid_to=date(2026, 11, 23))),
        "sibling's head": lambda: staff.user(staff.head_of(staff.department(parent=place.parent))),
        "system": lambda: None,
    }
    return made[who]()


def a_report(**fields) -> PracticeReport:
    who = make.promoter(staff.posting().employee)
    return growth.report(make.enrollment(who), **MEASURED, approved_on=date(2026, 11, 1), **fields)


def test_the_table_knows_these_moves_and_no_other():
    assert list(PRACTICE_REPORT.moves) == MOVES


@pytest.mark.parametrize(("status", "move"), list(product(PracticeStatus.values, MOVES)))
def test_moves(status, move):
    """With a head in place, so that DX推進担当 acts in nobody's stead."""
    report = a_report(status=status)
    people = {who: person(who, report) for who in PEOPLE}
    for who, by in people.items():
        before = AuditEvent.objects.count()
        PracticeReport.objects.filter(pk=report.pk).update(status=status, approved_on=date(2026, 11, 1))
        if expected := ALLOWED.get((status, move, who)):
            PRACTICE_REPORT.move(report.pk, move, by=by, at=NOW, reason="理由")
            event = AuditEvent.objects.latest("pk")
            assert (event.action, event.before, event.after) == (move, status, expected), who
            assert AuditEvent.objects.count() == before + 1, who
        else:
            with pytest.raises(DomainError):
                PRACTICE_REPORT.move(report.pk, move, by=by, at=NOW, reason="理由")
            assert AuditEvent.objects.count() == before, who


@pytest.mark.parametrize("move", ["return_theme", "return_report", "revoke_approval"])
def test_sending_back_needs_a_word(move):
    source = next(iter(PRACTICE_REPORT.moves[move].sources))
    report = a_report(status=source)
    by = person("dx" if move == "revoke_approval" else "head", report)

    with pytest.raises(DomainError, match="理由が必要です"):
        PRACTICE_REPORT.move(report.pk, move, by=by, at=NOW, reason=" ")


@pytest.mark.parametrize("status", ["theme_submitted", "submitted"])
def test_the_office_answers_only_where_nobody_holds_the_post(status):
    report = a_report(status=status)
    dx = staff.office(OfficeRole.DX)
    move = "approve_theme" if status == "theme_submitted" else "approve_report"
    assert PRACTICE_REPORT.blockers(report, move, by=dx, at=NOW) == []

    head = staff.head_of(report.enrollment.promoter.employee.postings.get().department)
    assert PRACTICE_REPORT.blockers(report, move, by=dx, at=NOW) != []

    staff.absence(head)  # 休職: nobody is there
    assert PRACTICE_REPORT.blockers(report, move, by=dx, at=NOW) == []


def test_a_head_does_not_approve_the_own_report_the_deputy_does():
    place = staff.department()
    head = staff.head_of(place)
    report = growth.report(make.enrollment(make.promoter(head)), **MEASURED, status="theme_submitted")

    assert PRACTICE_REPORT.blockers(report, "approve_theme", by=staff.user(head), at=NOW) != []
    assert PRACTICE_REPORT.blockers(report, "approve_theme", by=staff.office(OfficeRole.DX), at=NOW) == []

    deputy = staff.user(staff.deputy(place).employee)
    assert PRACTICE_REPORT.blockers(report, "approve_theme", by=deputy, at=NOW) == []
    assert PRACTICE_REPORT.blockers(report, "approve_theme", by=staff.office(OfficeRole.DX), at=NOW) != []


def test_an_officer_who_is_the_promoter_answers_nothing_of_her_own():
    officer = staff.office(OfficeRole.DX, person=staff.posting().employee)
    report = growth.report(
        make.enrollment(make.promoter(officer.employee)), **MEASURED, status="approved", approved_on=date(2026, 11, 1)
    )
    for status, move in (("submitted", "approve_report"), ("approved", "revoke_approval")):
        report.status = status
        assert PRACTICE_REPORT.blockers(report, move, by=officer, at=NOW) != []
