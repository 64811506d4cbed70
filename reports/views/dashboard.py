"""The dashboard: are we on plan, and why is each figure what it is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.web import only, part
from reports import charts, permissions
from reports.figures import computation, dashboard, why, years
from stages import permissions as may
from stages.services import quotas

CLOSED = (
    "ダッシュボードは、DX推進担当、人財育成・人事担当、情報政策担当、閲覧者とデータ管理者だけが見られます。"
    "ご自分の所属のことは、DX推進担当にお尋ねください。"
)
for_readers = only(permissions.see_dashboard, reason=CLOSED)


@require_safe
@for_readers
def show(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    asked = years.choose(request.GET.get("fiscal_year", ""), on=at.date())
    if asked.chosen is None:
        return render(request, "reports/no_such_year.html", {"years": asked}, status=404)
    snapshot = quotas.latest(asked.chosen)
    people = may.see_promoters(request.user, at.date())
    board = dashboard.of(snapshot, aggregates_only=not people) if snapshot else None
    context = {
        "years": asked,
        "board": board,
        "chart": charts.cumulative(board.years, chosen=int(asked.chosen)) if board else None,
        "computation": computation.newest(at=at, confirmed_at=snapshot.confirmed_at if snapshot else None),
        "may_compute": may.compute_quotas(request.user, at.date()),
        "may_see_people": people,
    }
    return render(request, part(request, "reports/dashboard.html", "board"), context)


@require_safe
@for_readers
def explain(request: HttpRequest, figure: str) -> HttpResponse:
    on = clock.today()
    asked = years.choose(request.GET.get("fiscal_year", ""), on=on)
    snapshot = quotas.latest(asked.chosen) if asked.chosen else None
    people = may.see_promoters(request.user, on)
    reason = why.of(snapshot, figure, aggregates_only=not people) if snapshot else None
    if snapshot is None or reason is None:
        raise Http404
    context = {
        "why": reason,
        "fiscal_year": asked.chosen,
        "back": f"{reverse('reports:dashboard')}?fiscal_year={snapshot.fiscal_year.start_year}",
    }
    return render(request, part(request, "reports/why.html", "reason"), context)
