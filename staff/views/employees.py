"""One person: the record of a day, and the line of time."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from staff import permissions as may
from staff import roles, timeline
from staff.models import Absence, Employee, Posting, User
from staff.services import disclosures
from staff.views.days import asked


@dataclass(frozen=True)
class Life:
    """A person's postings and absences, as far as the reader may see them."""

    postings: list[Posting]
    absences: list[Absence]

    def primary_on(self, day: date) -> Posting | None:
        return next((row for row in self.postings if row.is_primary and row.holds_on(day)), None)

    def concurrent_on(self, day: date) -> list[Posting]:
        return [row for row in self.postings if not row.is_primary and row.holds_on(day)]

    def absence_on(self, day: date) -> Absence | None:
        return next((row for row in self.absences if row.holds_on(day)), None)


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """`/people/<number>/`. A stranger gets the page of one who does not exist."""
    at = clock.now()
    today = clock.day_of(at)
    person = Employee.objects.visible_to(request.user, today).numbered(number).first()
    if person is None:
        raise Http404
    if person.employee_number != number:
        return redirect(f"{reverse('staff:employee', args=[person.employee_number])}?{request.GET.urlencode()}")
    days = asked(request, today=today)
    disclosures.record_shown(person, to=request.user, by=roles.acting_for(request.user, today), at=at)
    life = _life(person, request.user, today)
    told = may.see_leave_reason(request.user, today) or person.pk == request.user.employee_id
    own = [*timeline.of_postings(life.postings), *timeline.of_absences(life.absences, reasons=told)]
    horizon = may.horizon(request.user, today)
    context = {
        "days": days,
        "person": person,
        "place": life.primary_on(days.day),
        "concurrent": life.concurrent_on(days.day),
        "absence": life.absence_on(days.day),
        "told": told,
        "in_service": person.in_service_on(days.day),
        "left_on": person.left_on if horizon is None or (person.left_on and person.left_on <= horizon) else None,
        "entries": timeline.of_employee(person, own, user=request.user, on=today),
        "may_change_number": may.change_numbers(request.user, today),
        "may_see_corrections": may.see_corrections(request.user, today),
        "in_directory": may.see_directory(request.user, today),
    }
    return render(request, "staff/employee.html", context)


def _life(person: Employee, user: User, on: date) -> Life:
    postings = Posting.objects.visible_to(user, on).filter(employee=person).select_related("department__parent")
    absences = Absence.objects.visible_to(user, on).filter(employee=person)
    return Life(list(postings.order_by("valid_from", "pk")), list(absences.order_by("valid_from")))
