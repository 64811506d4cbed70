"""The benchmark as an installed app."""

from django.apps import AppConfig


class BenchmarkConfig(AppConfig):
    name = "aomori_dx.benchmark"
    label = "benchmark"
    verbose_name = "測定"
