"""Registers the slow job with the worker that the tests start."""

from django.apps import AppConfig


class SlowJobsConfig(AppConfig):
    name = "tests.slow_jobs"

    def ready(self) -> None:
        from tests.slow_jobs import jobs  # noqa: F401, PLC0415  (registers itself)
