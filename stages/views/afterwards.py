"""What can be done with a nomination later: taking it back, answering as 補欠, saying no after the decision.

Each asks first and names the person; the head and the nominee come from pages of their own and go back there.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import refused
from stages import permissions as may
from stages.forms.nominate import ReasonForm
from stages.models import Nomination, NominationStatus
from stages.services import nominations, reserves
from stages.workflows.nomination import NOMINATION

NOT_YOURS = "この推薦を変えられるのは、ご本人と、推薦した所属の所属長と代理者だけです。"


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int, page: str) -> HttpResponse:
    """`/department/nominations/<pk>/withdraw/`, `/nominations/self/<pk>/withdraw/`"""
    row, at = _row(request, pk), clock.now()
    if not may.nominate(request.user, row, at):
        return refused(request, NOT_YOURS, status=403)
    if request.method == "POST" and row.status == NominationStatus.WITHDRAWN:
        return _done(request, row, page, "推薦を取り下げました。")
    form, status = ReasonForm(request.POST if request.method == "POST" else None, required=False), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                nominations.withdraw(pk, by=request.user, at=at, reason=form.cleaned_data["reason"])
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return _done(request, row, page, "推薦を取り下げました。")
    blockers = NOMINATION.blockers(row, "withdraw", by=request.user, at=at)
    context = {"row": row, "form": form, "blockers": blockers, "page": page}
    return render(request, "stages/withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int, page: str) -> HttpResponse:
    """`/department/nominations/<pk>/answer/`, `/nominations/self/<pk>/answer/`: 繰上げ or 辞退."""
    row, at = _row(request, pk), clock.now()
    if not may.answer_in_person(request.user, row, at):
        return refused(request, NOT_YOURS, status=403)
    act = request.POST.get("act")
    if request.method == "POST" and act == "move_up":
        return _move_up(request, row, page, at)
    form, status = ReasonForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        if row.status == NominationStatus.TURNED_DOWN:
            return _done(request, row, page, "辞退を届け出ました。")
        status = 422
        if form.is_valid():
            try:
                reserves.turn_down(pk, reason=form.cleaned_data["reason"], by=request.user, at=at)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return _done(request, row, page, "辞退を届け出ました。")
    return _ask(request, row, form, page, at, status=status)


def _move_up(request: HttpRequest, row: Nomination, page: str, at: Any) -> HttpResponse:
    """A second yes is no mistake."""
    if row.status != NominationStatus.ACCEPTED:
        try:
            reserves.move_up(row.pk, by=request.user, at=at)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return _ask(request, _row(request, row.pk), ReasonForm(), page, at, status=409)
    return _done(request, row, page, "繰上げを受けると回答しました。DX推進員に決まりました。")


def _ask(
    request: HttpRequest, row: Nomination, form: ReasonForm, page: str, at: Any, *, status: int = 200
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "page": page,
        "yes": NOMINATION.blockers(row, "move_up", by=request.user, at=at),
        "no": NOMINATION.blockers(row, "turn_down", by=request.user, at=at),
        "is_reserve": row.status == NominationStatus.RESERVE,
    }
    return render(request, "stages/answer.html", context, status=status)


def _row(request: HttpRequest, pk: int) -> Nomination:
    rows = Nomination.objects.visible_to(request.user, clock.today()).select_related("nominee", "department")
    return get_object_or_404(rows, pk=pk)


def _done(request: HttpRequest, row: Nomination, page: str, words: str) -> HttpResponse:
    messages.success(request, f"{row.nominee.name}さんの{row.fiscal_year}の{words}")
    return redirect(page)
