"""Two workers compute at once, somebody imports meanwhile: one row, and figures of one moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from stages.models import QuotaSnapshot
from stages.quota import engine
from stages.services import quota_facts, quotas
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import stages as make
from tests.factories.stages import R8
from tests.kernel.racing import AT_MOST, need_row_locks, together

TODAY = date(2026, 11, 23)
ONE_ROW = next(row for row in QuotaSnapshot._meta.constraints if row.name == "quota_same_facts_same_snapshot")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def two_workers_at_once():
    """Both have looked for the row and found none before either writes it."""
    both_found_none = Barrier(2)

    def wait_before_writing(execute, sql, params, many, context):
        if sql.startswith("INSERT INTO") and QuotaSnapshot._meta.db_table in sql:
            both_found_none.wait(AT_MOST)
        return execute(sql, params, many, context)

    def work():
        with connection.execute_wrapper(wait_before_writing):
            return quotas.compute(R8, as_of=TODAY, at=NOW)

    return together(work, work)


@contextmanager
def without_the_constraint():
    with connection.schema_editor() as editor:
        editor.remove_constraint(QuotaSnapshot, ONE_ROW)
    try:
        yield
    finally:
        QuotaSnapshot.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(QuotaSnapshot, ONE_ROW)


def test_two_workers_at_once_keep_one_row():
    need_row_locks()
    make.plan()

    one, other = two_workers_at_once()

    assert one == other == QuotaSnapshot.objects.get()


def test_without_the_constraint_they_would_keep_two():
    need_row_locks()
    make.plan()

    with without_the_constraint():
        one, other = two_workers_at_once()

        assert one != other
        assert QuotaSnapshot.objects.count() == 2


@contextmanager
def somebody_appoints_meanwhile():
    """A promoter is committed by another connection after the appointed and before those in service are counted."""

    place = staff.department()

    def appoint():
        make.promoter(department=place)
        connection.close()

    def between(execute, sql, params, many, context):
        if 'AS "in_service"' in sql:
            with ThreadPoolExecutor(1) as other:
                other.submit(appoint).result()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        yield


def test_the_figures_are_those_of_one_moment():
    need_row_locks()
    make.plan()

    with somebody_appoints_meanwhile():
        figures = quotas.compute(R8, as_of=TODAY, at=NOW).figures

    assert (figures["appointed"], figures["still_in_service"]) == (0, 0)
    assert quotas.compute(R8, as_of=TODAY, at=NOW).figures["appointed"] == 1


def test_read_one_after_another_they_would_contradict_each_other():
    need_row_locks()
    make.plan()

    with somebody_appoints_meanwhile():
        facts = quota_facts.load(R8, as_of=TODAY)[1]

    assert (engine.appointed(facts).value, engine.still_in_service(facts).value) == (0, 1)
