"""確定 and what comes after it: the day on which the board's proposals become decisions, and the line of the 補欠."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import only
from stages import board
from stages import permissions as may
from stages.forms.acts import AskForm, ConfirmForm
from stages.models import Nomination, NominationStatus
from stages.rules import nomination as rules
from stages.services import reserves, selection
from stages.services.selection import Batch
from stages.views.board import for_offices, year_of

for_deciders = only(may.run_nominations, reason=selection.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_deciders
def confirm(request: HttpRequest) -> HttpResponse:
    """`/nominations/confirm/`: what would be decided, then the act; what was decided so far stands below."""
    at = clock.now()
    on = clock.day_of(at)
    year = year_of(request, on)
    if request.method != "POST":
        return _page(request, year)
    form = ConfirmForm(request.POST, on=year.clamp(on), seen="")
    if not form.is_valid():
        return _page(request, year, form, status=422)
    given = form.cleaned_data
    try:
        done = selection.confirm(year, seen=given["seen"], appointed_on=given["appointed_on"], by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, year, form, status=409)
    messages.success(
        request,
        f"{year}の選考を確定しました。採用{len(done.accepted):,}人、補欠{len(done.reserve):,}人、"
        f"不採用{len(done.declined):,}人です。応募者と所属長に通知しました。",
    )
    return redirect(f"{reverse('stages:confirm')}?year={year.short}")


def _page(
    request: HttpRequest, year: FiscalYear, form: ConfirmForm | None = None, *, status: int = 200
) -> HttpResponse:
    at = clock.now()
    found = selection.batch(year, at=at)
    if form is None:
        form = ConfirmForm(on=year.clamp(clock.day_of(at)), seen=found.seen)
    else:
        form.show(found.seen)
    audit.record_on_list(Nomination, "viewed", label=f"{year}の確定の画面 {found.size:,}件", by=request.user, at=at)
    context = {
        "year": year,
        "batch": found,
        "groups": _groups(found),
        "form": form,
        "standing": board.standing(year),
    }
    return render(request, "stages/confirm.html", context, status=status)


def _groups(found: Batch) -> list[tuple[str, str, list[Nomination]]]:
    named = (
        ("accept", "採用", found.accepted),
        ("reserve", "補欠", found.reserve),
        ("decline", "不採用", found.declined),
    )
    return [(code, word, rows) for code, word, rows in named if rows]


@require_safe
@for_offices
def show_reserves(request: HttpRequest) -> HttpResponse:
    """`/nominations/reserves/`: the line, who was asked, who turned down."""
    return _reserves(request)


def _reserves(
    request: HttpRequest, form: AskForm | None = None, *, due: date | None = None, status: int = 200
) -> HttpResponse:
    """`due`: the day that was typed, where it is to stay."""
    at = clock.now()
    on = clock.day_of(at)
    year = year_of(request, on)
    line = board.line(year)
    gone = board.turned_down(year)
    call = rules.call_of(year)
    label = f"{year}の補欠と辞退 {len(line) + len(gone):,}件"
    audit.record_on_list(Nomination, "viewed", label=label, by=request.user, at=at)
    following = next((row for row in line if row.status == NominationStatus.RESERVE and row.due is None), None)
    due = due or on + timedelta(days=call.answer_days if call else reserves.ANSWER_DAYS)
    context = {
        "year": year,
        "on": on,
        "line": line,
        "next": following,
        "moved_up": board.moved_up(year),
        "gone": gone,
        "form": form or AskForm(due=due, expected=following.pk if following else None),
        "decides": may.run_nominations(request.user, on),
    }
    return render(request, "stages/reserves.html", context, status=status)


@require_POST
@for_deciders
def ask(request: HttpRequest) -> HttpResponse:
    """`/nominations/reserves/ask/`: the next in line is asked whether to move up."""
    at = clock.now()
    year = year_of(request, clock.day_of(at))
    form = AskForm(request.POST, due=at.date())
    if not form.is_valid():
        return _reserves(request, form, status=422)
    try:
        asked = reserves.ask_next(year, by=request.user, at=at, **form.cleaned_data)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _reserves(request, due=form.cleaned_data["due"], status=409)
    messages.success(request, f"{asked.nominee.name}さんに、繰上げを受けるかどうかを照会しました。")
    return redirect(f"{reverse('stages:reserves')}?year={year.short}")


@require_POST
@for_deciders
def order(request: HttpRequest) -> HttpResponse:
    """`/nominations/reserves/order/`: the numbers of the line as they were typed; equal ones stay as they were."""
    at = clock.now()
    year = year_of(request, clock.day_of(at))
    typed = {}
    for row in board.line(year):
        text = request.POST.get(f"order_{row.pk}", "")
        typed[row.pk] = int(text) if text.isascii() and text.isdecimal() else (row.reserve_order or 0)
    try:
        selection.order_reserves(year, sorted(typed, key=lambda pk: typed[pk]), by=request.user, at=at)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "補欠の順位を変えました。")
    return redirect(f"{reverse('stages:reserves')}?year={year.short}")
