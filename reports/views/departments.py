"""推薦の状況: the nominating departments of a year, as a page and as a file."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from reports.exports import departments as export
from reports.figures import departments
from reports.figures.departments import Line
from reports.forms import DepartmentFilter
from staff.models import Department
from stages import permissions as may
from stages.services import quota_facts

PER_PAGE = 100
OFFICES_ONLY = (
    "推薦の状況は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
    "ご自分の所属のことは、DX推進担当にお尋ねください。"
)
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)


@dataclass(frozen=True)
class Listing:
    """What both the page and the file are made of."""

    fiscal_year: FiscalYear
    reference_date: date
    wanted: DepartmentFilter
    all: list[Line]
    chosen: list[Line]


@require_safe
@for_offices
def show(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    try:
        listing = _listing(request, at)
    except (DomainError, ValueError) as reason:
        return refused(request, str(reason), status=404)
    page = Paginator(listing.chosen, PER_PAGE).get_page(request.GET.get("page"))
    departments.add_people(page.object_list, listing.fiscal_year, on=at.date())
    label = f"推薦の状況 {len(listing.chosen):,}所属"
    audit.record_on_list(Department, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {"listing": listing, "page": page, "counts": departments.counts(listing.all), "on": at.date()}
    return render(request, "reports/departments.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    at = clock.now()
    try:
        listing = _listing(request, at)
    except (DomainError, ValueError) as reason:
        return refused(request, str(reason), status=404)
    departments.add_people(listing.chosen, listing.fiscal_year, on=at.date())
    document = export.document(
        listing.chosen,
        fiscal_year=listing.fiscal_year,
        reference_date=listing.reference_date,
        on=at.date(),
        conditions=listing.wanted.in_words,
    )
    back = f"{reverse('reports:departments')}?{listing.wanted.query}"
    return hand_out(request, document, model=Department, count=len(listing.chosen), at=at, back=back)


def _listing(request: HttpRequest, at: datetime) -> Listing:
    """Raises DomainError or ValueError, with a sentence, for a year that is none of the plan's."""
    on = at.date()
    fiscal_year = FiscalYear.parse(request.GET.get("fiscal_year") or FiscalYear.containing(on))
    plan = quota_facts.plan_in_force(on, covering=fiscal_year)
    reference_date = plan.targets[fiscal_year].reference_date or fiscal_year.first_day
    lines = departments.lines(fiscal_year, reference_date=reference_date, on=on)
    wanted = DepartmentFilter(request.GET, years=plan.targets, chosen=fiscal_year, lines=lines)
    return Listing(fiscal_year, reference_date, wanted, lines, wanted.chosen(lines))
