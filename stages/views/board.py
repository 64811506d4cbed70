"""推薦と選考: all nominations of a year on one board, and one of them with everything."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import audit, clock, closing
from aomori_dx.kernel.errors import DomainError, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import board, nomination_documents, nomination_record
from stages import permissions as may
from stages.forms import acts
from stages.forms.acts import BoardForm
from stages.models import Nomination
from stages.nomination_filters import NominationFilter
from stages.services import fiscal_years, selection

PER_PAGE = 50
OFFICES_ONLY = (
    "推薦の一覧は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
    "ご自分の所属のことは、DX推進担当にお尋ねください。"
)
UNREADABLE = "絞り込みの条件を読み取れません。一覧に戻り、条件を選び直してください。"
OTHERS_NOW = "表示したあとで、条件に合う推薦の件数が変わりました。一覧を確かめて、もう一度選んでください。"
for_offices = only(may.see_nominations, reason=OFFICES_ONLY)
for_deciders = only(may.run_nominations, reason=selection.NOT_YOURS)


def year_of(request: HttpRequest, on: date) -> FiscalYear:
    """The year that the address names, or the present one. 404 for what is no year."""
    try:
        return FiscalYear.parse(request.GET.get("year") or FiscalYear.containing(on))
    except ValueError as error:
        raise Http404 from error


def wanted_of(request: HttpRequest, on: date) -> NominationFilter:
    """The nominations that the address asks for, of those that this person may see."""
    rows = Nomination.objects.visible_to(request.user, on)
    return NominationFilter(request.GET, rows=rows, years=fiscal_years.plan_years(), year=year_of(request, on), on=on)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/nominations/`"""
    return _page(request, wanted_of(request, clock.today()))


def _page(
    request: HttpRequest,
    wanted: NominationFilter,
    form: BoardForm | None = None,
    *,
    marked: Collection[int] = (),
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    on = clock.day_of(at)
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    label = f"{wanted.year}の推薦の一覧 {count:,}件"
    audit.record_on_list(Nomination, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {
        "page": page,
        "wanted": wanted,
        "year": wanted.year,
        "capacity": board.capacity(wanted.year, on=on),
        "decides": may.run_nominations(request.user, on),
        "closed": closing.closed_years().why_not(wanted.year),
        "form": form or BoardForm(),
        "marked": set(marked),
        "on": on,
    }
    return render(request, "stages/nominations.html", context, status=status)


@require_POST
@for_deciders
def act(request: HttpRequest) -> HttpResponse:
    """`/nominations/act/`: what the board proposes for one or many; nobody is told."""
    wanted = wanted_of(request, clock.today())
    form = BoardForm(request.POST)
    if not form.is_valid():
        return _page(request, wanted, form, marked=form.cleaned_data.get("marked", ()), status=422)
    try:
        pks = _chosen(form.cleaned_data, wanted)
        _carry_out(request, form.cleaned_data, pks)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, wanted, form, marked=form.cleaned_data["marked"], status=409)
    word = dict(acts.BOARD_ACTS)[form.cleaned_data["act"]].partition("(")[0]
    messages.success(request, f"{len(pks):,}件: {word}({_names(pks)})。確定するまで、だれにも通知されません。")
    return redirect(f"{reverse('stages:nominations')}?{wanted.query}")


def _chosen(given: dict[str, Any], wanted: NominationFilter) -> list[int]:
    """The ids that were chosen, among those that this person sees. Raises RuleBroken where they changed meanwhile."""
    if given["which"] == acts.ALL:
        found = list(wanted.rows().values_list("pk", flat=True))
        if given["count"] != len(found):
            raise RuleBroken(OTHERS_NOW)
        return found
    asked = given["on_page"] if given["which"] == acts.PAGE else given["marked"]
    return list(wanted.queryset.filter(pk__in=asked).order_by("pk").values_list("pk", flat=True))


def _carry_out(request: HttpRequest, given: dict[str, Any], pks: list[int]) -> None:
    who = {"by": request.user, "at": clock.now()}
    if given["act"] == acts.TAKE_UP:
        selection.take_up(pks, **who)
        return
    proposal = "" if given["act"] == acts.TAKE_BACK else given["act"]
    selection.propose(pks, proposal, reason=given["reason"], **who)


def _names(pks: list[int], most: int = 5) -> str:
    names = list(Nomination.objects.filter(pk__in=pks[:most]).order_by("pk").values_list("nominee__name", flat=True))
    more = len(pks) - len(names)
    return "、".join(names) + (f" ほか{more:,}人" if more else "")


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/nominations/download/`: the list as a file."""
    at = clock.now()
    wanted = wanted_of(request, at.date())
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = nomination_documents.nominations(
        rows, fiscal_year=wanted.year, on=at.date(), count=count, conditions=wanted.in_words
    )
    back = f"{reverse('stages:nominations')}?{wanted.query}"
    return hand_out(request, document, model=Nomination, count=count, at=at, back=back)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/nominations/<pk>/`"""
    at = clock.now()
    row = _visible(request, pk)
    audit.record(row, "viewed", by=request.user, at=at)
    return _one(request, row)


@require_POST
@for_deciders
def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """`/nominations/<pk>/<deed>/`: one act upon one nomination."""
    row, at = _visible(request, pk), clock.now()
    wanted = nomination_record.DEEDS.get(name)
    if wanted is None:
        raise Http404
    form = wanted.form(request.POST, row=row, on=at.date())
    if not form.is_valid():
        return _one(request, row, tried=name, form=form, status=422)
    try:
        wanted.do(row, **form.cleaned_data, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _one(request, _visible(request, pk), tried=name, form=form, status=409)
    messages.success(request, f"{row.nominee.name}さん: {wanted.label}を記録しました。")
    return redirect("stages:nomination", pk=pk)


def _visible(request: HttpRequest, pk: int) -> Nomination:
    """One that this person sees; for the others there is nothing here (404)."""
    on = clock.today()
    related = ("nominee", "department__parent", "wanted_track", "clashes_with__department")
    rows = Nomination.objects.select_related(*related)
    rows = rows.visible_to(request.user, on) if may.see_nominations(request.user, on) else rows.none()
    return get_object_or_404(rows, pk=pk)


def _one(
    request: HttpRequest, row: Nomination, *, tried: str = "", form: Any = None, status: int = 200
) -> HttpResponse:
    at = clock.now()
    record = nomination_record.of(row, at=at)
    decides = may.run_nominations(request.user, clock.day_of(at))
    if decides:
        nomination_record.offer(record, by=request.user, at=at, tried=tried, form=form)
    context = {"record": record, "row": row, "year": row.fiscal_year, "decides": decides}
    return render(request, "stages/nomination.html", context, status=status)
