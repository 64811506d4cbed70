"""進み具合の見立て: who is on track and who is not, for the office; computed every night, and again on demand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.models import Job
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages import standings
from stages.addresses import CURRICULA, there
from stages.models import StageProgress, Standing
from stages.services import recomputing
from stages.standings import StandingFilter
from stages.views.promoters import OFFICES_ONLY, UNREADABLE

PER_PAGE = 50
ASKED = "全員の進み具合を計算しています。終わるまで数分かかることがあります。"
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/promoters/standing/`"""
    at = clock.now()
    on = clock.day_of(at)
    wanted = StandingFilter(request.GET, on=on)
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    label = f"進み具合の見立ての一覧 {page.paginator.count:,}件"
    audit.record_on_list(StageProgress, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {
        "page": page,
        "wanted": wanted,
        "tallies": [(code, standings.STANDINGS[code], times) for code, times in standings.counts(on).items()],
        "job": Job.objects.filter(kind=recomputing.KIND).order_by("-pk").first(),
        "curricula": there(CURRICULA),
        "no_curriculum": Standing.NO_CURRICULUM,
    }
    return render(request, "stages/standing.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/promoters/standing/download/`"""
    at = clock.now()
    wanted = StandingFilter(request.GET, on=clock.day_of(at))
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = standings.document(rows, on=wanted.on, count=count, conditions=wanted.in_words)
    back = f"{reverse('stages:standing')}?{wanted.query}"
    return hand_out(request, document, model=StageProgress, count=count, at=at, back=back)


@require_POST
@for_offices
def recompute(request: HttpRequest) -> HttpResponse:
    """`/promoters/standing/recompute/`: everybody again, in the background."""
    recomputing.request(by=request.user, at=clock.now())
    messages.info(request, ASKED)
    return redirect("stages:standing")
