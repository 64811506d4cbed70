"""Writing and submitting in one step, as the forms of the head and of the person do. Twice is once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, Employee, User
from staff.services.deputies import hold
from stages import permissions as may
from stages.models import CareerTrack, Nomination, NominationStatus
from stages.services import nominations

ON_ITS_WAY = (NominationStatus.SUBMITTED, NominationStatus.ENDORSED, NominationStatus.IN_REVIEW)


def recommend(
    department: Department,
    nominee: Employee,
    *,
    fiscal_year: FiscalYear,
    reason: str,
    instead_of: int | None = None,
    by: User,
    at: datetime,
) -> Nomination:
    """Submit `nominee` for the department, in the place of its live nomination `instead_of` where one is given.

    What is refused stays as a draft, so that nothing written is lost. The same a second time, at once or later,
    changes nothing and returns what is there. Raises NotAllowed, or RuleBroken with every sentence against it.
    """
    if not may.answer_the_call(by, department, day_of(at)):
        raise NotAllowed(nominations.NOT_YOUR_DEPARTMENT)
    said = {"nominee": nominee, "reason": reason.strip()}
    rows = Nomination.objects.recommended().of_year(fiscal_year).of_place([department.pk])
    try:
        with transaction.atomic():
            hold(department)
            if same := _on_its_way(rows, said):
                return same
            if instead_of is not None and _is_another(instead_of, nominee):
                return nominations.replace(instead_of, nominee, reason=reason, by=by, at=at)
            row = nominations.draft(department, nominee, fiscal_year=fiscal_year, reason=reason, by=by, at=at)
        return nominations.submit(row.pk, by=by, at=at)
    except RuleBroken:
        if same := _on_its_way(rows, said):
            return same
        raise


def _is_another(nomination_id: int, nominee: Employee) -> bool:
    """It holds a place, and is not just this person's own, sent back to be put right."""
    row = Nomination.objects.live().filter(pk=nomination_id).first()
    return row is not None and not (row.status == NominationStatus.RETURNED and row.nominee_id == nominee.pk)


def apply(
    *,
    fiscal_year: FiscalYear,
    motive: str,
    work_to_improve: str,
    wanted_track: CareerTrack | None = None,
    by: User,
    at: datetime,
) -> Nomination:
    """Submit one's own 自薦; what is refused stays as a draft, and twice is once. Raises NotAllowed or RuleBroken."""
    said: dict[str, Any] = {
        "motive": motive.strip(),
        "work_to_improve": work_to_improve.strip(),
        "wanted_track": wanted_track,
    }
    rows = Nomination.objects.self_nominated().of_year(fiscal_year)
    primary = roles.of(by, day_of(at)).primary
    rows = rows.filter(nominee=primary.employee_id if primary else None)
    try:
        with transaction.atomic():
            if primary is not None:
                hold(primary.department)
                nominations.hold_person(primary.employee)
            if same := _on_its_way(rows, said):
                return same
            row = nominations.apply_oneself(fiscal_year=fiscal_year, by=by, at=at, **said)
        return nominations.submit(row.pk, by=by, at=at)
    except RuleBroken:
        if same := _on_its_way(rows, said):
            return same
        raise


def _on_its_way(rows: QuerySet, said: dict[str, Any]) -> Any:
    return rows.filter(status__in=ON_ITS_WAY, **said).first()
