"""Refusals with a reason that the person can read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, models


class DomainError(Exception):
    """What the programme refuses. `str()` is a Japanese sentence for the person who tried."""


class NotAllowed(DomainError):
    """This person may not do it."""


class RuleBroken(DomainError):
    """Nobody may do it, as things stand."""


# Only the first line is read: below it PostgreSQL quotes the values. SQLite names checks and indexes of
# expressions; of other unique constraints it says only `table.column, …`.
_NAMES = (
    re.compile(r'constraint "([^"]+)"'),
    re.compile(r"^CHECK constraint failed: (\w+)$"),
    re.compile(r"^UNIQUE constraint failed: index '(\w+)'$"),
)
_COLUMNS = re.compile(r"^UNIQUE constraint failed: (\w+\.\w+(?:, \w+\.\w+)*)$")


@contextmanager
def constraints_as_rules() -> Iterator[None]:
    """Turn a violated named constraint into RuleBroken with that constraint's own sentence.

    Anything else (a foreign key, a column that must not be empty) is a mistake of ours and passes through.
    Use it around the write, inside a savepoint of its own where the transaction is to go on.
    """
    try:
        yield
    except IntegrityError as error:
        constraint = _violated(str(error))
        if constraint is None:
            raise
        raise RuleBroken(str(constraint.get_violation_error_message())) from error


def _violated(text: str) -> models.BaseConstraint | None:
    line = text.partition("\n")[0]
    for pattern in _NAMES:
        if match := pattern.search(line):
            return next((row for _, row in _constraints() if row.name == match[1]), None)
    if match := _COLUMNS.match(line):
        columns = set(match[1].split(", "))
        return next((row for model, row in _constraints() if _columns(model, row) == columns), None)
    return None


def _constraints() -> Iterator[tuple[type[models.Model], models.BaseConstraint]]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            yield model, constraint


def _columns(model: type[models.Model], constraint: models.BaseConstraint) -> set[str]:
    """What SQLite calls a unique constraint. No two of a model have the same columns: tests/architecture."""
    names = constraint.fields if isinstance(constraint, models.UniqueConstraint) else ()
    return {f"{model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields if field.name in names}
