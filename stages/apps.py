"""The policy as an installed app."""

from django.apps import AppConfig


class StagesConfig(AppConfig):
    name = "stages"
    verbose_name = "育成計画とDX推進員"

    def ready(self) -> None:
        from aomori_dx.kernel import progress  # noqa: PLC0415  models are not loaded before
        from stages import tasks  # noqa: PLC0415
        from stages.services import quotas  # noqa: PLC0415

        progress.register(quotas.KIND, tasks.compute_quotas_job)
