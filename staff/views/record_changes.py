"""What was changed in one person's records, with the former values."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.web import only
from staff import permissions as may
from staff import record_changes, roles
from staff.models import Employee
from staff.services import disclosures

HR_ONLY = "職員の記録の訂正・変更を見られるのは、人財育成・人事担当だけです。"


@require_safe
@only(may.see_corrections, reason=HR_ONLY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """`/people/<number>/changes/`"""
    at = clock.now()
    today = clock.day_of(at)
    person = get_object_or_404(Employee.objects.visible_to(request.user, today), employee_number=number)
    disclosures.record_shown(person, to=request.user, by=roles.acting_for(request.user, today), at=at)
    changes = record_changes.of_employee(person)
    return render(request, "staff/record_changes.html", {"person": person, "changes": changes})
