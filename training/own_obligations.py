"""The required courses of one person, as that person reads them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee
from training.models import Completion, Obligation

WORDS = {"done": "修了", "overdue": "期限超過", "open": "未修了"}


@dataclass(frozen=True)
class Own:
    """A required course of a person. `state` is a code of `WORDS`; `days_late` after `due`."""

    name: str
    course: str
    code: str
    fiscal_year: FiscalYear
    state: str
    due: date
    done_on: date | None
    days_late: int

    @property
    def word(self) -> str:
        return WORDS[self.state]

    @property
    def href(self) -> str:
        return f"/courses/{self.code}/"

    @property
    def to_do(self) -> bool:
        return self.state != "done"


def of(employee: Employee, on: date) -> list[Own]:
    """The obligations of the year of `on` that are not lifted, the open ones first, the nearest due day first."""
    year = FiscalYear.containing(on)
    completions = Completion.objects.standing().filter(
        employee=OuterRef("employee"), course=OuterRef("requirement__course"), fiscal_year=OuterRef("fiscal_year")
    )
    rows = Obligation.objects.filter(employee=employee, fiscal_year=year)
    rows = rows.filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=on)).select_related("requirement__course")
    shown = [
        _own(row, row.done_on, on) for row in rows.annotate(done_on=Subquery(completions.values("completed_on")[:1]))
    ]
    return sorted(shown, key=lambda own: (not own.to_do, own.due, own.name))


def _own(row: Obligation, done_on: date | None, on: date) -> Own:
    late = done_on is None and row.due_on < on
    return Own(
        name=row.requirement.name,
        course=row.requirement.course.name,
        code=row.requirement.course.code,
        fiscal_year=row.fiscal_year,
        state="done" if done_on else "overdue" if late else "open",
        due=row.due_on,
        done_on=done_on,
        days_late=(on - row.due_on).days if late else 0,
    )
