"""The policy as an installed app."""

from django.apps import AppConfig


class StagesConfig(AppConfig):
    name = "stages"
    verbose_name = "育成計画とDX推進員"
