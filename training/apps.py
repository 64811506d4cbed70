"""The schoolhouse as an installed app."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "研修"

    def ready(self) -> None:
        from aomori_dx.kernel.tables import importing  # noqa: PLC0415  models are not loaded before
        from training import dated, impacts, invitees, receivers, timeline  # noqa: F401, PLC0415  (they register or listen)
        from training.imports import attendance, bookings, courses, elearning  # noqa: PLC0415

        for kind in (courses.KIND, bookings.KIND, attendance.KIND, elearning.KIND):
            importing.register(kind)
