"""The lines of tests/architecture/pages.py for required training: the offices look, HR and DX推進担当 write and remind,
the head and the deputy see their own department. The rule asked about obliges the promoter."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import LOGIN, Row
from tests.architecture.people import House

OFFICES: Row = (LOGIN, 403, 403, 403, 200, 200, 200, 403, 200, LOGIN)
EDITORS: Row = (LOGIN, 403, 403, 403, 200, 200, 403, 403, 403, LOGIN)
HEADS: Row = (LOGIN, 403, 403, 200, 403, 403, 403, 403, 403, LOGIN)
OF_THE_DEPARTMENT = ("training:department-training", "training:department-training-download")
WRITING = ("training:requirement-new", "training:requirement-edit", "training:requirement-remind")
ABOUT_A_RULE = (
    *("training:requirement", "training:requirement-download", "training:requirement-people"),
    *("training:requirement-people-download", "training:requirement-edit", "training:requirement-remind"),
)

GET: dict[str, Row] = {
    "training:requirements": OFFICES,
    **dict.fromkeys(ABOUT_A_RULE, OFFICES),
    **dict.fromkeys(WRITING, EDITORS),
    **dict.fromkeys(OF_THE_DEPARTMENT, HEADS),
}
POST: dict[str, Row] = dict.fromkeys(WRITING, (LOGIN, 403, 403, 403, 422, 422, 403, 403, 403, LOGIN))
SIBLINGS_HEAD = dict.fromkeys(OF_THE_DEPARTMENT, (200, 405))
"""He has a department of his own."""
ABOUT: dict[str, Callable[[House], list[Any]]] = dict.fromkeys(
    ABOUT_A_RULE, lambda house: [house.obligation.requirement_id]
)
