"""自薦 of a head's people: which wait for a word, and which were answered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from staff import roles
from staff.models import Department, User
from stages.models import Consent, Nomination, NominationCall, NominationStatus

DECIDED_HERE = (NominationStatus.DRAFT, NominationStatus.SUBMITTED, NominationStatus.WITHDRAWN)


def _of_people(user: User, departments: Iterable[Department], at: datetime) -> Any:
    """Submitted 自薦 of the departments, of everybody but the head's own."""
    on = day_of(at)
    names = Department.with_former_names([row.pk for row in departments])
    rows = Nomination.objects.visible_to(user, on).self_nominated().filter(department__in=names)
    rows = rows.filter(submitted_at__isnull=False).exclude(nominee=roles.of(user, on).employee_id)
    return rows.select_related("nominee", "department", "wanted_track")


def waiting(user: User, departments: Iterable[Department], *, at: datetime) -> Any:
    """Those that wait for the head's word, the oldest first; none of a year whose call asks for no consent."""
    unasked = NominationCall.objects.filter(consent=Consent.NONE).values("fiscal_year")
    rows = _of_people(user, departments, at).filter(status=NominationStatus.SUBMITTED)
    return rows.exclude(fiscal_year__in=unasked).order_by("submitted_at", "pk")


def answered(user: User, departments: Iterable[Department], *, at: datetime) -> Any:
    """Those that went on, the newest first."""
    rows = _of_people(user, departments, at).exclude(status__in=DECIDED_HERE)
    return rows.order_by("-fiscal_year", "-submitted_at", "-pk")
