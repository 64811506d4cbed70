"""Background jobs: asked for in a transaction, run by a worker, watched by the person who asked.

The `Job` row is the truth. The broker only wakes a worker up; a sweep wakes it again for what a lost message
or a killed worker left behind. So every handler must be safe to run twice.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from aomori_dx.kernel import clock
from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.models import Heartbeat, Job, JobState

log = logging.getLogger(__name__)

SILENCE = timedelta(seconds=settings.JOB_SILENCE_SECONDS)
"""A running job without a heartbeat for this long was interrupted."""
FORGOTTEN = timedelta(seconds=settings.JOB_FORGOTTEN_SECONDS)
"""A queued job that nobody took for this long is announced again."""
PULSE_SECONDS = settings.JOB_SILENCE_SECONDS / 5
"""How often the process that runs a job says so."""
TOLD_SECONDS = 2.0
"""How often it says how far the job is, where that has changed."""
ATTEMPTS = 5
WORKER = "worker"

UNEXPECTED = "予期しないエラーです({})。システム担当に連絡してください。"
GIVEN_UP = "何度も中断したため、実行をやめました。システム担当に連絡してください。"
REPLACED = "中断されました。同じ処理があらためて実行されます。"

Handler = Callable[["Steps"], Any]
HANDLERS: dict[str, Handler] = {}
_wakers: list[Callable[[int], None]] = []


def register(kind: str, handler: Handler) -> None:
    """Say which function does the jobs of a kind. Called in `AppConfig.ready`."""
    HANDLERS[kind] = handler


def wake_with(waker: Callable[[int], None]) -> None:
    """Say how a worker is woken up for a job. Called once, by the tasks module."""
    _wakers[:] = [waker]


class Steps:
    """What a handler holds: its input, and the means to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.noted: dict[str, Any] = {}

    def at(self, done: int, total: int, message: str = "") -> None:
        """Say how far the job is. Call it outside the transaction of the work, else nobody sees it."""
        self.noted = {"done": done, "total": total, "message": message[:200]}
        _mine(self.job).update(**self.noted, heartbeat_at=clock.now())


_running: ContextVar[Steps | None] = ContextVar("running job", default=None)


def note(done: int, total: int, message: str) -> None:
    """Say how far the running job is, also inside its transaction; nothing where no job runs.

    What is noted inside a transaction is told by the pulse, which has a connection of its own: within seconds on
    PostgreSQL. SQLite lets nobody else write until the transaction is over.
    """
    steps = _running.get()
    if steps and connection.in_atomic_block:
        steps.noted = {"done": done, "total": total, "message": message[:200]}
    elif steps:
        steps.at(done, total, message)


@transaction.atomic
def enqueue(kind: str, *, key: str, params: dict[str, Any], by: Any, at: datetime) -> Job:
    """Ask for a job. A job with the same key that still waits is returned instead of a second one."""
    asked = Job(
        kind=kind,
        key=key,
        params=params,
        requested_by_id=getattr(by, "pk", None),
        requested_by_name=actor_name(by),
        queued_at=at,
    )
    job = _waiting(key) or _put(asked) or _waiting(key) or _put(asked)
    if job is None:  # twice a job of this key appeared and was taken before we could look: it has just begun
        job = Job.objects.filter(key=key).latest("pk")
    transaction.on_commit(partial(wake, job.pk))
    return job


def _waiting(key: str) -> Job | None:
    """The job that waits, locked until the asker commits: no worker may take it before it can see the cause."""
    return Job.objects.select_for_update().filter(key=key, state=JobState.QUEUED).first()


def _put(job: Job) -> Job | None:
    """The job in the queue; None if another one with its key got there first."""
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        return None
    return job


def wake(job_id: int) -> None:
    """Call a worker. If the broker is away the job waits for the sweep; the person sees no error."""
    for waker in _wakers:
        try:
            waker(job_id)
        except Exception as error:  # whatever the broker does: the row is the truth, the sweep comes by
            log.warning("Job %s waits for the sweep: the broker did not take it (%s)", job_id, error)


