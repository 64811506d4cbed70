"""The lines of tests/architecture/pages.py for attendance: the offices look, those who run the courses write, everybody
in service checks in. The run, meeting and booking asked about are the promoter's; the meeting is to come."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import LOGGED_IN, LOGIN, Row
from tests.architecture.nomination_pages import OFFICES
from tests.architecture.people import House

EDITORS: Row = (LOGIN, 403, 403, 403, 200, 200, 403, 403, 403, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    **dict.fromkeys(
        (
            *("training:attendance", "training:attendance-download", "training:attendance-pdf"),
            *("training:run-roster", "training:run-roster-download", "training:run-roster-pdf", "training:results"),
        ),
        OFFICES,
    ),
    **dict.fromkeys(
        ("training:roll", "training:roll-paste", "training:check-in-code", "training:check-in-door"), EDITORS
    ),
    "training:substitute":                  (LOGIN, 404,   200,   404,  200, 200, 404, 404,  404,  LOGIN),
    "training:check-in-own":                LOGGED_IN,
    # A code that is none: a plain answer for whoever is in service.
    "training:check-in":                    (LOGIN, *[409] * 8, LOGIN),
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    **dict.fromkeys(
        ("training:roll", "training:roll-paste", "training:check-in-door", "training:results"),
        (LOGIN, 403, 403, 403, 422, 422, 403, 403, 403, LOGIN),
    ),
    "training:substitute":                  (LOGIN, 404,   422,   404,  422, 422, 404, 404,  404,  LOGIN),
    "training:check-in":                    (LOGIN, *[409] * 8, LOGIN),
}  # fmt: skip

RETIRED: dict[str, tuple[int, int]] = {
    "training:check-in-own": (403, 405),
    "training:substitute": (404, 404),
}
"""Who has left: page → (GET, POST), where it is not that of an employee."""


def _meeting(house: House) -> list[Any]:
    return [house.booking.run_id, house.booking.run.sessions.get().pk]


ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        (
            *("training:attendance", "training:attendance-download", "training:attendance-pdf"),
            *("training:run-roster", "training:run-roster-download", "training:run-roster-pdf", "training:results"),
        ),
        lambda house: [house.booking.run_id],
    ),
    **dict.fromkeys(
        ("training:roll", "training:roll-paste", "training:check-in-code", "training:check-in-door"), _meeting
    ),
    "training:substitute": lambda house: [house.booking.pk],
    "training:check-in": lambda house: [_meeting(house)[1], "x"],
}
