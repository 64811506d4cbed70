"""The address under which calendars read a person's training: given, given anew, stopped."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed
from staff.models import Employee, User
from training import permissions as may
from training.models import CalendarFeed

NOT_YOURS = "カレンダーの配信は、在職している職員だけが使えます。"


@transaction.atomic
def renew(person: Employee, *, by: User, at: datetime) -> str:
    """A new token for the person's feed; the one before is good for nothing from now on. Only its hash is kept.

    Raises NotAllowed for anybody else.
    """
    stop(person, by=by, at=at)
    token = secrets.token_urlsafe(32)
    row = CalendarFeed.objects.create(employee=person, token_hash=_hash(token), created_at=at)
    audit.record(row, "feed_opened", by=by, at=at)
    return token


@transaction.atomic
def stop(person: Employee, *, by: User, at: datetime) -> bool:
    """No feed any more; whether there was one. Raises NotAllowed for anybody else."""
    if not may.book(by, day_of(at)) or by.employee_id != person.pk:
        raise NotAllowed(NOT_YOURS)
    Employee.objects.select_for_update().get(pk=person.pk)  # two clicks at once leave one feed
    row = open_feed(person)
    if row is None:
        return False
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    audit.record(row, "feed_stopped", by=by, at=at)
    return True


def open_feed(person: Employee) -> CalendarFeed | None:
    """The feed that is open now."""
    return CalendarFeed.objects.filter(employee=person, revoked_at__isnull=True).first()


def reader(token: str, *, at: datetime) -> Employee | None:
    """Whose calendar this token opens; None for any other, and for who has left."""
    open_rows = CalendarFeed.objects.filter(revoked_at__isnull=True, token_hash=_hash(token))
    row = open_rows.select_related("employee").first() if token else None
    return row.employee if row and row.employee.in_service_on(day_of(at)) else None


def _hash(token: str) -> str:
    """256 random bits need no salt, and a hash that is the same can be looked up."""
    return sha256(token.encode()).hexdigest()
