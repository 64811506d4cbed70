"""切替: what a version changes for whom, as a list and a file; and moving the chosen people to it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import curriculum_diff, curriculum_documents, curriculum_preview
from stages import permissions as may
from stages.curriculum_preview import Line
from stages.forms.curriculum import ALL, PreviewFilter, SwitchForm
from stages.models import Curriculum, StageEnrollment
from stages.services import curricula, curriculum_switching

PER_PAGE = 50
NAMED = 30
UNREADABLE = "条件に読み取れないところがあります。一覧に戻って直してください。"
OTHERS_NOW = "表示したあとで、対象の人が変わりました。一覧を確かめて、もう一度選んでください。"
for_editors = only(may.edit_curricula, reason=curricula.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/people/`: the preview; a POST names the chosen, a confirmed one moves them."""
    row = _version(pk)
    lines, wanted = _lines(request, row)
    if request.method != "POST":
        label = f"{row}への切替の影響 {len(lines):,}人"
        audit.record_on_list(
            StageEnrollment, "viewed", label=label, after=request.GET.dict(), by=request.user, at=clock.now()
        )
        return _page(request, row, lines, wanted)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _page(request, row, lines, wanted, form, status=422)
    given = form.cleaned_data
    everyone = wanted.chosen(lines)
    if given["which"] == ALL and given["count"] != len(everyone):
        form.add_error(None, OTHERS_NOW)
        return _page(request, row, lines, wanted, form, status=409)
    chosen = everyone if given["which"] == ALL else [ln for ln in lines if ln.enrollment.pk in given["marked"]]
    if given["confirmed"] != "1" and chosen:
        return _confirm(request, row, chosen, form)
    pks = [line.enrollment.pk for line in chosen] if given["which"] == ALL else given["marked"]
    try:
        done = curriculum_switching.switch(pk, pks, reason=given["reason"], by=request.user, at=clock.now())
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, lines, wanted, form, status=409)
    messages.success(request, f"{len(done):,}人を「{row}」に切り替え、本人に知らせました。")
    return redirect("stages:curriculum-people", pk=pk)


@require_safe
@for_editors
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/plan/curricula/<pk>/people/download/`"""
    row, at = _version(pk), clock.now()
    lines, wanted = _lines(request, row)
    if not wanted.is_valid():
        return refused(request, UNREADABLE)
    chosen = wanted.chosen(lines)
    document = curriculum_documents.changes(chosen, curriculum=row, on=at.date(), conditions=wanted.in_words)
    back = reverse("stages:curriculum-people", args=[pk])
    return hand_out(request, document, model=StageEnrollment, count=len(chosen), at=at, back=back)


def _version(pk: int) -> Curriculum:
    return get_object_or_404(Curriculum.objects.select_related("stage", "track"), pk=pk)


def _lines(request: HttpRequest, row: Curriculum) -> tuple[list[Line], PreviewFilter]:
    lines = curriculum_preview.of(row, curriculum_preview.candidates(row), on=clock.today())
    return lines, PreviewFilter(request.GET, lines=lines)


def _page(
    request: HttpRequest,
    row: Curriculum,
    lines: list[Line],
    wanted: PreviewFilter,
    form: SwitchForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    chosen = wanted.chosen(lines)
    before = {line.old.curriculum.pk: line.old.curriculum for line in lines}
    context: dict[str, Any] = {
        "row": row,
        "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
        "lines": lines,
        "wanted": wanted,
        "form": form or SwitchForm(),
        "marked": set(form.cleaned_data.get("marked", ())) if form else set(),
        "tallies": curriculum_preview.tallies(lines),
        "differences": [
            (old, curriculum_diff.between(old, lines[0].new.curriculum)) for old in sorted(before.values(), key=str)
        ],
    }
    return render(request, "stages/curriculum_people.html", context, status=status)


def _confirm(request: HttpRequest, row: Curriculum, chosen: list[Line], form: SwitchForm) -> HttpResponse:
    """How many and who, and what it does to them, before anything is written."""
    context = {
        "row": row,
        "chosen": chosen,
        "named": chosen[:NAMED],
        "more": max(0, len(chosen) - NAMED),
        "tallies": curriculum_preview.tallies(chosen),
        "form": form,
        "given": form.cleaned_data,
        "query": request.GET.urlencode(),
    }
    return render(request, "stages/curriculum_people_confirm.html", context)
