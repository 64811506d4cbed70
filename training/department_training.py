"""Required training of one department as its head reads it: the rates of the year, and the people by name."""

from datetime import date

from django.db.models import QuerySet

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee
from training import rates, required
from training.models import Obligation, Requirement
from training.obligation_states import NOT_DONE, OwedState
from training.rates import Rate
from training.required import RuleLine


def rates_of(department: Department, *, on: date) -> list[RuleLine]:
    """The rules of the year that oblige somebody here, with the rates of those whose primary posting it is (E7)."""
    found = rates.of_departments([department.pk], FiscalYear.containing(on), on=on)
    rows = Requirement.objects.filter(pk__in=found).select_related("course").order_by("obliges", "course__code", "pk")
    return [RuleLine(row, found.get(row.pk, Rate())) for row in rows]


def people(department: Department, state: str, *, on: date) -> QuerySet:
    """The obligations of the rounds that run, of whoever is posted here, 兼務 too; without "all" what is not done.

    What was lifted is nobody's business any more.
    """
    rows = Obligation.objects.of_rounds(FiscalYear.containing(on), on=on).in_service(on).with_state(on)
    rows = rows.filter(employee__in=Employee.objects.posted_to([department.pk], on).order_by().values("pk"))
    rows = rows.exclude(state=OwedState.LIFTED) if state == "all" else rows.filter(state__in=NOT_DONE)
    return required.named(rates.with_place(rows, on), on).order_by("due_on", "employee__employee_number", "pk")
