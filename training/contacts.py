"""連絡リスト: everybody whom an officer must reach about a run, with what became of the booking."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from staff.models import Employee
from training.models import CourseRun, EnrollmentStatus

NOT_MOVED = "まだ移していません"


@dataclass(frozen=True)
class Contact:
    """A person of the run. `status`: the booking, as it was when the run was called off; `outcome`: what followed."""

    person: Any
    status: str
    outcome: str = ""
    moved: bool = False


def of(run: CourseRun, *, on: date) -> list[Contact]:
    """Those with a seat and those who wait; of a run that was called off, those who had one, in the official order of
    departments."""
    rows = run.enrollments.exclude(status=EnrollmentStatus.REJECTED).first_come()
    rows = rows.select_related("run").prefetch_related("moved_to__run")
    shown = [row for row in rows if row.status != EnrollmentStatus.CANCELLED or row.called_off_as]
    people = Employee.objects.filter(pk__in=[row.employee_id for row in shown]).with_place(on).by_place()
    places = {person.pk: (place, person) for place, person in enumerate(people)}
    shown.sort(key=lambda row: places[row.employee_id][0])
    return [_contact(row, places[row.employee_id][1]) for row in shown]


def _contact(row: Any, person: Any) -> Contact:
    status = EnrollmentStatus(row.called_off_as or row.status).label
    if not row.called_off_as:
        return Contact(person, str(status))
    new = next(iter(row.moved_to.all()), None)
    if new is None:
        return Contact(person, str(status), row.supplement or NOT_MOVED)
    return Contact(person, str(status), f"第{new.run.number}回へ移動({new.get_status_display()})", moved=True)
