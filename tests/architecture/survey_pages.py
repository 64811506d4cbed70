"""The lines of tests/architecture/pages.py for surveys: participants answer, offices read, heads tell of the use.

The survey asked about was sent to the promoter; the head of her department is asked about a colleague of hers.
"""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGGED_IN, LOGIN, Row
from tests.architecture.people import House

OFFICES: Row = (LOGIN, 403, 403, 403, 200, 200, 200, 403, 200, LOGIN)
EDITORS: Row = (LOGIN, 403, 403, 403, 200, 200, 403, 403, 403, LOGIN)
HEADS: Row = (LOGIN, 403, 403, 200, 403, 403, 403, 403, 403, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "training:my-surveys":                  LOGGED_IN,
    "training:survey":                      (LOGIN, 404,   200,   404,  404, 404, 404, 404,  404,  LOGIN),
    **dict.fromkeys(("training:follow-ups", "training:follow-up"), HEADS),
    **dict.fromkeys(
        (
            *("training:survey-results", "training:survey-results-download", "training:course-survey"),
            *("training:run-survey", "training:run-survey-download"),
        ),
        OFFICES,
    ),
    **dict.fromkeys(("training:questions", "training:course-questions"), EDITORS),
    "training:course-questions-end":        BY_FORM_ONLY,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "training:survey":                      (LOGIN, 404,   422,   404,  404, 404, 404, 404,  404,  LOGIN),
    "training:follow-up":                   (LOGIN, 403,   403,   422,  403, 403, 403, 403,  403,  LOGIN),
    **dict.fromkeys(
        ("training:questions", "training:course-questions"), (LOGIN, 403, 403, 403, 422, 422, 403, 403, 403, LOGIN)
    ),
    "training:course-questions-end":        (LOGIN, 403,   403,   403,  302, 302, 403, 403,  403,  LOGIN),
}  # fmt: skip

OF_THE_SIBLINGS_HEAD = {"training:follow-ups": (200, 405), "training:follow-up": (404, 404)}
OF_THE_RETIRED = {"training:my-surveys": (403, 405), "training:survey": (403, 403)}

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        ("training:survey", "training:run-survey", "training:run-survey-download"),
        lambda house: [house.survey.run_id],
    ),
    "training:follow-up": lambda house: [house.follow_up.enrollment.run_id],
    **dict.fromkeys(
        ("training:course-survey", "training:course-questions", "training:course-questions-end"),
        lambda house: [house.survey.run.course.code],
    ),
}
