"""The versions of カリキュラム: begun, published, revised, thrown away, given to those who have none."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import short_date
from aomori_dx.kernel.web import only, refused
from stages import curriculum_sheet
from stages import permissions as may
from stages.forms.curriculum import ReviseForm, StartForm
from stages.models import CareerTrack, Curriculum, GrowthStage
from stages.services import curricula
from stages.views.curricula import FARTHEST, beyond, blockers_of, sources_for

for_editors = only(may.edit_curricula, reason=curricula.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def start(request: HttpRequest, year: int, stage: int, track: str = "") -> HttpResponse:
    """`/plan/curricula/new/<year>/<stage>/[<track>/]`: from what it is made, then the draft."""
    step = get_object_or_404(GrowthStage, number=stage)
    aim = get_object_or_404(CareerTrack, code=track) if track else None
    fiscal_year = _year(year, clock.today())
    form = StartForm(_given(request), sources=sources_for(fiscal_year, step, aim))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = curricula.draft(step, aim, fiscal_year, source=form.chosen, by=request.user, at=clock.now())
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, f"「{row}」の下書きを作りました。公開するまで、だれにも使われません。")
                return redirect("stages:curriculum-edit", pk=row.pk)
    context = {"form": form, "year": fiscal_year, "stage": step, "track": aim}
    return render(request, "stages/curriculum_new.html", context, status=status)


@require_POST
@for_editors
def copy_year(request: HttpRequest, year: int) -> HttpResponse:
    """`/plan/curricula/copy/<year>/`: drafts of everything that last year had and this one lacks."""
    fiscal_year = _year(year, clock.today())
    try:
        made = curricula.copy_year(fiscal_year, by=request.user, at=clock.now())
    except DomainError as refusal:
        return refused(request, str(refusal))
    if made:
        messages.success(
            request, f"{fiscal_year.previous}から{len(made)}件の下書きを作りました。確かめて公開してください。"
        )
    else:
        messages.info(request, "写すものはありません。")
    return redirect(f"{reverse('stages:curricula')}?year={fiscal_year.short}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/publish/`: what it means for how many, then the act."""
    row = _version(pk)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            done = curricula.publish(pk, by=request.user, at=clock.now())
        except DomainError as error:
            refusal, status = str(error), 409
        else:
            given = f"カリキュラム未設定の{done.given:,}人に割り当てました。" if done.given else ""
            messages.success(request, f"「{done.curriculum}」を公開しました。{given}")
            return redirect("stages:curriculum", pk=pk)
    if row.is_published and not refusal:
        return redirect("stages:curriculum", pk=pk)
    context = {
        "row": row,
        "sheet": curriculum_sheet.of(row),
        "blockers": [] if row.is_published else blockers_of(row, by=request.user),
        "refusal": refusal,
        "beyond": beyond(row),
        "waiting": curricula.waiting(row).count(),
        "before": Curriculum.objects.in_line_with(row).published().first() if row.version > 1 else None,
    }
    return render(request, "stages/curriculum_publish.html", context, status=status)


@require_POST
@for_editors
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/discard/`"""
    row = _version(pk)
    try:
        name = curricula.discard(pk, by=request.user, at=clock.now())
    except DomainError as refusal:
        return refused(request, str(refusal))
    messages.success(request, f"「{name}」の下書きを破棄しました。")
    return redirect(f"{reverse('stages:curricula')}?year={row.fiscal_year.short}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/revise/`: from when and why, then the next version as a draft."""
    row, at = _version(pk), clock.now()
    form, status = (
        ReviseForm(_given(request), initial={"valid_from": short_date(row.fiscal_year.clamp(at.date()))}),
        200,
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                draft = curricula.revise(pk, by=request.user, at=at, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(
                    request, f"第{draft.version}版の下書きを作りました。項目を直してから公開してください。"
                )
                return redirect("stages:curriculum-edit", pk=draft.pk)
    context = {"form": form, "row": row, "people": curriculum_sheet.judged_by([row]).get(row.pk, 0)}
    return render(request, "stages/curriculum_revise.html", context, status=status)


@require_POST
@for_editors
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/give/`: to those in the stage who have no curriculum yet."""
    row = _version(pk)
    try:
        given = curricula.give_to_waiting(row, by=request.user, at=clock.now())
    except DomainError as refusal:
        return refused(request, str(refusal))
    messages.success(request, f"カリキュラム未設定の{given:,}人に割り当てました。")
    return redirect("stages:curriculum", pk=pk)


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _version(pk: int) -> Curriculum:
    return get_object_or_404(Curriculum.objects.select_related("stage", "track"), pk=pk)


def _year(number: int, on: date) -> FiscalYear:
    if abs(number - int(FiscalYear.containing(on))) > FARTHEST:
        raise Http404
    return FiscalYear(number)
