"""修了判定: one person, 確定 of all drafts, taking one back, and the certificates of the year."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock, closing
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import refused, site
from stages import permissions as may
from stages import record
from stages.forms.judgement import DecideForm, OneForm, TakeBackForm
from stages.models import StageEnrollment, StageOutcome, StageStatus
from stages.services import judgements, progress_facts, stage_certificates
from stages.views.board import UNREADABLE, year_of
from stages.views.judgement import for_judges, for_offices, wanted_of
from training.services import certificate_printing

MOST = 1_000
NOTHING = "この条件に合う、有効なステージの修了証はありません。"
TOO_MANY = "一度に出力できる修了証は{most:,}通までです({count:,}通あります)。部局や所属で絞り込んでください。"
DECIDED = "{year}の修了判定を確定しました({count:,}人)。ご本人と所属長に通知し、修了証を発行しました。"


@require_safe
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/judgement/<pk>/`"""
    return _one(request, _row(pk))


@require_POST
@for_judges
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/judgement/<pk>/propose/`: the draft for one person."""
    row, at = _row(pk), clock.now()
    form = OneForm(request.POST, outcomes=StageOutcome.choices)
    if not form.is_valid():
        return _one(request, row, form=form, status=422)
    given = form.cleaned_data
    try:
        judgements.propose([pk], given["outcome"], reason=given["reason"], seen=given["seen"], by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _one(request, _row(pk), form=form, status=409)
    messages.success(request, f"{row.promoter.employee.name}さんの判定案を保存しました。確定するまで、通知されません。")
    return redirect("stages:judgement-of", pk)


@require_POST
@for_judges
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/judgement/<pk>/take-back/`: a decided judgement, with a reason."""
    row, at = _row(pk), clock.now()
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _one(request, row, back=form, status=422)
    try:
        judgements.take_back(pk, **form.cleaned_data, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _one(request, _row(pk), back=form, status=409)
    messages.success(request, f"{row.promoter.employee.name}さんの判定を取り消しました。ご本人と所属長に通知しました。")
    return redirect("stages:judgement-of", pk)


def _row(pk: int) -> StageEnrollment:
    related = ("promoter__employee", "promoter__department", "stage", "curriculum")
    return get_object_or_404(StageEnrollment.objects.select_related(*related), pk=pk)


def _one(
    request: HttpRequest,
    row: StageEnrollment,
    *,
    form: OneForm | None = None,
    back: TakeBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    on = clock.day_of(at)
    (case,) = progress_facts.load([row.pk], as_of=on)
    progress, seen = case.fold(), judgements.seen_of(row)
    decides = may.judge_year(request.user, on)
    outcomes = judgements.possible(row, by=request.user, at=at) if decides else []
    if not progress.is_met:
        outcomes = [each for each in outcomes if each[0] != StageOutcome.COMPLETED]
    if form is None:
        form = OneForm(outcomes=outcomes, outcome=row.outcome, reason=row.outcome_reason, seen=seen)
    back = back or TakeBackForm(initial={"seen": seen})
    for given in (form, back):
        if given.is_bound:
            given.show(seen)
    audit.record(row, "viewed", by=request.user, at=at)
    context = {
        "row": row,
        "progress": progress,
        "conditions": case.conditions(progress),
        "form": form if outcomes or form.is_bound else None,
        "back": back if decides and row.judged_on else None,
        "closed": closing.closed_years().why_not(row.fiscal_year),
        "lacking": "" if progress.is_met else judgements.missing_words(progress),
        "certificates": stage_certificates.of(StageEnrollment.objects.filter(pk=row.pk)),
        "history": record.acts_of(row),
    }
    return render(request, "stages/judgement_of.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_judges
def confirm(request: HttpRequest) -> HttpResponse:
    """`/promoters/judgement/confirm/`: who would be judged how, by name and number; then the act."""
    at = clock.now()
    year = year_of(request, clock.day_of(at))
    if request.method != "POST":
        return _confirm_page(request, year, None, at)
    form = DecideForm(request.POST, on=year.clamp(clock.day_of(at)))
    if not form.is_valid():
        return _confirm_page(request, year, form, at, status=422)
    try:
        done = judgements.confirm(year, **form.cleaned_data, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _confirm_page(request, year, form, at, status=409)
    messages.success(request, DECIDED.format(year=year, count=done.size))
    return redirect(f"{reverse('stages:judgement')}?year={year.short}&step=decided")


def _confirm_page(
    request: HttpRequest, year: FiscalYear, form: DecideForm | None, at: datetime, *, status: int = 200
) -> HttpResponse:
    on = year.clamp(clock.day_of(at))
    found = judgements.batch(year, on=on)
    if form is None:
        form = DecideForm(on=on, seen=found.seen)
    else:
        form.show(found.seen)
    label = f"{year}の修了判定の確定の画面 {found.size:,}件"
    audit.record_on_list(StageEnrollment, "viewed", label=label, by=request.user, at=at)
    words = dict(StageOutcome.choices)
    context: dict[str, Any] = {
        "year": year,
        "batch": found,
        "groups": [(code, words[StageOutcome(code)], rows) for code, rows in found.groups.items()],
        "form": form,
        "closed": closing.closed_years().why_not(year),
    }
    return render(request, "stages/judgement_confirm.html", context, status=status)


@require_POST
@for_judges
def issue(request: HttpRequest) -> HttpResponse:
    """`/promoters/judgement/certificates/issue/`: for whoever completed a stage in the year and has no certificate."""
    at = clock.now()
    wanted = wanted_of(request, clock.day_of(at))
    rows = StageEnrollment.objects.filter(fiscal_year=wanted.year)
    count = stage_certificates.issue_for(rows, by=request.user, at=at)
    messages.success(request, f"ステージの修了証を{count:,}通発行しました。")
    return redirect(f"{reverse('stages:judgement')}?{wanted.query}")


@require_safe
@for_offices
def certificates(request: HttpRequest) -> HttpResponse:
    """`/promoters/judgement/certificates.pdf`: the valid ones of the conditions, in the order of 所属."""
    at = clock.now()
    wanted = wanted_of(request, clock.day_of(at))
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows().filter(status=StageStatus.COMPLETED)
    if (count := rows.count()) > MOST:
        return refused(request, TOO_MANY.format(most=MOST, count=count))
    found = stage_certificates.of(rows)
    if not found:
        return refused(request, NOTHING, status=404)
    pdf = certificate_printing.print_all(found, site=site(request), by=request.user, at=at)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"ステージ修了証_{wanted.year.short}_{len(found)}通.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Cache-Control"] = "no-store"
    return response
