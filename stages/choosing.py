"""Whom a department can choose from: those who can be nominated first, the others with the reason why not."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, Employee, Posting, User
from stages.desk import Desk
from stages.models import Nomination, NominationStatus, Route
from stages.rules import eligibility
from stages.rules.eligibility import Candidate
from training.models import Enrollment, EnrollmentStatus

IN_PERSON = "ご本人です。推薦できますが、実務で取り組む職員かどうかを確認してください。"
MANAGER = "管理職です。推薦できますが、実務で取り組む職員かどうかを確認してください。"


@dataclass(frozen=True)
class Choice:
    """A person of the department with what helps to choose. `wishes`: nominations of earlier years, in words.
    `finished`: how many courses she has completed.

    `caution`: what to think of before choosing this person (E26: allowed, with a warning).
    """

    candidate: Candidate
    title: str
    years: int
    wishes: tuple[str, ...]
    finished: int
    caution: str

    @property
    def employee(self) -> Employee:
        return self.candidate.employee

    @property
    def reasons(self) -> list[str]:
        return self.candidate.reasons


def choices(desk: Desk, *, user: User, but: int | None = None) -> list[Choice]:
    """Everybody posted to the department today, 兼務 too; who can be nominated first, else by 職員番号.

    `but`: the nomination that is to be changed. The same queries whatever the number of people.
    """
    here = Department.with_former_names([desk.department.pk])
    people = list(Employee.objects.posted_to([desk.department.pk], desk.on).order_by("employee_number"))
    types = desk.call.employment_types if desk.call else None
    found = eligibility.candidates(people, desk.fiscal_year, departments=here, types=types, on=desk.on, but=but)
    since, wishes = _years(people, here, desk.fiscal_year), earlier_wishes(people, desk.fiscal_year)
    myself, finished = roles.of(user, desk.on).employee_id, finished_courses(people)
    rows = [
        Choice(
            row,
            title=row.posting.title if row.posting else "",
            years=since.get(row.employee.pk, 0),
            wishes=tuple(wishes[row.employee.pk]),
            finished=finished.get(row.employee.pk, 0),
            caution=_caution(row, myself),
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: bool(row.reasons))


def _caution(row: Candidate, myself: int | None) -> str:
    if row.employee.pk == myself:
        return IN_PERSON
    return MANAGER if row.posting is not None and row.posting.is_manager else ""


def finished_courses(people: Iterable[Employee], **of: Any) -> dict[int, int]:
    """How many courses (with `of`: those of which it is true) each has completed; nobody who has none."""
    rows = Enrollment.objects.filter(employee__in=people, status=EnrollmentStatus.COMPLETED, **of)
    return dict(rows.order_by().values_list("employee").annotate(Count("course", distinct=True)))


def _years(people: Iterable[Employee], here: Collection[int], year: FiscalYear) -> dict[int, int]:
    """In which year of theirs people are here, without a break until today: 1 for who came this fiscal year."""
    rows = Posting.objects.primary().filter(employee__in=people, department__in=here, valid_from__lte=year.last_day)
    since: dict[int, Posting] = {}
    for row in rows.order_by("employee", "-valid_from"):
        later = since.get(row.employee_id)
        if later is None or later.valid_from == row.valid_to:
            since[row.employee_id] = row
    return {
        pk: int(year) - int(FiscalYear.containing(row.posted_on or row.valid_from)) + 1 for pk, row in since.items()
    }


def earlier_wishes(people: Iterable[Employee], year: FiscalYear) -> dict[int, list[str]]:
    """Earlier years in which somebody applied, or was recommended; how it ended is not said."""
    rows = Nomination.objects.filter(nominee__in=people, fiscal_year__lt=year, submitted_at__isnull=False)
    found: dict[int, list[str]] = defaultdict(list)
    kept = rows.exclude(status=NominationStatus.WITHDRAWN).select_related("department")
    for row in kept.order_by("fiscal_year", "pk"):
        how = "に自薦" if row.route == Route.SELF else f"に{row.department.name}から推薦"
        found[row.nominee_id].append(f"{row.fiscal_year.short}{how}")
    return found
