"""例外: what contradicts the nominations of a year, one by one, and what the office does about each."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from stages import permissions as may
from stages.forms.acts import ExceptionForm
from stages.models import Nomination
from stages.services import exceptions
from stages.views.board import for_offices, year_of

DONE = {
    "clear": "このまま進めることにしました",
    "merge": "2つの推薦を併合しました",
    "refuse": "あとからの推薦を受け付けませんでした",
}
for_deciders = only(may.run_nominations, reason=exceptions.NOT_YOURS)


@dataclass(frozen=True)
class Tried:
    """What was refused, with what was typed."""

    pk: int
    code: str
    reason: str
    refusal: str


@require_safe
@for_offices
def show(request: HttpRequest) -> HttpResponse:
    """`/nominations/exceptions/`"""
    return _page(request)


def _page(request: HttpRequest, tried: Tried | None = None, *, status: int = 200) -> HttpResponse:
    at = clock.now()
    on = clock.day_of(at)
    year = year_of(request, on)
    found = exceptions.find(year, at=at)
    label = f"{year}の推薦の例外 {len(found):,}件"
    audit.record_on_list(Nomination, "viewed", label=label, by=request.user, at=at)
    context = {
        "year": year,
        "standing": [row for row in found if not row.is_cleared],
        "cleared": [row for row in found if row.is_cleared],
        "decides": may.run_nominations(request.user, on),
        "tried": tried,
    }
    return render(request, "stages/exceptions.html", context, status=status)


@require_POST
@for_deciders
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """`/nominations/exceptions/<pk>/`: 併合, 受け付けない, or このまま進める."""
    on = clock.today()
    rows = Nomination.objects.visible_to(request.user, on).select_related("nominee")
    row = get_object_or_404(rows, pk=pk)
    form = ExceptionForm(request.POST)
    if not form.is_valid():
        return _page(request, Tried(pk, request.POST.get("code", ""), "", "操作を選んでください。"), status=422)
    given = form.cleaned_data
    try:
        _carry_out(request, row, given)
    except DomainError as refusal:
        return _page(request, Tried(pk, given["code"], given["reason"], str(refusal)), status=409)
    messages.success(request, f"{row.nominee.name}さん: {DONE[given['act']]}。")
    return redirect(f"{reverse('stages:exceptions')}?year={row.fiscal_year.short}")


def _carry_out(request: HttpRequest, row: Nomination, given: dict[str, Any]) -> None:
    who = {"by": request.user, "at": clock.now()}
    if given["act"] == "merge":
        exceptions.merge(row.pk, **who)
    elif given["act"] == "refuse":
        exceptions.refuse(row.pk, reason=given["reason"], **who)
    else:
        exceptions.clear(row.pk, given["code"], reason=given["reason"], **who)
