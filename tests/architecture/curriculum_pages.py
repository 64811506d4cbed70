"""The lines of tests/architecture/pages.py for カリキュラム: everybody sees what is published, DX推進担当 writes."""

from collections.abc import Callable
from typing import Any

from tests.architecture.login_pages import BY_FORM_ONLY, LOGGED_IN, LOGIN, Row
from tests.architecture.nomination_pages import DX_ALONE
from tests.architecture.people import House

SEE_DRAFTS: Row = (LOGIN, 404, 404, 404, 200, 200, 200, 200, 200, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:curricula":                     LOGGED_IN,
    "stages:curricula-download":            LOGGED_IN,
    "stages:curricula-copy":                BY_FORM_ONLY,
    # The one asked about is a draft.
    "stages:curriculum":                    SEE_DRAFTS,
    "stages:curriculum-new":                DX_ALONE,
    "stages:curriculum-new-of":             DX_ALONE,
    "stages:curriculum-edit":               DX_ALONE,
    "stages:curriculum-items":              BY_FORM_ONLY,
    "stages:curriculum-item":               DX_ALONE,
    "stages:curriculum-item-act":           BY_FORM_ONLY,
    "stages:curriculum-publish":            DX_ALONE,
    "stages:curriculum-discard":            BY_FORM_ONLY,
    "stages:curriculum-revise":             DX_ALONE,
    "stages:curriculum-give":               BY_FORM_ONLY,
    "stages:curriculum-people":             DX_ALONE,
    "stages:curriculum-people-download":    DX_ALONE,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "stages:curricula-copy":                (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:curriculum-new":                (LOGIN, 403,   403,   403,  403, 409, 403, 403,  403,  LOGIN),
    "stages:curriculum-new-of":             (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:curriculum-edit":               (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:curriculum-items":              (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:curriculum-item":               (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:curriculum-item-act":           (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:curriculum-publish":            (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:curriculum-discard":            (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:curriculum-revise":             (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:curriculum-give":               (LOGIN, 403,   403,   403,  403, 302, 403, 403,  403,  LOGIN),
    "stages:curriculum-people":             (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
}  # fmt: skip


def _year(house: House) -> int:
    return house.draft.fiscal_year.start_year


ABOUT: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(
        (
            *("stages:curriculum", "stages:curriculum-edit", "stages:curriculum-items", "stages:curriculum-publish"),
            *("stages:curriculum-discard", "stages:curriculum-revise", "stages:curriculum-give"),
            *("stages:curriculum-people", "stages:curriculum-people-download"),
        ),
        lambda house: [house.draft.pk],
    ),
    "stages:curricula-copy": lambda house: [_year(house)],
    "stages:curriculum-new": lambda house: [_year(house), house.draft.stage.number],
    "stages:curriculum-new-of": lambda house: [_year(house), house.draft.stage.number, "data"],
    "stages:curriculum-item": lambda house: [house.draft.pk, house.draft.items.get().pk],
    "stages:curriculum-item-act": lambda house: [house.draft.pk, house.draft.items.get().pk, "up"],
}
