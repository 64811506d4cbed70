"""回答の状況: which departments have answered the call; and how the nominations spread over the bureaus."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import refused
from staff.models import Department
from stages import board, coverage_documents
from stages import permissions as may
from stages.forms.coverage import CoverageFilter
from stages.rules import nomination as rules
from stages.services import coverage
from stages.services.coverage import Answer, AnswerState
from stages.views.board import UNREADABLE, for_offices, year_of

PER_PAGE = 100


@dataclass(frozen=True)
class Listing:
    """What both the page and the file are made of."""

    year: FiscalYear
    wanted: CoverageFilter
    all: list[Answer]
    chosen: list[Answer]


def _listing(request: HttpRequest, on: date) -> Listing:
    year = year_of(request, on)
    every = coverage.answers(year, on=on)
    wanted = CoverageFilter(request.GET, answers=every, year=year)
    return Listing(year, wanted, every, wanted.chosen(every))


@require_safe
@for_offices
def show(request: HttpRequest) -> HttpResponse:
    """`/nominations/coverage/`"""
    at = clock.now()
    on = clock.day_of(at)
    listing = _listing(request, on)
    label = f"{listing.year}の回答の状況 {len(listing.chosen):,}所属"
    audit.record_on_list(Department, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    counts = Counter(str(row.state) for row in listing.all)
    context = {
        "listing": listing,
        "year": listing.year,
        "page": Paginator(listing.chosen, PER_PAGE).get_page(request.GET.get("page")),
        "states": [(state.value, state.label, counts[state.value]) for state in AnswerState],
        "answered": len(listing.all) - counts[AnswerState.UNANSWERED],
        "bureaus": coverage_documents.by_bureau(listing.all),
        "call": rules.call_of(listing.year),
        "decides": may.run_nominations(request.user, on),
        "on": on,
    }
    return render(request, "stages/coverage.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/nominations/coverage/download/`: the list; with `state=unanswered` the 未回答 alone, for mail merge (R40)."""
    at = clock.now()
    listing = _listing(request, at.date())
    if not listing.wanted.is_valid():
        return refused(request, UNREADABLE)
    document = coverage_documents.document(
        listing.chosen,
        fiscal_year=listing.year,
        call=rules.call_of(listing.year),
        on=at.date(),
        conditions=listing.wanted.in_words,
    )
    back = f"{reverse('stages:coverage')}?{listing.wanted.query}"
    return hand_out(request, document, model=Department, count=len(listing.chosen), at=at, back=back)


@require_safe
@for_offices
def balance(request: HttpRequest) -> HttpResponse:
    """`/nominations/balance/`: adopted in each bureau against its departments (R36)."""
    at = clock.now()
    on = clock.day_of(at)
    year = year_of(request, on)
    rows = board.balance(year, on=on)
    context = {
        "year": year,
        "rows": rows,
        "total": board.sum_of(rows),
        "decides": may.run_nominations(request.user, on),
        "on": on,
    }
    return render(request, "stages/balance.html", context)


@require_safe
@for_offices
def download_balance(request: HttpRequest) -> HttpResponseBase:
    """`/nominations/balance/download/`"""
    at = clock.now()
    year = year_of(request, clock.day_of(at))
    rows = board.balance(year, on=at.date())
    document = coverage_documents.balance(rows, fiscal_year=year, on=at.date())
    back = f"{reverse('stages:balance')}?year={year.short}"
    return hand_out(request, document, model=Department, count=len(rows), at=at, back=back)
