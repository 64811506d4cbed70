"""The lines of tests/architecture/pages.py for the growth of promoters."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import LOGIN, Row
from tests.architecture.nomination_pages import DX_ALONE, OFFICES
from tests.architecture.people import House

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    # 年度更新: the offices look, DX推進担当 turns the year. The turn asked about is a dry run.
    "stages:rollover":                      OFFICES,
    "stages:rollover-turn":                 OFFICES,
    "stages:rollover-progress":             (LOGIN, 403,   403,   403,  204, 204, 204, 403,  204,  LOGIN),
    "stages:rollover-download":             OFFICES,
    "stages:rollover-start":                DX_ALONE,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:rollover":                      (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:rollover-start":                (LOGIN, 403,   403,   403,  403, 409, 403, 403,  403,  LOGIN),
}  # fmt: skip

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        ("stages:rollover-turn", "stages:rollover-progress", "stages:rollover-download", "stages:rollover-start"),
        lambda house: [house.rollover.pk],
    ),
}
