"""Refusals with a reason that the person can read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError


class DomainError(Exception):
    """What the programme refuses. `str()` is a Japanese sentence for the person who tried."""


class NotAllowed(DomainError):
    """This person may not do it."""


class RuleBroken(DomainError):
    """Nobody may do it, as things stand."""


@contextmanager
def constraints_as_rules() -> Iterator[None]:
    """Turn a violated named constraint into RuleBroken with that constraint's own sentence.

    Use it around the write, inside a savepoint of its own where the transaction is to go on.
    """
    try:
        yield
    except IntegrityError as error:
        message = _message_of(str(error))
        if message is None:
            raise
        raise RuleBroken(message) from error


def _message_of(text: str) -> str | None:
    """PostgreSQL and SQLite checks name the constraint; SQLite uniqueness names `table.column, …`."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name in text:
                return str(constraint.get_violation_error_message())
    if text.startswith("UNIQUE constraint failed: "):
        columns = set(text.removeprefix("UNIQUE constraint failed: ").split(", "))
        for model in apps.get_models():
            for constraint in model._meta.constraints:
                fields = getattr(constraint, "fields", ())
                if fields and columns == {
                    f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in fields
                }:
                    return str(constraint.get_violation_error_message())
    return None
