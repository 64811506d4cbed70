"""Jobs among real threads: one worker takes a job, a long step does not pass for a dead worker."""

from functools import partial
from threading import Event
from time import sleep

import pytest
from django.db import transaction
from django.db.models import QuerySet

from aomori_dx.kernel import clock, outbox, progress, tasks
from aomori_dx.kernel.models import Job, JobState, OutboxMessage
from tests.conftest import NOW
from tests.kernel.racing import AT_MOST, need_row_locks, together, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def work():
    progress.wake_with(lambda job_id: None)
    yield lambda handler: progress.register("count", handler)
    progress.HANDLERS.pop("count", None)
    progress.wake_with(tasks.call_worker)


def ask(key: str = "count:R8") -> Job:
    return progress.enqueue("count", key=key, params={}, by=None, at=NOW)


def test_two_workers_called_for_one_job_run_it_once(work):
    need_row_locks()
    runs = []
    work(lambda steps: runs.append(1))
    job = ask()
    assert sorted(together(*[partial(progress.run, job.pk)] * 4)) == [False, False, False, True]
    assert runs == [1]


def test_many_people_ask_at_once_and_one_job_waits(work):
    need_row_locks()
    jobs = together(*[ask] * 6)
    assert {type(job) for job in jobs} == {Job}
    assert len({job.pk for job in jobs}) == Job.objects.count() == 1


def test_asking_while_workers_take_the_job_never_fails(work):
    need_row_locks()
    work(lambda steps: None)

    def ask_and_run() -> bool:
        return progress.run(ask().pk)

    for _ in range(5):
        assert all(isinstance(outcome, bool) for outcome in together(*[ask_and_run] * 6))
    assert not Job.objects.exclude(state=JobState.DONE).exists()


def join_while_a_worker_looks(work) -> list[bool]:
    """Somebody joins a waiting job with a cause that is not committed yet; what does the job see of it?"""
    need_row_locks()
    seen: list[bool] = []
    work(lambda steps: seen.append(OutboxMessage.objects.exists()))
    job = ask()
    joined, looked = Event(), Event()

    def join() -> None:
        with transaction.atomic():
            outbox.write(key="cause", to="a@example.jp", subject="", body="", at=NOW)
            assert ask() == job
            joined.set()
            wait_until(looked.is_set)

    def look() -> None:
        joined.wait(AT_MOST)
        progress.run(job.pk)
        looked.set()

    assert together(join, look) == [None, None]
    return seen


def test_a_change_that_joins_a_waiting_job_is_seen_by_it(work):
    assert join_while_a_worker_looks(work) == [True]


def test_without_the_lock_the_job_would_miss_it(work, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    assert join_while_a_worker_looks(work) == [False]


@pytest.mark.real_time
def test_a_long_step_shows_life_all_the_while(work, monkeypatch):
    need_row_locks()
    monkeypatch.setattr(progress, "PULSE_SECONDS", 0.05)
    job = ask()

    def long_step(steps) -> None:
        for _ in range(100):  # until the pulse came through, at most five seconds
            sleep(0.05)
            row = Job.objects.get(pk=job.pk)
            if row.heartbeat_at and row.started_at and row.heartbeat_at > row.started_at:
                return
        raise AssertionError("no sign of life")

    work(long_step)
    progress.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert progress.sweep(at=clock.now()) == 0


@pytest.mark.real_time
def test_how_far_a_job_is_shows_while_its_transaction_goes_on(work, monkeypatch):
    need_row_locks()
    monkeypatch.setattr(progress, "TOLD_SECONDS", 0.05)
    job, shown = ask(), Event()

    def long_transaction(steps) -> None:
        with transaction.atomic():
            progress.note(3, 10, "書き込んでいます。")
            assert shown.wait(AT_MOST)

    def look() -> None:
        wait_until(lambda: Job.objects.filter(pk=job.pk, done=3, total=10, message="書き込んでいます。").exists())
        shown.set()

    work(long_transaction)
    assert together(partial(progress.run, job.pk), look) == [True, None]
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 10)
