"""The policy as an installed app."""

from django.apps import AppConfig


class StagesConfig(AppConfig):
    name = "stages"
    verbose_name = "育成計画とDX推進員"

    def ready(self) -> None:
        from aomori_dx.kernel import progress  # noqa: PLC0415  models are not loaded before
        from aomori_dx.kernel.tables import importing  # noqa: PLC0415
        from stages import dated, impacts, receivers, record_changes, schoolhouse, tasks, timeline  # noqa: F401, PLC0415  (they register or listen)
        from stages.imports import promoters, scores, stage_enrollments  # noqa: PLC0415
        from stages.services import quotas, recomputing, rollover  # noqa: PLC0415

        progress.register(quotas.KIND, tasks.compute_quotas_job)
        progress.register(recomputing.KIND, tasks.recompute_progress_job)
        progress.register(rollover.KIND, tasks.roll_over_job)
        for kind in (promoters.KIND, stage_enrollments.KIND, scores.KIND):
            importing.register(kind)
