"""意向確認: a promoter's own answer about the year to come; for the office who answered what, and asking."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from staff import roles
from stages import permissions as may
from stages import wish_lists
from stages.forms.wishes import WishCallForm, WishForm
from stages.models import ContinuationWish, Promoter, WishCall
from stages.services import wishes
from stages.views.board import UNREADABLE
from stages.views.promoters import OFFICES_ONLY
from stages.wish_lists import WishFilter

PER_PAGE = 50
ANSWERED = "意向を登録しました。締切日まで、何度でも変更できます。"
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)
for_judges = only(may.judge_year, reason=wishes.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """`/me/progress/continue/`: everybody's own; who is no promoter is told how one becomes one."""
    at = clock.now()
    on = clock.day_of(at)
    employee = roles.of(request.user, on).employee_id
    mine = Promoter.objects.select_related("employee").filter(employee=employee or 0).first()
    if mine is None:
        return render(request, "stages/no_promoter.html", {"may_apply": may.apply_oneself(request.user, on)})
    call = wishes.open_call(on) or wishes.newest_call(on)
    if request.method != "POST" or call is None:
        return _own_page(request, mine, call, on)
    row = _own(mine, call)
    form = WishForm(request.POST, row=row, tracks=wishes.may_choose_a_track(mine))
    if not form.is_valid():
        return _own_page(request, mine, call, on, form, status=422)
    try:
        wishes.answer(mine.pk, call.fiscal_year, **form.cleaned_data, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _own_page(request, mine, call, on, form, status=409)
    messages.success(request, ANSWERED)
    return redirect("stages:wish")


def _own(promoter: Promoter, call: WishCall) -> ContinuationWish | None:
    rows = ContinuationWish.objects.filter(promoter=promoter, fiscal_year=call.fiscal_year)
    return rows.select_related("track").first()


def _own_page(
    request: HttpRequest,
    promoter: Promoter,
    call: WishCall | None,
    on: date,
    form: WishForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    row = _own(promoter, call) if call else None
    refusal = wishes.why_closed(call, on)
    if call is not None and not wishes.asked(call.fiscal_year, on=on).filter(pk=promoter.pk).exists():
        refusal = wishes.NOT_ASKED
    if form is None and refusal is None:
        form = WishForm(row=row, tracks=wishes.may_choose_a_track(promoter))
    context = {"call": call, "row": row, "form": form, "refusal": refusal}
    return render(request, "stages/wish.html", context, status=status)


def _year(request: HttpRequest, on: date) -> FiscalYear:
    """The year to come about which the address asks; the next one unless it says another."""
    try:
        return FiscalYear.parse(request.GET.get("year") or FiscalYear.containing(on).next)
    except ValueError:
        return FiscalYear.containing(on).next


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/promoters/wishes/`"""
    return _page(request, clock.now())


@require_POST
@for_judges
def plan(request: HttpRequest) -> HttpResponse:
    """`/promoters/wishes/plan/`: the days and the words."""
    at = clock.now()
    year = _year(request, clock.day_of(at))
    form = WishCallForm(request.POST, row=wishes.call_for(year))
    if not form.is_valid():
        return _page(request, at, form, status=422)
    try:
        wishes.plan(year, **form.cleaned_data, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, at, form, status=409)
    messages.success(request, "意向確認の設定を保存しました。")
    return redirect(f"{reverse('stages:wishes')}?year={year.short}")


@require_POST
@for_judges
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/wishes/<pk>/issue/`: everybody who is asked is told."""
    return _acted(request, pk, wishes.issue, "{count:,}人に意向確認を案内しました。")


@require_POST
@for_judges
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/wishes/<pk>/remind/`: whoever has not answered."""
    return _acted(request, pk, wishes.remind, "未回答の{count:,}人に催促しました。")


def _acted(request: HttpRequest, pk: int, act: Any, words: str) -> HttpResponse:
    call = get_object_or_404(WishCall, pk=pk)
    try:
        count = act(pk, by=request.user, at=clock.now())
    except DomainError as refusal:
        return refused(request, str(refusal))
    messages.success(request, words.format(count=count))
    return redirect(f"{reverse('stages:wishes')}?year={call.fiscal_year.short}")


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/promoters/wishes/download/`"""
    at = clock.now()
    on = clock.day_of(at)
    wanted = WishFilter(request.GET, year=_year(request, on), on=on)
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = wish_lists.document(rows, year=wanted.year, on=on, count=count, conditions=wanted.in_words)
    back = f"{reverse('stages:wishes')}?{wanted.query}"
    return hand_out(request, document, model=ContinuationWish, count=count, at=at, back=back)


def _page(request: HttpRequest, at: datetime, form: WishCallForm | None = None, *, status: int = 200) -> HttpResponse:
    on = clock.day_of(at)
    wanted = WishFilter(request.GET, year=_year(request, on), on=on)
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    label = f"{wanted.year}に向けた意向確認の一覧 {page.paginator.count:,}件"
    audit.record_on_list(ContinuationWish, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    call = wishes.call_for(wanted.year)
    decides = may.judge_year(request.user, on)
    for row in page.object_list:
        row.said = wish_lists.WORDS[row.answer or wish_lists.UNANSWERED]
    context = {
        "page": page,
        "wanted": wanted,
        "year": wanted.year,
        "call": call,
        "why_closed": wishes.why_closed(call, on),
        "counts": wishes.counts(wanted.year, on=on),
        "decides": decides,
        "form": form or (WishCallForm(row=call) if decides else None),
    }
    return render(request, "stages/wishes.html", context, status=status)
