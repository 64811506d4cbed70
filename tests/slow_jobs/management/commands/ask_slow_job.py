"""Asks for a slow job as a page would, and says how long asking took."""

import json
import time
from typing import Any

from django.core.management import BaseCommand

from aomori_dx.kernel import clock, progress


class Command(BaseCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("key")
        parser.add_argument("--times", type=int, default=1)

    def handle(self, *, key: str, times: int, **_: Any) -> None:
        started = time.monotonic()
        job = progress.enqueue("slow", key=key, params={"times": times}, by=None, at=clock.now())
        self.stdout.write(json.dumps({"id": job.pk, "seconds": time.monotonic() - started}))
