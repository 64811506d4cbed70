"""掘り起こし: whom the office might invite to apply."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.tables.handing_out import hand_out
from staff.models import Employee
from stages import permissions as may
from stages import prospects
from stages.views.board import for_offices, year_of

PER_PAGE = 50


@require_safe
@for_offices
def show(request: HttpRequest) -> HttpResponse:
    """`/nominations/prospects/`"""
    at = clock.now()
    on = clock.day_of(at)
    year = year_of(request, on)
    page = Paginator(prospects.people(year, on=on), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = prospects.lines(page.object_list, year)
    label = f"{year}の掘り起こしの一覧 {page.paginator.count:,}人"
    audit.record_on_list(Employee, "viewed", label=label, by=request.user, at=at)
    context = {"page": page, "year": year, "decides": may.run_nominations(request.user, on), "on": on}
    return render(request, "stages/prospects.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/nominations/prospects/download/`"""
    at = clock.now()
    on = clock.day_of(at)
    year = year_of(request, on)
    rows = prospects.lines(prospects.people(year, on=on), year)
    back = f"{reverse('stages:prospects')}?year={year.short}"
    document = prospects.document(rows, fiscal_year=year, on=on)
    return hand_out(request, document, model=Employee, count=len(rows), at=at, back=back)
