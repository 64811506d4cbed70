"""マイページ, the calendar and the certificates; the columns are those of tests.architecture.pages.

Everybody has the own page. The certificate asked about is the promoter's, in the head's department. The feed knows
its reader by the token alone: without one there is no such page, whoever asks.
"""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, ELSEWHERE, LOGGED_IN, LOGIN, NOT_HERE, Row
from tests.architecture.people import House

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    **dict.fromkeys(("training:me", "training:me-records", "training:calendar"), LOGGED_IN),
    "training:calendar-renew":              BY_FORM_ONLY,
    "training:calendar-stop":               BY_FORM_ONLY,
    "training:calendar-feed":               NOT_HERE,
    "training:me-run":                      (LOGIN, 404,   200,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:certificates":                LOGGED_IN,
    "training:certificates-download":       LOGGED_IN,
    "training:certificates-issue":          BY_FORM_ONLY,
    **dict.fromkeys(
        ("training:certificates-print", "training:certificate", "training:certificate-pdf"),
        (LOGIN, 404, 200, 200, 200, 200, 200, 404, 200, LOGIN),
    ),
    "training:certificate-badge":           (LOGIN, 404,   200,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:certificate-text":            (LOGIN, 403,   403,   403,  200, 200, 403, 403,  403,  LOGIN),
    "training:certificate-ask":             LOGGED_IN,
    "training:certificate-verify":          LOGGED_IN,
    "training:certificate-reissue":         BY_FORM_ONLY,
    "training:certificate-revoke":          BY_FORM_ONLY,
    "training:certificate-issue":           BY_FORM_ONLY,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "training:calendar-renew":              ELSEWHERE,
    "training:calendar-stop":               ELSEWHERE,
    "training:calendar-feed":               (405,) * 10,
    "training:certificates-issue":          (LOGIN, 403,   403,   403,  302, 302, 403, 403,  403,  LOGIN),
    "training:certificate-text":            (LOGIN, 403,   403,   403,  422, 422, 403, 403,  403,  LOGIN),
    "training:certificate-reissue":         (LOGIN, 403,   403,   403,  422, 422, 403, 403,  403,  LOGIN),
    "training:certificate-revoke":          (LOGIN, 403,   403,   403,  422, 422, 403, 403,  403,  LOGIN),
    "training:certificate-issue":           (LOGIN, 404,   302,   403,  302, 302, 403, 404,  403,  LOGIN),
}  # fmt: skip

RETIRED: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("training:me-records", "training:calendar", "training:me-run"), (403, 405)),
    **dict.fromkeys((f"training:certificates{act}" for act in ("", "-download", "-print")), (403, 405)),
    **dict.fromkeys(("training:calendar-renew", "training:calendar-stop"), (405, 403)),
}
"""Who has left has no page, no calendar and no list; whether a certificate is genuine is still answered."""

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    "training:me-run": lambda house: [house.booking.run_id],
    "training:certificate-verify": lambda house: [house.certificate.code],
    "training:certificate-issue": lambda house: [house.certificate.completion_id],
    **dict.fromkeys(
        (f"training:certificate{act}" for act in ("", "-pdf", "-badge", "-reissue", "-revoke")),
        lambda house: [house.certificate.pk],
    ),
}
