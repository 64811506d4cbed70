"""The pages of courses and runs × who asks for them, as in `tests.architecture.pages`."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, ELSEWHERE, LOGGED_IN, LOGIN, Row
from tests.architecture.nomination_pages import OFFICES
from tests.architecture.people import House

EDITORS: Row = (LOGIN, 403, 403, 403, 200, 200, 403, 403, 403, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    # The catalogue: whoever is in service. The booking asked about is the promoter's.
    "training:courses":                     LOGGED_IN,
    "training:courses-download":            LOGGED_IN,
    "training:course":                      LOGGED_IN,
    "training:book":                        BY_FORM_ONLY,
    "training:booking-cancel":              BY_FORM_ONLY,
    "training:booking-decline":             BY_FORM_ONLY,
    "training:booking-change":              (LOGIN, 404,   200,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:wish":                        BY_FORM_ONLY,
    # Runs: the offices see them, 人財育成・人事担当 and DX推進担当 write.
    **dict.fromkeys(
        (
            *("training:runs", "training:runs-download", "training:run", "training:run-contacts"),
            *("training:run-contacts-download", "training:run-invitations", "training:run-messages"),
            *("training:interests", "training:interests-download", "training:interest"),
        ),
        OFFICES,
    ),
    **dict.fromkeys(
        (
            *("training:course-new", "training:course-edit", "training:run-new", "training:run-edit"),
            *("training:run-cancel", "training:run-people-move", "training:run-holds"),
        ),
        EDITORS,
    ),
    **dict.fromkeys(
        (
            *("training:run-book", "training:run-booking-cancel", "training:run-move", "training:run-promote"),
            *("training:run-request", "training:run-hold-release", "training:run-invitation-remove"),
        ),
        BY_FORM_ONLY,
    ),
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "training:book":                        ELSEWHERE,
    "training:booking-cancel":              (LOGIN, 404,   302,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:booking-decline":             (LOGIN, 404,   409,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:booking-change":              (LOGIN, 404,   422,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:wish":                        ELSEWHERE,
    **dict.fromkeys(
        (
            *("training:course-new", "training:course-edit", "training:run-new", "training:run-edit"),
            *("training:run-cancel", "training:run-book", "training:run-people-move", "training:run-holds"),
            *("training:run-invitations", "training:run-messages"),
        ),
        (LOGIN, 403, 403, 403, 422, 422, 403, 403, 403, LOGIN),
    ),
    **dict.fromkeys(
        ("training:run-booking-cancel", "training:run-promote", "training:run-request"),
        (LOGIN, 403, 403, 403, 409, 409, 403, 403, 403, LOGIN),
    ),
    **dict.fromkeys(
        ("training:run-move", "training:run-hold-release", "training:run-invitation-remove"),
        (LOGIN, 403, 403, 403, 302, 302, 403, 403, 403, LOGIN),
    ),
}  # fmt: skip

RETIRED: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("training:courses", "training:course", "training:courses-download"), (403, 405)),
    **dict.fromkeys(
        ("training:book", "training:booking-cancel", "training:booking-decline", "training:wish"), (405, 403)
    ),
    "training:booking-change": (403, 403),
}
"""Who has left knows the catalogue no more: page → (GET, POST)."""

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    "training:course": lambda house: [house.booking.course.code],
    "training:book": lambda house: [house.other_run.course.code, house.other_run.pk],
    **dict.fromkeys(
        ("training:booking-cancel", "training:booking-decline", "training:booking-change"),
        lambda house: [house.booking.course.code, house.booking.pk],
    ),
    **dict.fromkeys(
        ("training:wish", "training:course-edit", "training:run-new", "training:interest"),
        lambda house: [house.booking.course.code],
    ),
    **dict.fromkeys(
        (
            *("training:run", "training:run-edit", "training:run-cancel", "training:run-book", "training:run-promote"),
            *("training:run-people-move", "training:run-contacts", "training:run-contacts-download"),
            *("training:run-holds", "training:run-invitations", "training:run-messages"),
        ),
        lambda house: [house.booking.run_id],
    ),
    "training:run-booking-cancel": lambda house: [house.booking.run_id, house.booking.pk],
    "training:run-move": lambda house: [house.booking.run_id, "close"],
    "training:run-request": lambda house: [house.booking.run_id, house.wish.pk],
    "training:run-hold-release": lambda house: [house.booking.run_id, house.hold.pk],
    "training:run-invitation-remove": lambda house: [house.booking.run_id, house.invitation.pk],
}
