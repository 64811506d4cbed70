"""The lines of tests/architecture/pages.py for 修了: the offices and heads look, HR and DX推進担当 write."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGIN, Row
from tests.architecture.nomination_pages import OFFICES
from tests.architecture.people import House

EDITORS: Row = (LOGIN, 403, 403, 403, 200, 200, 403, 403, 403, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    # The completion asked about is the promoter's, in the head's department.
    **dict.fromkeys(
        ("training:completions", "training:completions-download"),
        (LOGIN, 403, 403, 200, 200, 200, 200, 403, 200, LOGIN),
    ),
    "training:personnel-record":            OFFICES,
    "training:personnel-record-download":   OFFICES,
    "training:completion":                  (LOGIN, 404,   200,   200,  200, 200, 200, 404,  200,  LOGIN),
    "training:completion-correct":          BY_FORM_ONLY,
    "training:completion-revoke":           BY_FORM_ONLY,
    "training:completion-new":              EDITORS,
    "training:unmatched":                   EDITORS,
    "training:unmatched-account":           EDITORS,
    "training:unmatched-match":             BY_FORM_ONLY,
    "training:unmatched-set-aside":         BY_FORM_ONLY,
    "training:unmatched-take-back":         BY_FORM_ONLY,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    **dict.fromkeys(
        ("training:completion-correct", "training:completion-revoke"),
        (LOGIN, 404, 403, 403, 422, 422, 403, 404, 403, LOGIN),
    ),
    **dict.fromkeys(
        (
            "training:completion-new",
            *(f"training:unmatched-{act}" for act in ("match", "set-aside", "take-back")),
        ),
        (LOGIN, 403, 403, 403, 422, 422, 403, 403, 403, LOGIN),
    ),
}  # fmt: skip

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        ("training:completion", "training:completion-correct", "training:completion-revoke"),
        lambda house: [house.completion.pk],
    ),
    **dict.fromkeys(
        (
            "training:unmatched-account",
            *(f"training:unmatched-{act}" for act in ("match", "set-aside", "take-back")),
        ),
        lambda house: [house.unmatched.pk],
    ),
}
