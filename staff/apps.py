"""The people as an installed app."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "職員と所属"

    def ready(self) -> None:
        from aomori_dx.kernel import progress  # noqa: PLC0415  models are not loaded before
        from aomori_dx.kernel.tables import importing  # noqa: PLC0415
        from staff import dated  # noqa: F401, PLC0415  (it registers)
        from staff.imports import departments, roster, successions, transfers  # noqa: PLC0415
        from staff.services import change_set_jobs, change_sets, reorganisation  # noqa: PLC0415

        for kind in (transfers.KIND, roster.KIND, departments.KIND, successions.KIND, reorganisation.KIND):
            importing.register(kind)
        progress.register(change_sets.CHECK, change_set_jobs.run_check)
        progress.register(change_sets.APPLY, change_set_jobs.run_apply)
        progress.register(change_sets.UNDO, change_set_jobs.run_undo)
