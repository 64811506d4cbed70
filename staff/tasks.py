"""The tasks of this floor: each parses its arguments and calls one service."""

from celery import shared_task

from aomori_dx.kernel import clock
from staff.services import digests


@shared_task(acks_late=True, reject_on_worker_lost=True)
def write_digests() -> None:
    """Today's digest letters. A second time writes only what nobody concerned has had a letter about today."""
    digests.write_all(at=clock.now())
