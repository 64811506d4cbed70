"""The schoolhouse's tasks: each parses its arguments and calls one service."""

from datetime import date
from typing import Any

from celery import shared_task

from aomori_dx.kernel import clock
from aomori_dx.kernel.progress import Steps
from training.services import follow_ups, required_reminders, requirements, run_reminders, surveys, waiting_lists


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


@shared_task(acks_late=True, reject_on_worker_lost=True)
def assign_requirements() -> None:
    """Ask for the nightly assignment of required training. Asked twice, it is done once."""
    requirements.request(by=None, at=clock.now())


@shared_task(acks_late=True, reject_on_worker_lost=True)
def send_reminders() -> None:
    """Required training that is due, and meetings of the next working day. Running it again changes nothing."""
    at = clock.now()
    required_reminders.send_due(at=at)
    run_reminders.send_due(at=at)


def assign_requirements_job(steps: Steps) -> dict[str, Any]:
    """The assignment of all rules as of a day, step by step."""
    on = date.fromisoformat(steps.params["on"])
    return requirements.assign_all(on=on, at=clock.now(), report=steps.at)
