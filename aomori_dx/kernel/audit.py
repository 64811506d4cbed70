"""Recording who did what. Rows are only ever added."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from aomori_dx.kernel import bulk
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent

SYSTEM = "システム"


def actor_name(by: Any) -> str:
    """The name to keep beside an act; None is the system itself (a job, a command)."""
    return SYSTEM if by is None else str(by)[:100]


def event(
    obj: models.Model, action: str, *, by: Any, at: datetime, before: Any = None, after: Any = None, reason: str = ""
) -> AuditEvent:
    """An audit event that is not saved yet, for those who write many at once.

    `before` and `after` are values of columns: text, numbers, dates, fiscal years, or a dict or list of them.
    """
    return AuditEvent(
        at=at,
        by_id=getattr(by, "pk", None),
        by_name=actor_name(by),
        action=action,
        model=obj._meta.label_lower,
        object_pk=str(obj.pk),
        object_label=str(obj)[:200],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
    )


def record(
    obj: models.Model, action: str, *, by: Any, at: datetime, before: Any = None, after: Any = None, reason: str = ""
) -> AuditEvent:
    """Write one event. Call it in the transaction of the change."""
    row = event(obj, action, by=by, at=at, before=before, after=after, reason=reason)
    row.save()
    return row


def record_on_list(
    model: type[models.Model], action: str, *, label: str, by: Any, at: datetime, after: Any = None
) -> AuditEvent:
    """Write one event about many rows of a model at once: that a list was looked at, or handed out as a file."""
    row = AuditEvent(
        at=at,
        by_id=getattr(by, "pk", None),
        by_name=actor_name(by),
        action=action,
        model=model._meta.label_lower,
        object_pk="",
        object_label=label[:200],
        after=_plain(after),
    )
    row.save()
    return row


def record_all(events: Iterable[AuditEvent]) -> None:
    """Write many events, set-based."""
    bulk.insert_all(AuditEvent, events, keyed=False)


def history_of(obj: models.Model) -> models.QuerySet[AuditEvent]:
    """What happened to `obj`, newest first."""
    return AuditEvent.objects.filter(model=obj._meta.label_lower, object_pk=str(obj.pk))


def _plain(value: Any) -> Any:
    """The value in a form that JSON holds in every database; a fiscal year as the number that its column holds."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL has no NUL in a text
    if isinstance(value, FiscalYear):
        return int(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value
