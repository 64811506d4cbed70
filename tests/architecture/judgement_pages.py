"""The lines of tests/architecture/pages.py for 修了判定 and 意向確認: the offices see them, DX推進担当 judges and asks.

Everybody may open the own answer; who is no promoter is told so. The year asked about is that of the promoter.
"""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGGED_IN, LOGIN, Row
from tests.architecture.nomination_pages import OFFICES
from tests.architecture.people import House

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:judgement":                     OFFICES,
    "stages:judgement-download":            OFFICES,
    "stages:judgement-completed":           OFFICES,
    "stages:judgement-sheet":               OFFICES,
    "stages:judgement-of":                  OFFICES,
    "stages:judgement-certificates":        (LOGIN, 403,   403,   403,  404, 404, 404, 403,  404,  LOGIN),
    "stages:judgement-confirm":             (LOGIN, 403,   403,   403,  403, 200, 403, 403,  403,  LOGIN),
    "stages:judgement-act":                 BY_FORM_ONLY,
    "stages:judgement-issue":               BY_FORM_ONLY,
    "stages:judgement-propose":             BY_FORM_ONLY,
    "stages:judgement-take-back":           BY_FORM_ONLY,
    "stages:wish":                          LOGGED_IN,
    "stages:wishes":                        OFFICES,
    "stages:wishes-download":               OFFICES,
    "stages:wishes-plan":                   BY_FORM_ONLY,
    "stages:wishes-issue":                  BY_FORM_ONLY,
    "stages:wishes-remind":                 BY_FORM_ONLY,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:judgement-act":                 (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:judgement-confirm":             (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:judgement-issue":               (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:judgement-propose":             (LOGIN, 403,   403,   403,  403, 409, 403, 403,  403,  LOGIN),
    "stages:judgement-take-back":           (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:wish":                          (LOGIN, 200,   200,   200,  200, 200, 200, 200,  200,  LOGIN),
    "stages:wishes-plan":                   (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:wishes-issue":                  (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:wishes-remind":                 (LOGIN, 403,   403,   403,  403, 409, 403, 403,  403,  LOGIN),
}  # fmt: skip

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        ("stages:judgement-of", "stages:judgement-propose", "stages:judgement-take-back"),
        lambda house: [house.enrollment.pk],
    ),
    **dict.fromkeys(("stages:wishes-issue", "stages:wishes-remind"), lambda house: [house.wish_call.pk]),
}
