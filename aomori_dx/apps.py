"""The admin site of this house."""

from django.contrib.admin.apps import AdminConfig


class AomoriAdminConfig(AdminConfig):
    default_site = "aomori_dx.admin_site.AomoriAdminSite"
