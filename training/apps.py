"""The schoolhouse as an installed app."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "研修"

    def ready(self) -> None:
        from training import dated, impacts, timeline  # noqa: F401, PLC0415  (they register)
