"""What must not be true of an installation; `migrate` and `check --database default` refuse to go on where it is."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register
from django.db import DatabaseError


@register(Tags.database)
def no_demo_accounts(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """The demo's accounts, whose password is printed, are in no database of production.

    People log in by 職員番号, so a login of such a name can only be the demo's.
    """
    if settings.DEMO_ALLOWED or not databases:
        return []
    demo = get_user_model().objects.filter(username__in=settings.DEMO_ACCOUNTS, is_active=True)
    try:
        names = sorted(demo.values_list("username", flat=True))
    except DatabaseError:  # before the first migration nobody can log in
        return []
    if not names:
        return []
    return [
        Error(
            f"Production refuses demo accounts: {', '.join(names)}.",
            hint="Start with an empty database, or make these accounts inactive.",
            id="aomori_dx.E001",
        )
    ]
