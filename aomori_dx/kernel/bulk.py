"""Many new rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

`bulk_create` writes the SQL of every row anew, which takes longer than the database takes to store it. Here the
statement is the same for all rows; what a value becomes in the database is still said by its field.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

PORTION = 10_000
"""So many rows are on their way to the database at a time."""

_RECURRING = (str, type(None), bool, date, datetime)
"""Kinds of values of which many rows have the same, and of which equal ones are the same in the database."""
_SIGNS = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
"""What means something in the text form of COPY; the backslash comes first."""


def insert_all(model: type[models.Model], rows: Iterable[models.Model], *, keyed: bool = True) -> None:
    """Insert new rows of one table, all or none, and give them their primary keys. As `bulk_create`: no signals.

    Rows that have a key keep it. Without `keyed` the database gives the keys, and nobody asks for them. Raises what
    the database refuses as `bulk_create` does, and TypeError for a value that only a query could compute.
    """
    if model._meta.parents:
        raise ValueError(f"{model.__name__} lies in several tables.")
    database = connections[DEFAULT_DB_ALIAS]
    write = _copy if database.vendor == "postgresql" else _execute_many
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    fields = fields if keyed else [field for field in fields if not field.primary_key]
    quote = database.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})"
    waiting = iter(rows)
    with transaction.atomic(savepoint=False):
        while part := list(islice(waiting, PORTION)):
            for row in part:
                row._prepare_related_fields_for_save(operation_name="insert_all")  # type: ignore[attr-defined]
            if keyed:
                _number(model, [row for row in part if row.pk is None], database)
            write(into, fields, part, database)
            for row in part if keyed else ():
                row._state.adding, row._state.db = False, database.alias


def _number(model: type[models.Model], rows: Sequence[models.Model], database: Any) -> None:
    """Give new rows the next keys of their table. Nobody else gets them: a sequence, or the one writer of SQLite."""
    if rows and isinstance(model._meta.pk, models.AutoField):
        for row, key in zip(rows, _next_keys(model, len(rows), database), strict=True):
            row.pk = key


def _next_keys(model: type[models.Model], number: int, database: Any) -> Iterable[int]:
    table, column = model._meta.db_table, model._meta.pk.column
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                "WITH keys AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name)"
                " SELECT nextval(keys.name) FROM keys, generate_series(1, %s)",
                [database.ops.quote_name(table), column, number],
            )
            return sorted(key for (key,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
    return range(last + 1, last + 1 + number)


def _execute_many(into: str, fields: Sequence[models.Field], rows: Sequence[models.Model], database: Any) -> None:
    columns = [_column(field, rows, database, lambda value: value) for field in fields]
    marks = ", ".join(["%s"] * len(columns))
    with database.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", zip(*columns, strict=True))


def _copy(into: str, fields: Sequence[models.Field], rows: Sequence[models.Model], database: Any) -> None:
    """Raises ValueError for a NUL, as psycopg2 does: PostgreSQL has none in a text.

    Whoever watches statements (`execute_wrapper`) sees this one too: Django itself has no COPY.
    """
    columns = [_column(field, rows, database, _as_text) for field in fields]
    text = "\n".join(map("\t".join, zip(*columns, strict=True)))
    if "\0" in text:
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")
    with database.cursor() as cursor, database.wrap_database_errors:

        def execute(sql: str, params: Any, many: bool, context: Any) -> None:
            cursor.copy_expert(sql, io.StringIO(text))

        for watch in reversed(database.execute_wrappers):
            execute = partial(watch, execute)
        execute(f"COPY {into} FROM STDIN", None, False, {"connection": database, "cursor": cursor})


def _column(
    field: models.Field, rows: Sequence[models.Model], database: Any, encode: Callable[[Any], Any]
) -> list[Any]:
    """What the rows hold in this column, said by its field: once for a value that recurs."""
    read, prepare = field.pre_save, field.get_db_prep_save
    known: dict[type, dict[Any, Any]] = {kind: {} for kind in _RECURRING}
    column = []
    for row in rows:
        value = read(row, True)
        same = known.get(type(value))
        if same is None:
            if hasattr(value, "resolve_expression"):
                raise TypeError(f"{field.name}: only a query could compute this value.")
            column.append(encode(prepare(value, database)))
            continue
        if value not in same:
            same[value] = encode(prepare(value, database))
        column.append(same[value])
    return column


def _escaped(text: str) -> str:
    for sign, written in _SIGNS.items():
        if sign in text:
            text = text.replace(sign, written)
    return text


def _as_text(value: Any) -> str:
    """A value in the text form of COPY: as psycopg2 would adapt it."""
    known = _TEXTS.get(type(value))
    if known:
        return known(value)
    if hasattr(value, "dumps"):  # psycopg2's Json
        return _escaped(value.dumps(value.adapted))
    inner = getattr(value, "adapted", value)  # psycopg2's Binary
    if isinstance(inner, (bytes, bytearray, memoryview)):
        return f"\\\\x{inner.hex()}"
    known = next((_TEXTS[kind] for kind in type(inner).__mro__ if kind in _TEXTS), None)
    if known is None:
        raise TypeError(f"{type(value).__name__} cannot be copied into a table.")
    return known(value)


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: _escaped,
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: int.__str__,
    float: repr,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
}
