"""The deputies of a department: who was, who is, who will be; setting one and taking the powers back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.wareki import short_date
from staff import organisation
from staff import permissions as may
from staff.forms.deputies import AnybodyAsDeputyForm, DeputyForm, EndForm, OwnPeopleAsDeputyForm
from staff.models import Department, Deputy, Employee
from staff.services import deputies

NOT_YOURS = "代理者の一覧を表示できるのは、その所属の所属長と代理者、人財育成・人事担当などの担当課だけです。"


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, code: str) -> HttpResponse:
    """`/departments/<code>/deputies/`"""
    department = _department(request, code)
    if request.method == "POST":
        return _appoint(request, department)
    return _page(request, department, _form(request, department))


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """`/departments/<code>/deputies/<pk>/end/`: names whom it concerns, then ends it."""
    at = clock.now()
    today = clock.day_of(at)
    department = _department(request, code)
    if not may.set_deputy(request.user, department, today):
        raise PermissionDenied(deputies.NOT_YOURS)
    rows = Deputy.objects.visible_to(request.user, today).of_place(department).select_related("employee")
    deputy = get_object_or_404(rows, pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None, today=today)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            deputies.end(deputy.pk, valid_to=form.cleaned_data["valid_to"], by=request.user, at=at)
        except DomainError as refusal:
            form.add_error("valid_to", str(refusal))
            status = 409
        else:
            messages.success(request, f"{department.name}の代理者({deputy.employee.name}さん)の期間を終えました。")
            return redirect("staff:deputies", code=code)
    context = {"department": department, "deputy": deputy, "form": form}
    return render(request, "staff/deputy_end.html", context, status=status)


def _department(request: HttpRequest, code: str) -> Department:
    """The department of today; a page that says why not (403) for those who may not see its deputies."""
    today = clock.today()
    rows = Department.objects.visible_to(request.user, today).on(today).filter(code=code).select_related("parent")
    department = get_object_or_404(rows)
    if not may.see_deputies(request.user, department, today):
        raise PermissionDenied(NOT_YOURS)
    return department


def _appoint(request: HttpRequest, department: Department) -> HttpResponse:
    if not may.set_deputy(request.user, department, clock.today()):
        raise PermissionDenied(deputies.NOT_YOURS)
    form = _form(request, department, request.POST)
    if not form.is_valid():
        return _page(request, department, form, status=422)
    given = form.cleaned_data
    try:
        deputy = deputies.appoint(
            department,
            given["employee"],
            valid_from=given["valid_from"],
            valid_to=form.valid_to,
            reason=given["reason"],
            by=request.user,
            at=clock.now(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, department, form, status=409)
    span = f"{short_date(deputy.valid_from)}から{short_date(given['last_day'])}まで"
    messages.success(request, f"{department.name}の代理者に{deputy.employee.name}さんを登録しました({span})。")
    return redirect("staff:deputies", code=department.code)


def _form(request: HttpRequest, department: Department, given: Any = None) -> DeputyForm:
    today = clock.today()
    initial = {"valid_from": short_date(today), "employee": request.GET.get("employee", "")}
    if may.name_anybody(request.user, today):
        return AnybodyAsDeputyForm(given, initial=initial)
    people = Employee.objects.visible_to(request.user, today).in_service(today).posted_to([department.pk], today)
    return OwnPeopleAsDeputyForm(given, initial=initial, people=people.order_by("employee_number"))


def _page(request: HttpRequest, department: Department, form: DeputyForm, *, status: int = 200) -> HttpResponse:
    today = clock.today()
    rows = Deputy.objects.visible_to(request.user, today).of_place(department)
    line = organisation.place(request.user, department, [], today, on=today).line
    context = {
        "department": department,
        "line": line,
        "rows": [(row, _state(row, today)) for row in rows.select_related("employee").order_by("-valid_from", "-pk")],
        "form": form,
        "may_set": may.set_deputy(request.user, department, today),
        "names_anybody": may.name_anybody(request.user, today),
    }
    return render(request, "staff/deputies.html", context, status=status)


def _state(row: Deputy, today: Any) -> str:
    """cancelled, over, running or to_come"""
    if row.cancelled_at:
        return "cancelled"
    if row.holds_on(today):
        return "running"
    return "to_come" if row.valid_from > today else "over"
