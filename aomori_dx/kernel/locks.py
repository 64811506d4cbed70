"""Locks that belong to no row: some acts wait for each other although nothing they write is the same."""

from django.db import connection


def hold(name: str, *, shared: bool = False) -> None:
    """Hold the lock called `name` until the transaction ends. Holders of the shared lock do not wait for each other.

    Read what the act depends on after this call. SQLite lets one writer in at a time from the start of its
    transaction (IMMEDIATE), and needs no lock.
    """
    if connection.vendor != "postgresql":
        return
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s))", [f"aomori_dx.{name}"])
