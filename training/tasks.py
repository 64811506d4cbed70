"""The schoolhouse's tasks: each parses its arguments and calls one service."""

from celery import shared_task

from aomori_dx.kernel import clock
from training.services import follow_ups, surveys, waiting_lists


@shared_task(acks_late=True, reject_on_worker_lost=True)
def ask_surveys() -> None:
    """Surveys of runs that were held, and reminders. A second time asks nobody again."""
    surveys.ask_all(at=clock.now())


@shared_task(acks_late=True, reject_on_worker_lost=True)
def ask_heads() -> None:
    """活用の確認, three months after a run. A second time asks nobody again."""
    follow_ups.send_due(at=clock.now())


@shared_task(acks_late=True, reject_on_worker_lost=True)
def promote_waitlist() -> None:
    """Free seats go to those who wait, also those that a department's hold releases today. Again changes nothing."""
    waiting_lists.promote_all(at=clock.now())
