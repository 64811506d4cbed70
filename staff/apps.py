"""The people as an installed app."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "職員と所属"

    def ready(self) -> None:
        from aomori_dx.kernel.tables import importing  # noqa: PLC0415  models are not loaded before
        from staff.imports import departments, roster, successions, transfers  # noqa: PLC0415

        for kind in (transfers.KIND, roster.KIND, departments.KIND, successions.KIND):
            importing.register(kind)
