"""The admin site of this house."""

from django.contrib.admin.apps import AdminConfig


class AomoriAdminConfig(AdminConfig):
    default_site = "aomori_dx.admin_site.AomoriAdminSite"

    def ready(self) -> None:
        super().ready()
        from aomori_dx import checks  # noqa: F401, PLC0415  (registers itself)
