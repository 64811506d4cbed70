"""Every address of the site × who asks for it: what is answered. Written by hand; a new page needs a line here.

The columns are `tests.architecture.people.PEOPLE`. A number is a status (302: on to another page), LOGIN the way to
the login page. Pages about somebody are asked for with the people of `tests.architecture.people.House`.
"""

from collections.abc import Callable
from typing import Any

from tests.architecture import (
    completion_pages,
    curriculum_pages,
    judgement_pages,
    login_pages,
    nomination_pages,
    own_pages,
    practice_pages,
    progress_pages,
    requirement_pages,
    roll_pages,
    rollover_pages,
    run_pages,
    survey_pages,
)
from tests.architecture.login_pages import BY_FORM_ONLY, ELSEWHERE, LOGGED_IN, LOGIN, WORKING, Row
from tests.architecture.nomination_pages import OFFICES
from tests.architecture.people import House

HEADS: Row = (LOGIN, 403, 403, 200, 403, 403, 403, 403, 403, LOGIN)

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "healthz":                              (WORKING,) * 10,
    "ui":                                   (LOGIN, 404,   404,   404,  404, 404, 200, 404,  200,  LOGIN),
    "reports:home":                         LOGGED_IN,
    "reports:dashboard":                    (LOGIN, 403,   403,   403,  200, 200, 200, 200,  200,  LOGIN),
    "reports:why":                          (LOGIN, 403,   403,   403,  200, 200, 200, 200,  200,  LOGIN),
    "reports:compute":                      BY_FORM_ONLY,
    "reports:job":                          (LOGIN, 403,   403,   403,  200, 200, 200, 403,  200,  LOGIN),
    "reports:departments":                  OFFICES,
    "reports:departments-download":         OFFICES,
    # DX推進員: the list and the record of one of them.
    "stages:promoters":                     OFFICES,
    "stages:promoters-download":            OFFICES,
    "stages:promoter":                      (LOGIN, 404,   404,   404,  200, 200, 200, 404,  200,  LOGIN),
    # The head's own pages, and 自薦 (everybody in service). Recommended is the deputy, by her own department; the
    # promoter has applied for the 自薦枠.
    **dict.fromkeys(("stages:department", "stages:nominate", "stages:decline", "stages:endorsements"), HEADS),
    "stages:call-attachment":               (LOGIN, 403,   403,   200,  200, 200, 200, 403,  200,  LOGIN),
    "stages:department-withdraw":           (LOGIN, 404,   404,   200,  403, 403, 403, 404,  403,  LOGIN),
    "stages:department-answer":             (LOGIN, 404,   404,   200,  403, 403, 403, 404,  403,  LOGIN),
    "stages:self-nomination":               LOGGED_IN,
    "stages:self-withdraw":                 (LOGIN, 404,   200,   403,  403, 403, 403, 404,  403,  LOGIN),
    "stages:self-answer":                   (LOGIN, 404,   200,   403,  403, 403, 403, 404,  403,  LOGIN),
    # Closed fiscal years: DX推進担当 answers for the plan's figures, who sees the plan sees them.
    "stages:years":                         (LOGIN, 403,   403,   403,  200, 200, 200, 200,  200,  LOGIN),
    "stages:year-close":                    (LOGIN, 403,   403,   403,  403, 200, 403, 403,  403,  LOGIN),
    "stages:year-reopen":                   (LOGIN, 403,   403,   403,  403, 200, 403, 403,  403,  LOGIN),
    # Departments that have not answered the call.
    **nomination_pages.GET,
    **judgement_pages.GET,
    **curriculum_pages.GET,
    **progress_pages.GET,
    **rollover_pages.GET,
    "stages:reminders":                     OFFICES,
    "stages:reminders-download":            OFFICES,
    # Courses, runs and their people.
    **run_pages.GET,
    **survey_pages.GET,
    **own_pages.GET,
    **roll_pages.GET,
    **completion_pages.GET,
    **requirement_pages.GET,
    # People and organisation: the directory for the staff, whole records for the offices and the head. The person
    # asked about is the promoter, in the head's department.
    "staff:people":                         LOGGED_IN,
    "staff:people-download":                OFFICES,
    "staff:employee":                       (LOGIN, 404,   200,   200,  200, 200, 200, 404,  200,  LOGIN),
    "staff:number":                         (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    "staff:record-changes":                 (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    "staff:departments":                    LOGGED_IN,
    "staff:department":                     LOGGED_IN,
    "staff:deputies":                       (LOGIN, 403,   403,   200,  200, 200, 200, 403,  200,  LOGIN),
    "staff:deputy-end":                     (LOGIN, 403,   403,   200,  200, 200, 403, 403,  403,  LOGIN),
    # Reorganising by hand: HR.
    "staff:reorganise":                     (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    "staff:reorganisation":                 (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    "staff:reorganise-bureau":              (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    "staff:reorganisation-bureau":          (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    "staff:department-open":                (LOGIN, 403,   403,   403,  200, 403, 403, 403,  403,  LOGIN),
    # お知らせ: everybody's own. The notice asked about is the promoter's.
    "staff:notices":                        LOGGED_IN,
    "staff:notices-read":                   BY_FORM_ONLY,
    "staff:notice":                         (LOGIN, 404,   200,   404,  404, 404, 404, 404,  404,  LOGIN),
    # Letters of the system: the personnel office and DX推進担当 read them.
    "staff:letters":                        (LOGIN, 403,   403,   403,  200, 200, 403, 403,  403,  LOGIN),
    "staff:letter":                         (LOGIN, 403,   403,   403,  200, 200, 403, 403,  403,  LOGIN),
    # Loading files: each kind by the office that keeps it. The file asked about here is a roster (HR).
    "staff:imports":                        (LOGIN, 403,   403,   403,  200, 200, 403, 403,  403,  LOGIN),
    "staff:import":                         (LOGIN, 403,   403,   403,  200, 404, 403, 403,  403,  LOGIN),
    "staff:import-progress":                (LOGIN, 403,   403,   403,  204, 404, 403, 403,  403,  LOGIN),
    "staff:import-marked":                  (LOGIN, 403,   403,   403,  200, 404, 403, 403,  403,  LOGIN),
    "staff:import-reread":                  BY_FORM_ONLY,
    "staff:import-apply":                   BY_FORM_ONLY,
    "staff:import-undo":                    BY_FORM_ONLY,
    "staff:import-discard":                 BY_FORM_ONLY,
    **practice_pages.GET,
    **login_pages.GET,
}  # fmt: skip

POST: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    "reports:compute":                      (LOGIN, 403,   403,   403,  302, 302, 302, 403,  302,  LOGIN),
    **run_pages.POST,
    **survey_pages.POST,
    **own_pages.POST,
    **roll_pages.POST,
    **completion_pages.POST,
    "staff:number":                         (LOGIN, 403,   403,   403,  422, 403, 403, 403,  403,  LOGIN),
    "staff:deputies":                       (LOGIN, 403,   403,   422,  422, 422, 403, 403,  403,  LOGIN),
    "staff:deputy-end":                     (LOGIN, 403,   403,   422,  422, 422, 403, 403,  403,  LOGIN),
    "staff:reorganisation":                 (LOGIN, 403,   403,   403,  422, 403, 403, 403,  403,  LOGIN),
    "staff:reorganisation-bureau":          (LOGIN, 403,   403,   403,  422, 403, 403, 403,  403,  LOGIN),
    "staff:department-open":                (LOGIN, 403,   403,   403,  422, 403, 403, 403,  403,  LOGIN),
    "stages:nominate":                      (LOGIN, 403,   403,   422,  403, 403, 403, 403,  403,  LOGIN),
    "stages:decline":                       (LOGIN, 403,   403,   422,  403, 403, 403, 403,  403,  LOGIN),
    "stages:endorsements":                  (LOGIN, 403,   403,   404,  403, 403, 403, 403,  403,  LOGIN),
    "stages:department-withdraw":           (LOGIN, 404,   404,   302,  403, 403, 403, 404,  403,  LOGIN),
    "stages:department-answer":             (LOGIN, 404,   404,   422,  403, 403, 403, 404,  403,  LOGIN),
    "stages:self-nomination":               (LOGIN, *[422] * 8, LOGIN),
    "stages:self-withdraw":                 (LOGIN, 404,   302,   403,  403, 403, 403, 404,  403,  LOGIN),
    "stages:self-answer":                   (LOGIN, 404,   422,   403,  403, 403, 403, 404,  403,  LOGIN),
    "stages:year-close":                    (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "stages:year-reopen":                   (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    **nomination_pages.POST,
    **requirement_pages.POST,
    **judgement_pages.POST,
    **curriculum_pages.POST,
    **progress_pages.POST,
    **rollover_pages.POST,
    "stages:reminders":                     (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "staff:notices-read":                   ELSEWHERE,
    "staff:letter":                         (LOGIN, 403,   403,   403,  403, 422, 403, 403,  403,  LOGIN),
    "staff:imports":                        (LOGIN, 403,   403,   403,  200, 200, 403, 403,  403,  LOGIN),
    "staff:import-reread":                  (LOGIN, 403,   403,   403,  422, 404, 403, 403,  403,  LOGIN),
    "staff:import-apply":                   (LOGIN, 403,   403,   403,  302, 404, 403, 403,  403,  LOGIN),
    "staff:import-undo":                    (LOGIN, 403,   403,   403,  422, 404, 403, 403,  403,  LOGIN),
    "staff:import-discard":                 (LOGIN, 403,   403,   403,  302, 404, 403, 403,  403,  LOGIN),
    **practice_pages.POST,
    **login_pages.POST,
}  # fmt: skip
"""Pages that take a form, sent empty here. A page without a line takes none: 405 for whoever is logged in."""

OF_THE_DAY: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {
    "former head": ("employee", {}),
    "head from tomorrow": ("employee", {}),
    "concurrent": ("employee", {}),
    # A head elsewhere has pages of his own.
    "sibling's head": (
        "employee",
        {
            **dict.fromkeys(("stages:department", "stages:call-attachment"), (200, 405)),
            **dict.fromkeys(("stages:nominate", "stages:decline"), (200, 422)),
            "stages:endorsements": (200, 404),
            **survey_pages.OF_THE_SIBLINGS_HEAD,
            **dict.fromkeys(("training:completions", "training:completions-download"), (200, 405)),
            **requirement_pages.SIBLINGS_HEAD,
            "stages:department-promoter": (404, 405),
            **practice_pages.SIBLINGS_HEAD,
        },
    ),
    "past promoter": ("employee", {}),
    "role ended yesterday": ("employee", {}),
    "role from tomorrow": ("employee", {}),
    # The deputy has a head's powers, but does not pass them on.
    "deputy": ("head", {"staff:deputies": (200, 403), "staff:deputy-end": (403, 403)}),
    # Who has left knows the directory no more: not even that there is such a department.
    "retired": (
        "employee",
        {
            **dict.fromkeys(("staff:people", "staff:departments", "staff:department"), (403, 405)),
            **run_pages.RETIRED,
            **own_pages.RETIRED,
            **dict.fromkeys(("stages:curricula", "stages:curricula-download"), (403, 405)),
            "stages:curriculum": (403, 405),
            "stages:self-nomination": (403, 403),
            **survey_pages.OF_THE_RETIRED,
            **roll_pages.RETIRED,
            **practice_pages.RETIRED,
            **dict.fromkeys(("staff:deputies", "staff:deputy-end"), (404, 404)),
        },
    ),
}
"""People whose standing depends on the day → the column that is theirs, and where they differ: page → (GET, POST)."""

ABOUT: dict[str, Callable[[House], list[Any]]] = {
    "reports:why": lambda house: ["target"],
    "reports:job": lambda house: [house.job.pk],
    "stages:promoter": lambda house: [house.promoter.pk],
    **nomination_pages.ABOUT,
    **judgement_pages.ABOUT,
    **own_pages.ABOUT,
    **roll_pages.ABOUT,
    **completion_pages.ABOUT,
    **requirement_pages.ABOUT,
    **curriculum_pages.ABOUT,
    **progress_pages.ABOUT,
    **practice_pages.ABOUT,
    **rollover_pages.ABOUT,
    "stages:call-attachment": lambda house: [house.nomination.fiscal_year.start_year],
    "stages:department-withdraw": lambda house: [house.nomination.pk],
    "stages:department-answer": lambda house: [house.nomination.pk],
    "stages:self-withdraw": lambda house: [house.application.pk],
    "stages:self-answer": lambda house: [house.application.pk],
    "stages:year-close": lambda house: [2024],
    "stages:year-reopen": lambda house: [2024],
    **run_pages.ABOUT,
    **survey_pages.ABOUT,
    "staff:employee": lambda house: [house.employee.employee_number],
    "staff:number": lambda house: [house.employee.employee_number],
    "staff:record-changes": lambda house: [house.employee.employee_number],
    "staff:department": lambda house: [house.department.code],
    "staff:reorganise": lambda house: [house.department.code],
    "staff:reorganisation": lambda house: [house.department.code, "rename"],
    "staff:reorganise-bureau": lambda house: [house.department.parent_id],
    "staff:reorganisation-bureau": lambda house: [house.department.parent_id, "rename"],
    "staff:deputies": lambda house: [house.department.code],
    "staff:deputy-end": lambda house: [house.department.code, house.deputy.pk],
    "staff:notice": lambda house: [house.notice.pk],
    "staff:letter": lambda house: [house.letter.pk],
    "account_reset_password_from_key": lambda house: ["1", "x-y"],
    "account_confirm_email": lambda house: ["x"],
    "mfa_remove_webauthn": lambda house: [1],
    **dict.fromkeys(
        (
            "staff:import",
            *(f"staff:import-{act}" for act in ("progress", "marked", "reread", "apply", "undo", "discard")),
        ),
        lambda house: [house.change_set.pk],
    ),
    "mfa_edit_webauthn": lambda house: [1],
}
"""Page → what its address names."""

UNNAMED = {
    "accounts/password/reset/": "account_reset_password",
    "^accounts/(?:email/|confirm-email/|password/reset/|login/code/)": "account_email",
}
"""A pattern without a name of its own → the line that covers its addresses."""
