"""The lines of tests/architecture/pages.py for 推薦と選考: the offices look, DX推進担当 writes the call and decides."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGIN, Row
from tests.architecture.people import House

OFFICES: Row = (LOGIN, 403, 403, 403, 200, 200, 200, 403, 200, LOGIN)
DX_ALONE: Row = (LOGIN, 403, 403, 403, 403, 200, 403, 403, 403, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:nominations":                   OFFICES,
    "stages:nominations-act":               BY_FORM_ONLY,
    "stages:nominations-download":          OFFICES,
    "stages:nomination":                    (LOGIN, 404,   404,   404,  200, 200, 200, 404,  200,  LOGIN),
    "stages:nomination-deed":               BY_FORM_ONLY,
    "stages:call":                          OFFICES,
    "stages:call-copy":                     BY_FORM_ONLY,
    "stages:call-issue":                    DX_ALONE,
    "stages:coverage":                      OFFICES,
    "stages:coverage-download":             OFFICES,
    "stages:prospects":                     OFFICES,
    "stages:prospects-download":            OFFICES,
    "stages:balance":                       OFFICES,
    "stages:balance-download":              OFFICES,
    "stages:scores":                        DX_ALONE,
    "stages:scores-download":               DX_ALONE,
    "stages:exceptions":                    OFFICES,
    "stages:exceptions-act":                BY_FORM_ONLY,
    "stages:confirm":                       DX_ALONE,
    "stages:reserves":                      OFFICES,
    "stages:reserves-ask":                  BY_FORM_ONLY,
    "stages:reserves-order":                BY_FORM_ONLY,
    # Printed notices; the one asked about is of somebody else in the head's department.
    "stages:documents":                     OFFICES,
    "stages:document-text":                 DX_ALONE,
    "stages:document-preview":              BY_FORM_ONLY,
    "stages:documents-print":               (LOGIN, *[404] * 8, LOGIN),
    "stages:document":                      (LOGIN, 404,   404,   200,  200, 200, 404, 404,  404,  LOGIN),
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:nominations-act":               (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:nomination-deed":               (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:call":                          (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:call-copy":                     (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:call-issue":                    (LOGIN, 403,   403,   403,  403, 409, 403, 403,  403,  LOGIN),
    "stages:scores":                        (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:exceptions-act":                (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:confirm":                       (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:reserves-ask":                  (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:document-text":                 (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:document-preview":              (LOGIN, 403,   403,   403,  403, 409, 403, 403,  403,  LOGIN),
    "stages:reserves-order":                (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
}  # fmt: skip

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    "stages:nomination": lambda house: [house.nomination.pk],
    "stages:nomination-deed": lambda house: [house.nomination.pk, "send_back"],
    "stages:exceptions-act": lambda house: [house.nomination.pk],
    "stages:document": lambda house: [house.decided.pk, "decision"],
    **dict.fromkeys(
        ("stages:document-text", "stages:document-preview", "stages:documents-print"), lambda house: ["decision"]
    ),
    **dict.fromkeys(
        ("stages:call", "stages:call-copy", "stages:call-issue"),
        lambda house: [house.nomination.fiscal_year.start_year],
    ),
}
