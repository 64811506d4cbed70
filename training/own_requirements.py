"""The required courses of one person, as that person and the head read them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee
from training.models import Obligation
from training.obligation_states import TO_DO, OwedState


@dataclass(frozen=True)
class Own:
    """A required course of a person. `state` is a code of `OwedState`, `word` how it reads; `days_late` after `due`."""

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
        return OwedState(self.state).label

    @property
    def href(self) -> str:
        return f"/courses/{self.code}/"

    @property
    def to_do(self) -> bool:
        return self.state in TO_DO


def of(employee: Employee, on: date) -> list[Own]:
    """What `employee` has to finish in the round that runs on `on`, the nearest due day first; in one query.

    What was lifted (no longer 管理職, left) is not in it.
    """
    year = FiscalYear.containing(on)
    rows = Obligation.objects.filter(
        employee=employee, counts_until__gte=year, fiscal_year__lte=year, obliged_on__lte=on
    )
    found: dict[int, Own] = {}
    for row in rows.with_state(on).with_done_on(on).select_related("requirement__course").order_by("fiscal_year"):
        found[row.requirement_id] = _own(row, on)  # who became obliged anew within a round: the newest counts
    shown = [own for own in found.values() if own.state != OwedState.LIFTED]
    return sorted(shown, key=lambda own: (own.state == OwedState.DONE, own.due, own.name))


def _own(row: Any, on: date) -> Own:
    course = row.requirement.course
    return Own(
        name=row.requirement.name,
        course=course.name,
        code=course.code,
        fiscal_year=row.fiscal_year,
        state=row.state,
        due=row.due_on,
        done_on=row.done_on,
        days_late=max((on - row.due_on).days, 0) if row.state == OwedState.OVERDUE else 0,
    )
