"""The rows of the programme whose corrections belong to a person's record."""

from collections.abc import Iterable

from django.db.models import Model

from staff import record_changes
from staff.models import Employee
from stages.models import Promoter, StageEnrollment


@record_changes.register
def of_the_programme(employee: Employee) -> Iterable[tuple[type[Model], Iterable[int]]]:
    yield Promoter, Promoter.objects.filter(employee=employee).values_list("pk", flat=True)
    yield StageEnrollment, StageEnrollment.objects.filter(promoter__employee=employee).values_list("pk", flat=True)
