"""A job is a row: asked for once, run once, never forgotten, and its failure is told in Japanese."""

from datetime import timedelta

import pytest
from django.db import transaction

from aomori_dx.kernel import progress, tasks
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import Heartbeat, Job, JobState
from aomori_dx.kernel.progress import GIVEN_UP, HANDLERS, REPLACED, Steps
from tests.conftest import NOW
from tests.factories import staff

pytestmark = pytest.mark.django_db
LATER = NOW + progress.SILENCE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def woken():
    """The ids of the jobs a worker was called for."""
    called = []
    progress.wake_with(called.append)
    yield called
    progress.wake_with(tasks.call_worker)


@pytest.fixture
def work():
    """Says which function does the jobs of the kind `count`."""
    yield lambda handler: progress.register("count", handler)
    HANDLERS.pop("count", None)


def ask(key: str = "count:R8", **fields) -> Job:
    return progress.enqueue("count", **{"key": key, "params": {"fiscal_year": 2026}, "by": None, "at": NOW, **fields})


def one_like(job: Job, **fields) -> Job:
    """Another job of the same kind, in some state."""
    return Job.objects.create(kind=job.kind, key=job.key, queued_at=NOW, requested_by_name="システム", **fields)


def interrupted(**fields) -> Job:
    job = ask(**fields)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=NOW, heartbeat_at=NOW, attempts=1)
    return job


def test_asking_twice_leaves_one_job_waiting():
    assert ask() == ask()
    assert ask("count:R9") != ask()
    assert Job.objects.count() == 2


def test_asking_again_while_it_runs_leaves_a_second_one_for_what_changed_meanwhile():
    first = interrupted()
    assert ask() != first
    assert ask() == ask()


def test_the_job_says_who_asked():
    hr = staff.user(staff.employee("津軽　花子"))
    job = ask(by=hr)
    assert (job.requested_by_id, job.requested_by_name) == (hr.pk, "津軽　花子")


def test_a_worker_is_called_when_the_cause_is_committed_and_not_before(woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
        assert woken == []
    assert woken == [job.pk]


def test_a_job_shares_the_fate_of_its_cause():
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_broker_that_fails_never_reaches_the_caller(django_capture_on_commit_callbacks, caplog):
    def away(job_id):
        raise ConnectionError("the broker is away")

    progress.wake_with(away)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
    assert "waits for the sweep" in caplog.text


def test_a_job_runs_with_its_input_and_keeps_its_result(work):
    work(lambda steps: {"double": steps.params["fiscal_year"] * 2})
    job = ask()
    assert progress.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.error, job.attempts) == (JobState.DONE, {"double": 4052}, "", 1)
    assert (job.started_at, job.finished_at) == (NOW, NOW)
    assert not job.is_open


def test_running_twice_does_nothing_the_second_time(work):
    runs = []
    work(lambda steps: runs.append(1))
    job = ask()
    assert [progress.run(job.pk), progress.run(job.pk)] == [True, False]
    assert runs == [1]
    assert not progress.run(job.pk + 1)  # nor does a job that is not there


def test_the_person_sees_how_far_it_is(work):
    seen = []

    def handler(steps: Steps) -> None:
        steps.at(3, 40, "総務部")
        seen.append(Job.objects.values_list("state", "done", "total", "message").get())

    work(handler)
    progress.run(ask().pk)
    assert seen == [(JobState.RUNNING, 3, 40, "総務部")]


def test_a_refusal_is_told_as_it_is(work):
    def handler(steps: Steps) -> None:
        raise RuleBroken("この年度には計画がありません。")

    work(handler)
    job = ask()
    progress.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "この年度には計画がありません。")


def test_an_unexpected_failure_is_told_in_japanese_without_its_details(work, caplog):
    def handler(steps: Steps) -> None:
        raise ZeroDivisionError("secret inside")

    work(handler)
    job = ask()
    progress.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error == "予期しないエラーです(ZeroDivisionError)。システム担当に連絡してください。"
    assert "secret inside" in caplog.text


def test_a_kind_that_nobody_does_fails_instead_of_waiting_for_ever():
    job = ask()
    progress.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED


class Killed(BaseException):
    """What nothing in the house catches, like a SIGKILL."""


def test_a_job_whose_worker_was_killed_is_run_again_from_the_start(work, woken):
    def killed(steps: Steps) -> None:
        steps.at(3, 40, "総務部")
        raise Killed

    work(killed)
    job = ask()
    with pytest.raises(Killed):
        progress.run(job.pk)
    assert progress.sweep(at=NOW + timedelta(seconds=1)) == 0  # it may still be at work
    assert progress.sweep(at=LATER) == 1
    assert woken[-1] == job.pk
    seen = []
    work(lambda steps: seen.append(Job.objects.values_list("done", "total", "attempts").get()))
    assert progress.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert seen == [(0, 0, 2)]


def test_a_job_that_is_always_interrupted_is_given_up():
    job = interrupted()
    Job.objects.filter(pk=job.pk).update(attempts=progress.ATTEMPTS)
    progress.sweep(at=LATER)
    job.refresh_from_db()
    assert (job.state, job.error, job.finished_at) == (JobState.FAILED, GIVEN_UP, LATER)


def test_an_interrupted_job_gives_way_to_a_newer_one_of_its_key():
    job = interrupted()
    newer = ask()
    progress.sweep(at=LATER)
    job.refresh_from_db()
    newer.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, REPLACED)
    assert newer.state == JobState.QUEUED


def test_a_forgotten_job_is_announced_again_and_a_fresh_one_is_left_alone(woken):
    job = ask()
    assert progress.sweep(at=NOW + progress.FORGOTTEN) == 0
    assert progress.sweep(at=NOW + progress.FORGOTTEN + timedelta(seconds=1)) == 1
    assert woken == [job.pk]


def test_a_job_that_shows_life_is_left_alone():
    job = interrupted()
    Job.objects.filter(pk=job.pk).update(heartbeat_at=LATER)
    progress.sweep(at=LATER)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_worker_that_was_thought_dead_does_not_speak_for_its_successor(work):
    """It wakes up, after the sweep gave its job to somebody else: neither its progress nor its end counts."""

    def sleeps_too_long(steps: Steps) -> str:
        progress.sweep(at=LATER)
        Job.objects.update(state=JobState.RUNNING, attempts=2, message="二度目")
        steps.at(40, 40, "一度目")
        return "一度目"

    work(sleeps_too_long)
    job = ask()
    progress.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, job.result) == (JobState.RUNNING, "二度目", None)


def test_the_worker_gives_one_sign_of_life_that_moves():
    assert progress.worker_seen_at() is None
    progress.beat(at=NOW)
    progress.beat(at=LATER)
    assert progress.worker_seen_at() == LATER
    assert Heartbeat.objects.count() == 1
