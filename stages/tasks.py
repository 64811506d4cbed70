"""The programme's tasks: each parses its arguments and calls one service."""

from datetime import date
from typing import Any

from celery import shared_task

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.progress import Steps
from stages.services import practice_reminders, quotas, recomputing, reminders, reserves, rollover


@shared_task(acks_late=True, reject_on_worker_lost=True)
def compute_quotas(fiscal_year: int | str | None = None, as_of: str | None = None) -> None:
    """One year or all of the plan, as of a day or today. Running it again changes nothing but `confirmed_at`."""
    quotas.refresh(
        FiscalYear.parse(fiscal_year) if fiscal_year else None,
        as_of=date.fromisoformat(as_of) if as_of else None,
        at=clock.now(),
    )


@shared_task(acks_late=True, reject_on_worker_lost=True)
def pass_on_reserves() -> None:
    """補欠 who did not answer in time are passed over, and the next in line is asked. Run twice, it does it once."""
    reserves.pass_on(at=clock.now())


def compute_quotas_job(steps: Steps) -> dict[str, Any]:
    """The job that a person asked for: every year of the plan, step by step."""
    as_of = date.fromisoformat(steps.params["as_of"])
    snapshots = quotas.refresh(as_of=as_of, at=clock.now(), report=steps.at)
    return {"as_of": as_of.isoformat(), "snapshots": [snapshot.pk for snapshot in snapshots]}


@shared_task(acks_late=True, reject_on_worker_lost=True)
def send_reminders() -> None:
    """Departments that have not answered the call, on the days for it. Running it again changes nothing."""
    reminders.send_due(at=clock.now())


@shared_task(acks_late=True, reject_on_worker_lost=True)
def recompute_progress() -> None:
    """Everybody's progress and how everybody stands, as of today. Running it again changes nothing."""
    recomputing.all_of_year(None, at=clock.now())


def recompute_progress_job(steps: Steps) -> dict[str, Any]:
    """The same as a job that a person asked for."""
    return {"changed": recomputing.all_of_year(None, at=clock.now(), report=steps.at)}


@shared_task(acks_late=True, reject_on_worker_lost=True)
def remind_of_practice() -> None:
    """Promoters whose practice report is due or overdue, on the days for it. Running it again changes nothing."""
    practice_reminders.send_due(at=clock.now())


def roll_over_job(steps: Steps) -> dict[str, Any]:
    """The job of a turn of the year that an officer started: batch by batch."""
    return rollover.run(steps)
