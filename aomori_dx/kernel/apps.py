"""The kernel as an installed app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "aomori_dx.kernel"
    label = "kernel"
    verbose_name = "記録とジョブ"

    def ready(self) -> None:
        from aomori_dx.kernel import tasks  # noqa: F401, PLC0415  (says how a worker is woken up)