def run(job_id: int) -> bool:
    """Run a queued job once; False if it is not waiting any more (somebody else took it)."""
    at = clock.now()
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        started_at=at,
        heartbeat_at=at,
        attempts=F("attempts") + 1,
        done=0,
        total=0,
        message="",
        error="",
    )
    if not taken:
        return False
    job = Job.objects.get(pk=job_id)
    try:
        with _pulse(steps := Steps(job)):
            result = HANDLERS[job.kind](steps)
    except DomainError as refusal:
        _finish(job, JobState.FAILED, error=str(refusal))
    except Exception as error:
        log.exception("Job %s (%s) failed", job_id, job.kind)
        _finish(job, JobState.FAILED, error=UNEXPECTED.format(type(error).__name__))
    else:
        _finish(job, JobState.DONE, result=result)
    return True


def _mine(job: Job) -> QuerySet[Job]:
    """The row as long as this attempt owns it: a worker that was thought dead must not speak for its successor."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _finish(job: Job, state: JobState, *, result: Any = None, error: str = "") -> None:
    _mine(job).update(state=state, result=result, error=error, finished_at=clock.now())


@contextmanager
def _pulse(steps: Steps) -> Iterator[None]:
    """Say every few seconds that this process is alive, whatever the handler is busy with.

    So a silent job is one whose worker is gone, and not one that takes long over a step.
    """
    over = Event()
    thread = Thread(target=_beat_until, args=(steps, over), name=f"pulse-{steps.job.pk}", daemon=True)
    thread.start()
    token = _running.set(steps)
    try:
        yield
    finally:
        _running.reset(token)
        over.set()
        thread.join()


def _beat_until(steps: Steps, over: Event) -> None:
    quiet, told = 0.0, steps.noted
    patience = min(TOLD_SECONDS, PULSE_SECONDS) if connection.vendor == "postgresql" else PULSE_SECONDS
    try:
        while not over.wait(patience):
            quiet += patience
            news = steps.noted
            if quiet < PULSE_SECONDS and news is told:
                continue
            quiet, told = 0.0, news
            try:
                _mine(steps.job).update(heartbeat_at=clock.now(), **news)
            except DatabaseError as error:  # busy or away: the next beat may come through
                log.warning("Job %s could not give a sign of life (%s)", steps.job.pk, error)
    finally:
        connection.close()  # this thread's own


def sweep(*, at: datetime) -> int:
    """Put interrupted jobs back in the queue and announce the forgotten ones; returns how many were announced."""
    silent = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=at - SILENCE)
    silent.filter(attempts__gte=ATTEMPTS).update(state=JobState.FAILED, finished_at=at, error=GIVEN_UP)
    for job_id in list(silent.values_list("pk", flat=True)):
        _requeue(silent.filter(pk=job_id), at)
    waiting = list(Job.objects.filter(state=JobState.QUEUED, queued_at__lt=at - FORGOTTEN).values_list("pk", flat=True))
    for job_id in waiting:
        wake(job_id)
    return len(waiting)


def _requeue(silent: QuerySet[Job], at: datetime) -> None:
    """Back to the queue, unless a newer job of the same key already waits there."""
    try:
        with transaction.atomic():
            silent.update(state=JobState.QUEUED, message="中断されたため、もう一度実行します。")
    except IntegrityError:
        silent.update(state=JobState.FAILED, finished_at=at, error=REPLACED)


def beat(*, at: datetime) -> None:
    """The worker's sign of life."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": at})


def worker_seen_at() -> datetime | None:
    """When a worker last gave a sign of life: its own, or that of a job it is busy with."""
    own = Heartbeat.objects.filter(name=WORKER).values_list("at")
    busy = Job.objects.filter(state=JobState.RUNNING).order_by().values_list("heartbeat_at")
    return max((seen for (seen,) in own.union(busy) if seen), default=None)  # one query: every office page asks


def is_alive(seen_at: datetime | None, *, at: datetime) -> bool:
    """Whether a worker that was last seen then can be counted on now."""
    return seen_at is not None and at - seen_at < timedelta(seconds=settings.WORKER_SILENCE_SECONDS)
