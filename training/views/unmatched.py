"""未照合の結果: whose account is it? Said once, it holds for every file of the platform."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from staff.models import Employee
from training import permissions as may
from training import unmatched as shown
from training.forms.completions import SetAsideForm, TakeBackForm, UnmatchedFilter
from training.models import UnmatchedResult
from training.services import unmatched

PER_PAGE = 50
NOBODY_CHOSEN = "職員を選んでください。"
for_editors = only(may.edit_runs, reason=unmatched.NOT_YOURS)


@require_safe
@for_editors
def show_all(request: HttpRequest) -> HttpResponse:
    """`/completions/unmatched/`"""
    form = UnmatchedFilter(request.GET, platforms=shown.platforms())
    asked = form.cleaned_data if form.is_valid() else {}
    page = Paginator(shown.accounts(**asked), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "training/unmatched.html", {"page": page, "form": form, "state": asked.get("state", "")})


@require_safe
@for_editors
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/completions/unmatched/<id>/`: the account of this result."""
    return _page(request, _result(pk))


@require_POST
@for_editors
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """It is this person's."""
    row = _result(pk)
    person = Employee.objects.filter(employee_number=request.POST.get("employee", "")).first()
    if person is None:
        return _page(request, row, refusal=NOBODY_CHOSEN, status=422)

    def act() -> str:
        made = unmatched.match(row.platform, row.key, person, by=request.user, at=clock.now())
        return (
            f"{row.account}を{person.name}のアカウントとし、修了{len(made)}件を登録しました。次の取込からも使います。"
        )

    return _answer(request, row, act)


@require_POST
@for_editors
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """It is nobody's of ours."""
    row = _result(pk)
    form = SetAsideForm(request.POST)
    if not form.is_valid():
        return _page(request, row, aside=form, status=422)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        number = unmatched.set_aside(row.platform, row.key, reason=reason, by=request.user, at=clock.now())
        return f"{row.account}の結果{number}件を対象外にしました。"

    return _answer(request, row, act)


@require_POST
@for_editors
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision was wrong."""
    row = _result(pk)
    form = TakeBackForm(request.POST, prefix="back")
    if not form.is_valid() or row.decision_id is None:
        return _page(request, row, back=form, refusal="" if row.decision_id else "決定はありません。", status=422)
    decision = row.decision_id

    def act() -> str:
        reason = form.cleaned_data["reason"]
        number = unmatched.take_back(decision, reason=reason, by=request.user, at=clock.now())
        return f"照合を取り消しました。結果{number}件は、未照合に戻りました。"

    return _answer(request, row, act, to=row.pk)


def _result(pk: int) -> UnmatchedResult:
    rows = UnmatchedResult.objects.select_related("decision__employee", "course")
    return get_object_or_404(rows, pk=pk)


def _answer(request: HttpRequest, row: UnmatchedResult, act: Callable[[], str], to: int | None = None) -> HttpResponse:
    try:
        told = act()
    except DomainError as refusal:
        return _page(request, _result(row.pk), refusal=str(refusal), status=409)
    messages.success(request, told)
    return redirect("training:unmatched-account", pk=to) if to else redirect("training:unmatched")


def _page(
    request: HttpRequest, row: UnmatchedResult, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    at = clock.now()
    on, text = clock.day_of(at), request.GET.get("q", "")
    results = UnmatchedResult.objects.filter(platform=row.platform, key=row.key).select_related("course")
    context = {
        "row": row,
        "results": results.order_by("completed_on", "pk"),
        "suggestions": shown.suggestions(row, on=on) if row.decision is None else [],
        "q": text,
        "found": shown.search(text, on=on),
        "refusal": refusal,
        "aside": forms.get("aside") or SetAsideForm(),
        "back": forms.get("back") or TakeBackForm(prefix="back"),
    }
    return render(request, "training/unmatched_account.html", context, status=status)
