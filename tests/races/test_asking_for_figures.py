"""Two clicks at the same moment are one job, though a worker takes the first at once."""

from threading import Event

import pytest
from django.db import connection
from django.db.models import QuerySet

from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.models import Job, JobState
from reports.services import computation
from tests.factories import programme, stages
from tests.kernel.racing import AT_MOST, need_row_locks, together, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def taken(monkeypatch) -> Event:
    """A worker that takes a job the moment it is announced."""
    taken = Event()

    def take(job_id: int) -> None:
        Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(state=JobState.RUNNING, heartbeat_at=clock.now())
        taken.set()

    monkeypatch.setattr(progress, "_wakers", [take])
    return taken


def _two_clicks(taken: Event) -> int:
    """Both look before either has written; the second writes when the worker has the first. Returns the jobs."""
    stages.plan()
    user = programme.officer()
    first_writes, second_writes = Event(), Event()

    def ask(before_writing) -> None:
        def pause(execute, sql, params, many, context):
            if sql.startswith('INSERT INTO "kernel_job"'):
                before_writing()
            return execute(sql, params, many, context)

        with connection.execute_wrapper(pause):
            computation.ask(seen=0, by=user, at=clock.now())

    def first() -> None:
        ask(lambda: (first_writes.set(), wait_until(second_writes.is_set)))

    def second() -> None:
        first_writes.wait(AT_MOST)
        ask(lambda: (second_writes.set(), taken.wait(AT_MOST)))

    for answer in together(first, second):
        assert not isinstance(answer, Exception), answer
    return Job.objects.count()


def test_two_clicks_at_once_are_one_job(taken):
    need_row_locks()
    assert _two_clicks(taken) == 1


def test_without_the_lock_they_would_be_two(taken, monkeypatch):
    need_row_locks()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    assert _two_clicks(taken) == 2
