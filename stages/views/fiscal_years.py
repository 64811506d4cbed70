"""年度の締め: which years of the plan are closed; closing one, and opening it again, with a reason."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock, closing
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import only
from stages import permissions as may
from stages.closing_forms import ClosingForm
from stages.services import fiscal_years

OFFICES_ONLY = (
    "年度の締めの状況は、DX推進担当、人財育成・人事担当、情報政策担当、データ管理者と閲覧者だけが見られます。"
)
for_offices = only(may.see_years, reason=OFFICES_ONLY)
for_closers = only(may.close_years, reason=fiscal_years.NOT_YOURS)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/plan/years/`"""
    on = clock.today()
    standings = fiscal_years.standings(on=on)
    acts = sorted((row for standing in standings for row in standing.acts), key=lambda row: row.pk, reverse=True)
    context = {"standings": standings, "acts": acts, "may_close": may.close_years(request.user, on)}
    return render(request, "stages/fiscal_years.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_closers
def close(request: HttpRequest, number: int) -> HttpResponse:
    """`/plan/years/<number>/close/`: what it means, why, and the act."""
    year, at = _year(number), clock.now()
    context = {"year": year, "unfinished": fiscal_years.unfinished(year)}
    return _ask(request, "stages/fiscal_year_close.html", context, fiscal_years.close, f"{year}を締めました。", at=at)


@require_http_methods(["GET", "HEAD", "POST"])
@for_closers
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """`/plan/years/<number>/reopen/`: which years it opens, why, and the act."""
    year, at = _year(number), clock.now()
    opened = sorted(closing.to_reopen(year, closing.closed_years()))
    context = {"year": year, "opened": opened}
    done = f"{'、'.join(map(str, opened))}の締めを解除しました。"
    return _ask(request, "stages/fiscal_year_reopen.html", context, fiscal_years.reopen, done, at=at)


def _ask(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    act: Callable[..., Any],
    done: str,
    *,
    at: datetime,
) -> HttpResponse:
    form, status = ClosingForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(context["year"], reason=form.cleaned_data["reason"], by=request.user, at=at)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, done)
                return redirect("stages:years")
    return render(request, template, {"form": form, **context}, status=status)


def _year(number: int) -> FiscalYear:
    """A year of the plan; the others have no page."""
    year = next((year for year in fiscal_years.plan_years() if int(year) == number), None)
    if year is None:
        raise Http404
    return year
