"""Background jobs: asked for in a transaction, run by a worker, watched by the person who asked.

The `Job` row is the truth. The broker only wakes a worker up; a sweep wakes it again for what a lost message
or a killed worker left behind. So every handler must be safe to run twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from aomori_dx.kernel import clock
from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.models import Heartbeat, Job, JobState

log = logging.getLogger(__name__)

SILENCE = timedelta(minutes=2)
"""A running job without a heartbeat for this long was interrupted."""
FORGOTTEN = timedelta(seconds=30)
"""A queued job that nobody took for this long is announced again."""
ATTEMPTS = 5
WORKER = "worker"

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

    def at(self, done: int, total: int, message: str = "") -> None:
        """Say how far the job is. Call it outside the transaction of the work, else nobody sees it."""
        Job.objects.filter(pk=self.job.pk).update(
            done=done, total=total, message=message[:200], heartbeat_at=clock.now()
        )


@transaction.atomic
def enqueue(kind: str, *, key: str, params: dict[str, Any], by: Any, at: datetime) -> Job:
    """Ask for a job. A job with the same key that still waits is returned instead of a second one."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                key=key,
                params=params,
                requested_by_id=getattr(by, "pk", None),
                requested_by_name=actor_name(by),
                queued_at=at,
            )
    except IntegrityError:
        job = Job.objects.get(key=key, state=JobState.QUEUED)
    transaction.on_commit(lambda: wake(job.pk))
    return job


def wake(job_id: int) -> None:
    """Call a worker. If the broker is away the job waits for the sweep; the person sees no error."""
    for waker in _wakers:
        try:
            waker(job_id)
        except Exception as error:  # any broker failure: the row is the truth, the sweep comes by
            log.warning("Job %s waits for the sweep: the broker did not take it (%s)", job_id, error)


def run(job_id: int) -> bool:
    """Run a queued job once; False if it is not waiting any more (somebody else took it)."""
    at = clock.now()
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=at, heartbeat_at=at, attempts=F("attempts") + 1, error="", message=""
    )
    if not taken:
        return False
    job = Job.objects.get(pk=job_id)
    try:
        result = HANDLERS[job.kind](Steps(job))
    except DomainError as refusal:
        _finish(job_id, JobState.FAILED, error=str(refusal))
    except Exception as error:
        log.exception("Job %s (%s) failed", job_id, job.kind)
        _finish(
            job_id,
            JobState.FAILED,
            error=f"予期しないエラーです({type(error).__name__})。システム担当に連絡してください。",
        )
    else:
        _finish(job_id, JobState.DONE, result=result)
    return True


def _finish(job_id: int, state: JobState, *, result: Any = None, error: str = "") -> None:
    Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(
        state=state, result=result, error=error, finished_at=clock.now()
    )


def sweep(*, at: datetime) -> int:
    """Put interrupted jobs back in the queue and announce the forgotten ones; returns how many were announced."""
    silent = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=at - SILENCE)
    silent.filter(attempts__gte=ATTEMPTS).update(
        state=JobState.FAILED,
        finished_at=at,
        error="何度も中断したため、実行をやめました。システム担当に連絡してください。",
    )
    for job in silent.filter(attempts__lt=ATTEMPTS):
        _requeue(job, at)
    waiting = list(Job.objects.filter(state=JobState.QUEUED, queued_at__lt=at - FORGOTTEN).values_list("pk", flat=True))
    for job_id in waiting:
        wake(job_id)
    return len(waiting)


def _requeue(job: Job, at: datetime) -> None:
    """Back to the queue, unless a newer job of the same key already waits there."""
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
                state=JobState.QUEUED, message="中断されたため、もう一度実行します。"
            )
    except IntegrityError:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            state=JobState.FAILED, finished_at=at, error="中断されました。同じ処理があらためて実行されます。"
        )


def beat(*, at: datetime) -> None:
    """The worker's sign of life."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": at})


def worker_seen_at() -> datetime | None:
    """When a worker last gave a sign of life."""
    return Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()
