"""What follows an answer to the call: nobody is reminded of it any more."""

from datetime import datetime

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Notice
from staff.services import notices
from stages.models import NominationCall


def call_off(department: Department, fiscal_year: FiscalYear, *, at: datetime) -> None:
    """Take back the reminders to this post, under whatever name: also out of the letter that has not gone yet."""
    calls = NominationCall.objects.filter(fiscal_year=fiscal_year).values_list("pk", flat=True)
    for pk in calls:
        places = Department.with_former_names([department.pk])
        rows = Notice.objects.kept().filter(key__startswith=prefix(pk), department__in=places)
        notices.cancel(list(rows.values_list("key", flat=True)), at=at)


def prefix(call_id: int) -> str:
    """How the keys of the reminders of a call begin."""
    return f"reminder:{call_id}:"
