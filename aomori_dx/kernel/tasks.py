"""The kernel's tasks: each parses its arguments and calls one function."""

from celery import current_app, shared_task

from aomori_dx.kernel import clock, outbox, progress


@shared_task
def run_job(job_id: int) -> None:
    progress.run(job_id)


@shared_task
def sweep_jobs() -> None:
    progress.sweep(at=clock.now())


@shared_task
def deliver_outbox() -> None:
    outbox.deliver(at=clock.now())


@shared_task
def beat() -> None:
    progress.beat(at=clock.now())


def call_worker(job_id: int) -> None:
    """Wake a worker with a connection that gives up after a second: a page must not hang on a silent broker."""
    with current_app.connection_for_write(connect_timeout=1) as connection:
        connection.transport_options = {**connection.transport_options, "socket_timeout": 1, "max_retries": 0}
        run_job.apply_async((job_id,), connection=connection, retry=False)


progress.wake_with(call_worker)
