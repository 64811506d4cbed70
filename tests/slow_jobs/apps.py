"""Registers the slow job with the worker that the tests start; the turn of the year takes many small batches."""

from django.apps import AppConfig

SMALL = 10


class SlowJobsConfig(AppConfig):
    name = "tests.slow_jobs"

    def ready(self) -> None:
        from stages.services import rollover  # noqa: PLC0415
        from tests.slow_jobs import jobs  # noqa: F401, PLC0415  (registers itself)

        rollover.BATCH = SMALL
