"""The slow job, and the apply of a change set that can be held up when all of it is written and nothing committed."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from aomori_dx.kernel import audit, clock, progress
from staff.models import Posting
from staff.services import change_set_jobs, change_sets
from tests.slow_jobs.holding import HELD, HOLD


def slow(steps: progress.Steps) -> dict[str, Any]:
    """Wait so many times, say how far it is and in which process, and leave one record at the end."""
    times = steps.params["times"]
    for done in range(times):
        steps.at(done, times, f"pid {os.getpid()}")
        time.sleep(0.1)
    audit.record(steps.job, "slow_job_done", by=None, at=clock.now())
    return {"pid": os.getpid()}


def apply(steps: progress.Steps) -> dict[str, Any]:
    """The apply of a change set as it is, held up just before its last row: the one that says that it is done."""
    with connection.execute_wrapper(_hold_up):
        return change_set_jobs.run_apply(steps)


def _hold_up(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
    hold, held = (Path(settings.VAR) / name for name in (HOLD, HELD))
    if sql.startswith('UPDATE "staff_changeset"') and hold.exists():
        written = Posting.objects.count()  # as this transaction sees it
        part = held.with_suffix(".part")
        part.write_text(f"{os.getpid()} {written}")
        part.replace(held)
        while hold.exists():
            time.sleep(0.05)
    return execute(sql, params, many, context)


progress.register("slow", slow)
progress.register(change_sets.APPLY, apply)
