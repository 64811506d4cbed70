"""Having the figures computed now, and watching it."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.models import Job
from aomori_dx.kernel.web import only
from reports import permissions
from reports.figures import computation
from reports.services import computation as service
from stages import permissions as may
from stages.services import quotas

MAY_NOT = "計算を始められるのは、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけです。"


@require_POST
@only(may.compute_quotas, reason=MAY_NOT)
def compute(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    seen = request.POST.get("seen", "")
    job = service.ask(seen=int(seen) if seen.isascii() and seen.isdecimal() else 0, by=request.user, at=at)
    fiscal_year = _year(request.POST)
    if request.headers.get("HX-Request"):
        return _act(request, computation.of(job, at=at), fiscal_year)
    query = f"?fiscal_year={fiscal_year}" if fiscal_year else ""
    return redirect(f"{reverse('reports:dashboard')}{query}#computation")


@require_safe
@only(permissions.see_jobs, reason=MAY_NOT)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk, kind=quotas.KIND)
    return _act(request, computation.of(job, at=clock.now()), _year(request.GET))


def _year(query: QueryDict) -> str:
    """The year of the page that asks, to come back to it."""
    text = query.get("fiscal_year", "")
    return text if text.isdecimal() and text.isascii() else ""


def _act(request: HttpRequest, newest: computation.Computation, fiscal_year: str) -> HttpResponse:
    context = {"computation": newest, "fiscal_year": fiscal_year, "live": True}
    return render(request, "reports/dashboard/computation_act.html", context)
