"""One promoter's progress for the office, as of any day, with the decisions about it (免除・認定・不認定)."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import refused
from stages import own_path
from stages import permissions as may
from stages.forms.rulings import AsOfForm, RevokeForm, RulingForm
from stages.models import ProgressRuling, Promoter, StageEnrollment
from stages.own_path import Path
from stages.services import rulings

RULED, REVOKED = "{}を登録しました。", "{}を取り消しました。"


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/<id>/progress/`, with `?as_of=2026-09-30` as it was on a day."""
    at = clock.now()
    on = clock.day_of(at)
    promoter = _asked(request, pk, on)
    form = AsOfForm(request.GET or None, on=on)
    path = own_path.of(promoter, as_of=form.day, whole=False)
    audit.record(promoter, "viewed", by=request.user, at=at)
    return _page(request, path, form, at)


@require_POST
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/<id>/rulings/`: a decision about the newest year."""
    at = clock.now()
    on = clock.day_of(at)
    path = own_path.of(_asked(request, pk, on), as_of=on, whole=False)
    if not _judges(request, path, at):
        return refused(request, rulings.NOT_YOURS, status=403)
    form = RulingForm(request.POST, items=path.case.rows if path.case else ())
    if path.case is None or not form.is_valid():
        return _page(request, path, AsOfForm(None, on=on), at, form, status=422)
    try:
        row = rulings.rule(path.case.enrollment.pk, by=request.user, at=at, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, path, AsOfForm(None, on=on), at, form, status=409)
    messages.success(request, RULED.format(row.get_kind_display()))
    return redirect("stages:promoter-progress", pk)


@require_POST
def revoke(request: HttpRequest, pk: int, ruling: int) -> HttpResponse:
    """`/promoters/<id>/rulings/<id>/revoke/`"""
    at = clock.now()
    on = clock.day_of(at)
    promoter = _asked(request, pk, on)
    row = get_object_or_404(ProgressRuling, pk=ruling, enrollment__promoter=promoter)
    path = own_path.of(promoter, as_of=on, whole=False)
    if not _judges(request, path, at):
        return refused(request, rulings.NOT_YOURS, status=403)
    form = RevokeForm(request.POST)
    try:
        rulings.revoke(row.pk, reason=request.POST.get("reason", ""), by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, path, AsOfForm(None, on=on), at, revoking=(row.pk, form), status=409)
    messages.success(request, REVOKED.format(row.get_kind_display()))
    return redirect("stages:promoter-progress", pk)


def _judges(request: HttpRequest, path: Path, at: datetime) -> bool:
    return path.case is not None and may.judge_progress(request.user, path.case.enrollment, at)


def _asked(request: HttpRequest, pk: int, on: date) -> Promoter:
    """The promoter, for those who see them all; for the others there is no such page."""
    rows = Promoter.objects.select_related("employee", "department")
    return get_object_or_404(rows if may.see_promoters(request.user, on) else rows.none(), pk=pk)


def _page(
    request: HttpRequest,
    path: Path,
    as_of: AsOfForm,
    at: datetime,
    form: RulingForm | None = None,
    *,
    revoking: tuple[int, RevokeForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    case = path.case
    judges = _judges(request, path, at)
    context: dict[str, Any] = {
        "path": path,
        "as_of": as_of,
        "on": clock.day_of(at),
        "rulings": _rulings(path.promoter),
        "judges": judges,
        "form": form or (RulingForm(items=case.rows) if case and judges else None),
        "revoking": revoking,
    }
    return render(request, "stages/promoter_progress.html", context, status=status)


def _rulings(promoter: Promoter) -> Any:
    """All of them, newest first; also those that were taken back."""
    years = StageEnrollment.objects.filter(promoter=promoter)
    rows = ProgressRuling.objects.filter(enrollment__in=years).select_related("item", "enrollment__stage")
    return rows.order_by("-recorded_at", "-pk")
