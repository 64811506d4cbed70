"""Correcting rows by hand: what a row says, what changed in it, and writing it together with its record."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.dispatch import Signal

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear

Values = dict[str, Any]

SHORTEST_REASON = 5
NEVER_RECORDED = frozenset({"password", "last_login"})
"""A secret, and what changes by itself at each login."""

corrected = Signal()
"""Sent with `by` and `at` in the transaction of a correction; the sender is the model. Floors above listen."""


def recorded_fields(model: type[models.Model]) -> list[models.Field]:
    """What a person states in a row: neither its key, nor what is derived (search keys), nor a secret."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in NEVER_RECORDED
    ]


def values_of(obj: models.Model) -> Values:
    """The row as the audit keeps it: codes of choices, ISO dates, R8, and for a reference its label and id."""
    return {field.name: _kept(field, obj) for field in recorded_fields(type(obj))}


def _kept(field: models.Field, obj: models.Model) -> Any:
    if field.is_relation:
        related = getattr(obj, field.name)
        return None if related is None else f"{related}(ID {related.pk})"
    value = field.value_from_object(obj)
    if isinstance(value, FiscalYear):
        return value.short
    return value.isoformat() if isinstance(value, date) else value


def differences(before: Values, after: Values) -> tuple[Values, Values]:
    """Exactly what differs, as it was and as it is."""
    names = [name for name, value in after.items() if before.get(name) != value]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def demand_reason(reason: str) -> str:
    """The reason without white space around it. Raises RuleBroken where it says nothing."""
    plain = reason.strip()
    if len(plain) < SHORTEST_REASON:
        raise RuleBroken(f"訂正の理由を{SHORTEST_REASON}文字以上で書いてください。")
    return plain


def keep_constraints(obj: models.Model) -> None:
    """Ask every constraint of the model, whatever a form leaves out. Raises RuleBroken with their sentences.

    SQLite cannot refuse overlapping periods by itself; call it in the transaction that writes.
    """
    try:
        obj.validate_constraints()
    except ValidationError as error:
        raise RuleBroken("\n".join(error.messages)) from error


@transaction.atomic
def write(obj: models.Model, *, before: Values | None, by: Any, at: datetime, reason: str) -> Values:
    """Save a row with its audit event. `before`: what it said, None for a new one. Returns what changed.

    A row in which nothing changed leaves no event. Raises RuleBroken: no reason, a closed fiscal year, or a
    constraint refuses.
    """
    plain = demand_reason(reason)
    closing.ensure_row_open(type(obj), before, values_of(obj))
    keep_constraints(obj)
    with constraints_as_rules():
        obj.save()
    old, new = differences(before or {}, values_of(obj))
    if before is None:
        audit.record(obj, "added", by=by, at=at, after=values_of(obj), reason=plain)
    elif new:
        audit.record(obj, "corrected", by=by, at=at, before=old, after=new, reason=plain)
    if new:
        announce(type(obj), by=by, at=at)
    return new


@transaction.atomic
def remove(obj: models.Model, *, by: Any, at: datetime, reason: str) -> None:
    """Delete a row of reference data on which nothing rests. Raises RuleBroken where something does, or its year is
    closed."""
    plain = demand_reason(reason)
    closing.ensure_row_open(type(obj), values_of(obj), None)
    audit.record(obj, "removed", by=by, at=at, before=values_of(obj), reason=plain)
    try:
        obj.delete()
    except ProtectedError as error:
        raise RuleBroken("ほかのデータから参照されているため、削除できません。") from error
    announce(type(obj), by=by, at=at)


def announce(model: type[models.Model], *, by: Any, at: datetime) -> None:
    """Tell the floors above that rows of `model` were corrected. Call it in the transaction."""
    corrected.send(sender=model, by=by, at=at)


def raw_values(obj: models.Model, names: Iterable[str]) -> dict[str, str | None]:
    """The columns as plain text, to be compared later: has somebody else changed the row?"""
    wanted = set(names)
    fields = [field for field in obj._meta.concrete_fields if field.name in wanted]
    return {
        field.name: None if field.value_from_object(obj) is None else field.value_to_string(obj) for field in fields
    }
