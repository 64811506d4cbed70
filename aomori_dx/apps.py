"""The admin site of this house."""

import sys
from collections.abc import Sequence

from django.contrib.admin.apps import AdminConfig, SimpleAdminConfig

FILE_COMMANDS = ("import_", "compute_quotas", "load_policy")
"""Commands that show no page: without the admin's pages they start in half the time."""


def shows_pages(arguments: Sequence[str]) -> bool:
    """Whether a process that was started with these arguments may show a page of the admin."""
    by_manage = len(arguments) > 1 and arguments[0].endswith("manage.py")
    return not (by_manage and arguments[1].startswith(FILE_COMMANDS))


class AomoriAdminConfig(AdminConfig):
    default_site = "aomori_dx.admin_site.AomoriAdminSite"

    def ready(self) -> None:
        if shows_pages(sys.argv):
            super().ready()
        else:
            SimpleAdminConfig.ready(self)
        from aomori_dx import checks  # noqa: F401, PLC0415  (registers itself)
