"""所属の必修研修: for the head and the deputy, who of the department has not done what is required (R70)."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only
from staff import headed
from staff.models import Department
from training import department_training, required, required_documents
from training import permissions as may
from training.models import Obligation

PER_PAGE = 100
NOT_A_HEAD = "この画面は、所属長と、その代理者のための画面です。ご自分の必修研修はホームとマイページから確認できます。"
for_heads = only(may.see_own_unfinished, reason=NOT_A_HEAD)


@require_safe
@for_heads
def show(request: HttpRequest) -> HttpResponse:
    """`/department/training/`"""
    at = clock.now()
    on = clock.day_of(at)
    department, departments = headed.chosen(request.user, request.GET.get("department"), on=on)
    state = request.GET.get("state", "")
    page = Paginator(department_training.people(department, state, on=on), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = required.shown(page.object_list, on)
    _note(request, department, at)
    context = {
        "department": department,
        "departments": departments,
        "lines": department_training.rates_of(department, on=on),
        "page": page,
        "everybody": state == "all",
        "year": FiscalYear.containing(on),
        "on": on,
    }
    return render(request, "training/department_training.html", context)


@require_safe
@for_heads
def download(request: HttpRequest) -> HttpResponseBase:
    """The same people as a file."""
    at = clock.now()
    on = clock.day_of(at)
    department, _all = headed.chosen(request.user, request.GET.get("department"), on=on)
    state = request.GET.get("state", "")
    rows: Any = department_training.people(department, state, on=on)
    count = rows.count()
    words = f"所属: {department.name}、{'すべて' if state == 'all' else '未受講'}"
    document = required_documents.people(lambda: rows, count, FiscalYear.containing(on), on=on, conditions=words)
    back = f"{reverse('training:department-training')}?department={department.code}"
    return hand_out(request, document, model=Obligation, count=count, at=at, back=back)


def _note(request: HttpRequest, department: Department, at: datetime) -> None:
    label = f"所属の必修研修 {department.name}"
    audit.record_on_list(Obligation, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
