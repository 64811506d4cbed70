"""Giving a person another 職員番号."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from staff import permissions as may
from staff.forms.numbers import NumberForm
from staff.models import Employee
from staff.services import numbers


@require_http_methods(["GET", "HEAD", "POST"])
@only(may.change_numbers, reason=numbers.NOT_YOURS)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """`/people/<number>/number/`"""
    at = clock.now()
    today = clock.day_of(at)
    person = get_object_or_404(Employee.objects.visible_to(request.user, today), employee_number=number)
    form = NumberForm(request.POST if request.method == "POST" else None, today=today)
    status = 422 if form.errors else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            person = numbers.change(
                person.pk, given["number"], on=given["on"], by=request.user, at=at, reason=given["reason"]
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"{person.name}さんの職員番号を{person.employee_number}に切り替えました。")
            return redirect("staff:employee", number=person.employee_number)
    return render(request, "staff/number.html", {"person": person, "form": form}, status=status)
