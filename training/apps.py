"""The schoolhouse as an installed app."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "研修"

    def ready(self) -> None:
        from aomori_dx.kernel import progress  # noqa: PLC0415  models are not loaded before
        from aomori_dx.kernel.tables import importing  # noqa: PLC0415
        from training import dated, impacts, invitees, receivers, tasks, timeline  # noqa: F401, PLC0415  (they register)
        from training.imports import attendance, bookings, courses, elearning  # noqa: PLC0415
        from training.services import requirements  # noqa: PLC0415

        progress.register(requirements.KIND, tasks.assign_requirements_job)
        for kind in (courses.KIND, bookings.KIND, attendance.KIND, elearning.KIND):
            importing.register(kind)
