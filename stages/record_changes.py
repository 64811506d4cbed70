"""The rows of the programme whose corrections belong to a person's record."""

from collections.abc import Iterable

from django.db.models import QuerySet

from staff import record_changes
from staff.models import Employee
from stages.models import Promoter, StageEnrollment


@record_changes.register
def of_the_programme(employee: Employee) -> Iterable[QuerySet]:
    yield Promoter.objects.filter(employee=employee)
    yield StageEnrollment.objects.filter(promoter__employee=employee)
