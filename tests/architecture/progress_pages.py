"""The lines of tests/architecture/pages.py for progress: everybody's own, the head's people, the offices all.

The promoter asked about works in the head's department; 免除・認定・不認定 are DX推進担当's.
"""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGGED_IN, LOGIN, Row
from tests.architecture.nomination_pages import OFFICES
from tests.architecture.people import House

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:my-progress":                   LOGGED_IN,
    "stages:department-promoter":           (LOGIN, 403,   403,   200,  403, 403, 403, 403,  403,  LOGIN),
    "stages:standing":                      OFFICES,
    "stages:standing-download":             OFFICES,
    "stages:standing-recompute":            BY_FORM_ONLY,
    "stages:promoter-progress":             (LOGIN, 404,   404,   404,  200, 200, 200, 404,  200,  LOGIN),
    "stages:promoter-rule":                 BY_FORM_ONLY,
    "stages:promoter-ruling-revoke":        BY_FORM_ONLY,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:standing-recompute":            (LOGIN, 403,   403,   403,  302, 302, 302, 403,  302,  LOGIN),
    "stages:promoter-rule":                 (LOGIN, 404,   404,   404,  403, 422, 403, 404,  403,  LOGIN),
    "stages:promoter-ruling-revoke":        (LOGIN, 404,   404,   404,  403, 409, 403, 404,  403,  LOGIN),
}  # fmt: skip

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        ("stages:department-promoter", "stages:promoter-progress", "stages:promoter-rule"),
        lambda house: [house.promoter.pk],
    ),
    "stages:promoter-ruling-revoke": lambda house: [house.promoter.pk, house.ruling.pk],
}
