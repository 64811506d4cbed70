"""The slow job."""

import os
import time
from typing import Any

from aomori_dx.kernel import audit, clock, progress


def slow(steps: progress.Steps) -> dict[str, Any]:
    """Wait so many times, say how far it is and in which process, and leave one record at the end."""
    times = steps.params["times"]
    for done in range(times):
        steps.at(done, times, f"pid {os.getpid()}")
        time.sleep(0.1)
    audit.record(steps.job, "slow_job_done", by=None, at=clock.now())
    return {"pid": os.getpid()}


progress.register("slow", slow)
