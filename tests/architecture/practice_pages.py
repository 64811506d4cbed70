"""The lines of tests/architecture/pages.py for practice reports, the library and examinations.

The report asked about is the promoter's, handed in, in the head's department; the one in the library is of somebody
else. Files are the promoter's, her head's and the offices'.
"""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGGED_IN, LOGIN, Row
from tests.architecture.nomination_pages import DX_ALONE, OFFICES
from tests.architecture.people import House

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:my-practices":                  LOGGED_IN,
    "stages:my-practice":                   (LOGIN, 404,   200,   404,  404, 404, 404, 404,  404,  LOGIN),
    "stages:my-practice-file":              BY_FORM_ONLY,
    "stages:my-practice-remove":            BY_FORM_ONLY,
    "stages:my-examinations":               LOGGED_IN,
    "stages:practice-file":                 (LOGIN, 404,   200,   200,  200, 200, 200, 404,  200,  LOGIN),
    "stages:examination-proof":             (LOGIN, 404,   200,   404,  200, 200, 200, 404,  200,  LOGIN),
    "stages:department-practices":          (LOGIN, 403,   403,   200,  403, 403, 403, 403,  403,  LOGIN),
    "stages:department-practice":           (LOGIN, 403,   403,   200,  403, 403, 403, 403,  403,  LOGIN),
    "stages:practices":                     OFFICES,
    "stages:practices-download":            OFFICES,
    "stages:practices-remind":              DX_ALONE,
    "stages:practice":                      (LOGIN, 404,   404,   404,  200, 200, 200, 404,  200,  LOGIN),
    "stages:practice-deed":                 BY_FORM_ONLY,
    "stages:examinations":                  OFFICES,
    "stages:examinations-download":         OFFICES,
    "stages:examination":                   OFFICES,
    "stages:library":                       LOGGED_IN,
    "stages:library-download":              OFFICES,
    "stages:library-report":                LOGGED_IN,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:my-practice":                   (LOGIN, 404,   404,   404,  404, 404, 404, 404,  404,  LOGIN),
    "stages:my-practice-file":              (LOGIN, 404,   422,   404,  404, 404, 404, 404,  404,  LOGIN),
    "stages:my-practice-remove":            (LOGIN, 404,   409,   404,  404, 404, 404, 404,  404,  LOGIN),
    "stages:my-examinations":               (LOGIN, *[422] * 8, LOGIN),
    "stages:department-practice":           (LOGIN, 403,   403,   422,  403, 403, 403, 403,  403,  LOGIN),
    "stages:practices-remind":              (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:practice-deed":                 (LOGIN, 404,   404,   404,  403, 422, 403, 404,  403,  LOGIN),
    "stages:examination":                   (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
}  # fmt: skip

RETIRED: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("stages:my-practices", "stages:library", "stages:library-report"), (403, 405)),
    **dict.fromkeys(("stages:my-practice", "stages:my-examinations"), (403, 403)),
    **dict.fromkeys(("stages:my-practice-file", "stages:my-practice-remove"), (405, 403)),
}
SIBLINGS_HEAD: dict[str, tuple[int, int]] = {
    "stages:department-practices": (200, 405),
    "stages:department-practice": (404, 404),
}

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        ("stages:my-practice", "stages:my-practice-file"), lambda house: [int(house.enrollment.fiscal_year)]
    ),
    "stages:my-practice-remove": lambda house: [int(house.enrollment.fiscal_year), house.attachment.pk],
    "stages:practice-file": lambda house: [house.attachment.pk],
    **dict.fromkeys(("stages:examination-proof", "stages:examination"), lambda house: [house.examination.pk]),
    "stages:department-practice": lambda house: [house.attachment.report_id],
    "stages:practice": lambda house: [house.enrollment.pk],
    "stages:practice-deed": lambda house: [house.enrollment.pk, "extend"],
    "stages:library-report": lambda house: [house.case.pk],
}
