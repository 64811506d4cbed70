"""Calling a worker: a broker that is gone, or takes the call and never answers, holds nobody up."""

import socket
from threading import Event, Thread

import pytest
from celery import current_app

from aomori_dx.kernel import progress, tasks
from aomori_dx.kernel.models import Job, JobState
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker_at():
    """Points the Celery application to a Redis at a port."""
    before = current_app.conf.broker_url

    def point_to(port: int) -> None:
        current_app.conf.broker_url = f"redis://127.0.0.1:{port}/0"

    yield point_to
    current_app.conf.broker_url = before


def ask_and_commit(callbacks) -> Job:
    with callbacks(execute=True):
        job = progress.enqueue("count", key="count:R8", params={}, by=None, at=NOW)
    return Job.objects.get(pk=job.pk)


def test_a_broker_that_is_gone_leaves_the_job_waiting(broker_at, django_capture_on_commit_callbacks, caplog):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        broker_at(unused.getsockname()[1])
    assert ask_and_commit(django_capture_on_commit_callbacks).state == JobState.QUEUED
    assert "waits for the sweep" in caplog.text


@pytest.mark.real_time
def test_a_broker_that_never_answers_is_given_up(broker_at, django_capture_on_commit_callbacks, caplog):
    """It would hold its callers for half a minute; the person is free long before."""
    over, gave_in = Event(), Event()

    def hold_the_line(silent: socket.socket) -> None:
        over.wait(30)
        gave_in.set()
        silent.close()

    silent = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=hold_the_line, args=(silent,))
    thread.start()
    broker_at(silent.getsockname()[1])
    job = ask_and_commit(django_capture_on_commit_callbacks)
    free_before = not gave_in.is_set()
    over.set()
    thread.join()
    assert free_before
    assert job.state == JobState.QUEUED
    assert "waits for the sweep" in caplog.text


def test_the_kernels_tasks_run_twice_leave_what_once_leaves():
    for task in (tasks.sweep_jobs, tasks.deliver_outbox, tasks.beat):
        task()
        before = list(Job.objects.values())
        task()
        assert list(Job.objects.values()) == before
    assert progress.worker_seen_at() == NOW
    job = progress.enqueue("nobody-does-it", key="x", params={}, by=None, at=NOW)
    tasks.run_job(job.pk)
    once = Job.objects.values().get()
    tasks.run_job(job.pk)
    assert Job.objects.values().get() == once
