"""事例集: approved practice reports of the whole prefecture, for everyone in service."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages import practice_documents, practice_lists
from stages.models import PracticeReport
from stages.practice_filters import LibraryFilter

PER_PAGE = 30
FOR_STAFF = "事例集は、在職している職員のための画面です。"
OFFICES_ONLY = "事例集のファイルは、担当課とデータ管理者だけが取り出せます。画面では、だれでも読めます。"
UNREADABLE = "絞り込みの条件を読み取れません。一覧に戻り、条件を選び直してください。"
for_staff = only(may.see_library, reason=FOR_STAFF)


@require_safe
@for_staff
def show_all(request: HttpRequest) -> HttpResponse:
    """`/library/`"""
    on = clock.today()
    wanted = LibraryFilter(request.GET, on=on)
    page = Paginator(wanted.rows().defer("search_key", "as_returned"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wanted": wanted, "takes": may.take_library(request.user, on), **wanted.totals()}
    return render(request, "stages/library.html", context)


@require_safe
@only(may.take_library, reason=OFFICES_ONLY)
def download(request: HttpRequest) -> HttpResponseBase:
    """`/library/download/`"""
    at = clock.now()
    wanted = LibraryFilter(request.GET, on=at.date())
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = practice_documents.library(rows, on=at.date(), count=count, conditions=wanted.in_words)
    back = f"{reverse('stages:library')}?{wanted.query}"
    return hand_out(request, document, model=PracticeReport, count=count, at=at, back=back)


@require_safe
@for_staff
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/library/<pk>/`: 404 as soon as its writer keeps it out."""
    row = get_object_or_404(practice_lists.library(clock.today()), pk=pk)
    return render(request, "stages/library_report.html", {"row": row})
