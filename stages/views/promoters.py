"""DX推進員: the list of all, as a page and as a file, and one person's record."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import documents, record
from stages import permissions as may
from stages.filters import PromoterFilter
from stages.models import Promoter

PER_PAGE = 50
OFFICES_ONLY = (
    "DX推進員の名簿は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
    "ご自分の所属のことは、DX推進担当にお尋ねください。"
)
UNREADABLE = "絞り込みの条件を読み取れません。一覧に戻り、条件を選び直してください。"
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    wanted = PromoterFilter(request.GET, on=at.date())
    page = Paginator(wanted.rows().only("pk"), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = wanted.lines(page.object_list)
    for row in page.object_list:
        row.status_word = documents.STATUSES.get(row.status, "")
    count = page.paginator.count
    audit.record_on_list(
        Promoter, "viewed", label=f"DX推進員の一覧 {count:,}件", after=request.GET.dict(), by=request.user, at=at
    )
    return render(request, "stages/promoters.html", {"page": page, "wanted": wanted, "on": at.date()})


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    at = clock.now()
    wanted = PromoterFilter(request.GET, on=at.date())
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = documents.promoters(rows, fiscal_year=wanted.year, on=at.date(), count=count, conditions=wanted.in_words)
    back = f"{reverse('stages:promoters')}?{wanted.query}"
    return hand_out(request, document, model=Promoter, count=count, at=at, back=back)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/<id>/`: the whole record; with `?as_of=` on to the progress as it was on that day."""
    at = clock.now()
    if "as_of" in request.GET:
        return redirect(f"{reverse('stages:promoter-progress', args=[pk])}?{request.GET.urlencode()}")
    rows = Promoter.objects.select_related("employee", "department__parent")
    promoter = get_object_or_404(rows if may.see_promoters(request.user, at.date()) else rows.none(), pk=pk)
    audit.record(promoter, "viewed", by=request.user, at=at)
    return render(request, "stages/promoter.html", {"record": record.of(promoter, reader=request.user, on=at.date())})
