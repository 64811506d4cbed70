"""Writing a draft of カリキュラム: what it says of itself, and its items."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only, refused
from stages import curriculum_sheet
from stages import permissions as may
from stages.forms.curriculum import HeaderForm, ItemForm, OtherItemForm
from stages.models import Curriculum, CurriculumItem
from stages.services import curricula, curriculum_items, curriculum_seen
from stages.services.curriculum_seen import ChangedMeanwhile
from stages.views.curricula import beyond, blockers_of
from training.models import Course

for_editors = only(may.edit_curricula, reason=curricula.NOT_YOURS)
FOUND_AT_MOST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/edit/`: what the draft says of itself; its items stand below."""
    row = _draft(pk)
    if row.is_published:
        return refused(request, curricula.PUBLISHED_STAYS)
    form = HeaderForm(_given(request), curriculum=row)
    if request.method != "POST":
        return _page(request, row, form)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        curricula.write(pk, by=request.user, at=clock.now(), seen=form.cleaned_data["seen"], **form.stated())
    except DomainError as refusal:
        _say(form, refusal, lambda: curriculum_seen.of(_draft(pk), curricula.STATED))
        return _page(request, _draft(pk), form, status=409)
    messages.success(request, "保存しました。")
    return redirect("stages:curriculum-edit", pk=pk)


@require_POST
@for_editors
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """`/plan/curricula/<pk>/items/`: courses by their ids, or a practice report, or an examination."""
    row, who = _draft(pk), {"by": request.user, "at": clock.now()}
    form = OtherItemForm(request.POST if "kind" in request.POST else None)
    try:
        if "kind" in request.POST:
            if not form.is_valid():
                return _page(request, row, other=form, status=422)
            item = curriculum_items.add_other(pk, **form.cleaned_data, **who)
            added = [item]
        else:
            courses = list(
                Course.objects.filter(pk__in=[key for key in request.POST.getlist("course") if _is_key(key)])
            )
            if not courses:
                return _page(request, row, refusal="加える研修に印を付けてください。", status=422)
            required = request.POST.get("as") != "elective"
            added = curriculum_items.add_courses(pk, courses, is_required=required, **who)
    except DomainError as refusal:
        form.add_error(None, str(refusal)) if form.is_bound else None
        return _page(request, _draft(pk), other=form, refusal="" if form.is_bound else str(refusal), status=409)
    names = "、".join(item.title for item in added)
    messages.success(request, f"加えました: {names}" if names else "選んだ研修は、すでに入っています。")
    return redirect(f"{reverse('stages:curriculum-edit', args=[pk])}#items")


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def edit_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """`/plan/curricula/<pk>/items/<item>/`"""
    row = _item(pk, item)
    form, status = ItemForm(_given(request), item=row), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = form.cleaned_data["seen"]
            try:
                curriculum_items.change(item, by=request.user, at=clock.now(), seen=seen, **form.stated())
            except DomainError as refusal:
                _say(form, refusal, lambda: curriculum_seen.of(_item(pk, item), curriculum_items.STATED))
                status = 409
            else:
                messages.success(request, f"「{form.cleaned_data['title']}」を保存しました。")
                return redirect(f"{reverse('stages:curriculum-edit', args=[pk])}#item-{item}")
    context = {"form": form, "row": row.curriculum, "item": row}
    return render(request, "stages/curriculum_item.html", context, status=status)


@require_POST
@for_editors
def act(request: HttpRequest, pk: int, item: int, name: str) -> HttpResponse:
    """`/plan/curricula/<pk>/items/<item>/<up, down, remove>/`"""
    acts: dict[str, Callable[..., CurriculumItem]] = {
        "up": lambda **who: curriculum_items.shift(item, up=True, **who),
        "down": lambda **who: curriculum_items.shift(item, up=False, **who),
        "remove": lambda **who: curriculum_items.remove(item, **who),
    }
    if name not in acts:
        raise Http404
    row = _draft(pk)
    try:
        done = acts[name](by=request.user, at=clock.now())
    except DomainError as refusal:
        if row.is_published:
            return refused(request, str(refusal))
        return _page(request, _draft(pk), refusal=str(refusal), status=409)
    back = reverse("stages:curriculum-edit", args=[pk])
    if name == "remove":
        messages.success(request, f"「{done.title}」を外しました。")
        return redirect(f"{back}#items")
    return redirect(f"{back}#item-{item}")


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 15


def _draft(pk: int) -> Curriculum:
    return get_object_or_404(Curriculum.objects.select_related("stage", "track"), pk=pk)


def _item(pk: int, item: int) -> CurriculumItem:
    rows = CurriculumItem.objects.select_related("course", "curriculum__stage", "curriculum__track")
    return get_object_or_404(rows, pk=item, curriculum=pk)


def _say(form: Any, refusal: DomainError, seen: Callable[[], str]) -> None:
    """What refuses, on the form; where somebody wrote first, the next attempt is measured by what stands now."""
    for line in str(refusal).splitlines():
        form.add_error(None, line)
    if isinstance(refusal, ChangedMeanwhile):
        form.show(seen())


def _page(
    request: HttpRequest,
    row: Curriculum,
    form: HeaderForm | None = None,
    *,
    other: OtherItemForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    if row.is_published:
        return refused(request, refusal or curricula.PUBLISHED_STAYS)
    text = request.GET.get("q", "").strip()[:100]
    sheet = curriculum_sheet.of(row)
    context = {
        "row": row,
        "sheet": sheet,
        "form": form or HeaderForm(curriculum=row),
        "other": other or OtherItemForm(),
        "refusal": refusal,
        "blockers": blockers_of(row, by=request.user),
        "beyond": beyond(row),
        "q": text,
        "courses": _courses(row, text, {item.course_id for item in sheet.items}),
    }
    return render(request, "stages/curriculum_edit.html", context, status=status)


def _courses(row: Curriculum, text: str, known: set[Any]) -> list[Course]:
    """What the search offers: courses still offered in the year; without a word those of the stage's step."""
    day = max(row.valid_from, row.fiscal_year.clamp(clock.today()))
    rows = Course.objects.offered_on(day).exclude(pk__in=[pk for pk in known if pk])
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__icontains=text) | Q(description__icontains=text))
    else:
        rows = rows.filter(level=row.stage.number)
    return list(rows.order_by("level", "code")[:FOUND_AT_MOST])
