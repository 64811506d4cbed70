"""The bare cost of the same work on the same machine: what a ratio is taken of."""

import io
import time
from collections.abc import Callable

from django.db import connection
from python_calamine import CalamineWorkbook

COLUMNS = 15


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds of the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read_and_upsert(workbook: bytes, *, times: int = 1) -> float:
    """Read the workbook by calamine, then COPY (PostgreSQL) or executemany (SQLite) into a bare table, and upsert."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()[1:]
    read = seconds(lambda: CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python())
    write = _copy if connection.vendor == "postgresql" else _executemany
    return read + min(seconds(lambda: write(rows)) for _ in range(times))


def _tables() -> None:
    columns = ", ".join(f"c{n} text" for n in range(1, COLUMNS))
    with connection.cursor() as cursor:
        for name in ("bare_staging", "bare_people"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TABLE {name} (c0 text PRIMARY KEY, {columns})")


def _upsert() -> str:
    sets = ", ".join(f"c{n} = excluded.c{n}" for n in range(1, COLUMNS))
    return f"INSERT INTO bare_people SELECT * FROM bare_staging WHERE true ON CONFLICT (c0) DO UPDATE SET {sets}"


def _copy(rows: list[list]) -> None:
    _tables()
    text = "".join("\t".join(str(cell) for cell in row[:COLUMNS]) + "\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY bare_staging FROM STDIN", io.StringIO(text))
        cursor.execute(_upsert())


def _executemany(rows: list[list]) -> None:
    _tables()
    marks = ", ".join(["%s"] * COLUMNS)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO bare_staging VALUES ({marks})", [row[:COLUMNS] for row in rows])
        cursor.execute(_upsert())
