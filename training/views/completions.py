"""修了: the list, one completion, entering by hand, correcting, revoking, and the personnel record."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock, history
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from training import finished
from training import permissions as may
from training.forms.completions import CompletionFilter, CorrectForm, EnterForm, RecordForm, RevokeForm
from training.models import Completion
from training.services import completions

PER_PAGE = 50
MOST_EVENTS = 50
FOR_WHOM = "修了者一覧は、研修の担当課と所属長だけが見られます。自分の修了は「自分の研修」で確認できます。"
RECORD_FOR_WHOM = "人事記録の出力は、研修の担当課だけが行えます。"
UNREADABLE = "条件を読み取れません。一覧の条件を確認してください。"
NARROW = ("year", "since", "until", "course")
for_readers = only(may.see_completions, reason=FOR_WHOM)
for_offices = only(may.see_runs, reason=RECORD_FOR_WHOM)
for_editors = only(may.edit_runs, reason=completions.NOT_YOURS)


def _wanted(request: HttpRequest, at: Any) -> CompletionFilter:
    on = clock.day_of(at)
    rows = Completion.objects.visible_to(request.user, on).for_list(on).order_by("-completed_on", "-pk")
    return CompletionFilter(request.GET, rows, on=on, bureaus=may.see_runs(request.user, on))


@require_safe
@for_readers
def show_all(request: HttpRequest) -> HttpResponse:
    """`/completions/`"""
    at = clock.now()
    wanted = _wanted(request, at)
    page = Paginator(wanted.rows, PER_PAGE).get_page(request.GET.get("page"))
    label = f"修了者一覧 {page.paginator.count:,}件"
    audit.record_on_list(Completion, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {"page": page, "wanted": wanted, "on": clock.day_of(at), **_rights(request)}
    return render(request, "training/completions.html", context)


def _rights(request: HttpRequest) -> dict[str, bool]:
    on = clock.today()
    return {"may_edit": may.edit_runs(request.user, on), "may_export": may.see_runs(request.user, on)}


@require_safe
@for_readers
def download(request: HttpRequest) -> HttpResponseBase:
    """`/completions/download/`"""
    at = clock.now()
    wanted = _wanted(request, at)
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    count = wanted.rows.count()
    document = finished.listing(wanted.rows, on=clock.day_of(at), count=count, conditions=wanted.in_words)
    back = f"{reverse('training:completions')}?{wanted.query}"
    return hand_out(request, document, model=Completion, count=count, at=at, back=back)


@require_safe
@for_offices
def record(request: HttpRequest) -> HttpResponse:
    """`/completions/record/`: which completions go into the personnel record."""
    on = clock.today()
    form = RecordForm(
        request.GET if set(request.GET) & {*NARROW, "dates"} else {"year": FiscalYear.containing(on).short}
    )
    valid = form.is_valid()
    rows = finished.for_record(form.cleaned_data, on=on) if valid else Completion.objects.none()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "query": form.data.urlencode() if hasattr(form.data, "urlencode") else ""}
    context["query"] = context["query"] or f"year={FiscalYear.containing(on).short}"
    return render(request, "training/personnel_record.html", context, status=200 if valid else 422)


@require_safe
@for_offices
def record_download(request: HttpRequest) -> HttpResponseBase:
    """`/completions/record/download/`"""
    at = clock.now()
    on = clock.day_of(at)
    form = RecordForm(request.GET)
    if not form.is_valid():
        return refused(request, UNREADABLE)
    given = form.cleaned_data
    rows = finished.for_record(given, on=on)
    count = rows.count()
    conditions = finished.record_conditions(given)
    document = finished.personnel_record(rows, on=on, count=count, conditions=conditions, era=given["dates"] == "era")
    back = f"{reverse('training:personnel-record')}?{request.GET.urlencode()}"
    return hand_out(request, document, model=Completion, count=count, at=at, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def enter(request: HttpRequest) -> HttpResponse:
    """`/completions/new/`: first what would be written and for whom, then the writing."""
    form = EnterForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _enter_page(request, form, status=422 if form.is_bound else 200)
    given: dict[str, Any] = dict(form.cleaned_data)
    people, year = given.pop("numbers"), given.pop("fiscal_year")
    year = year or FiscalYear.containing(given["completed_on"])
    asked = {name: given[name] for name in ("completed_on", "reason")}
    at = clock.now()
    refusal = completions.why_not_enter(people, given["course"], fiscal_year=year, at=at, **asked)
    if not refusal and request.POST.get("confirmed") != "1":
        return _enter_page(request, form, people=people, year=year)
    try:
        rows = completions.enter_all(people, given.pop("course"), by=request.user, at=at, fiscal_year=year, **given)
    except DomainError as error:
        form.add_error(None, str(error))
        return _enter_page(request, form, status=409)
    messages.success(request, f"{len(rows)}人の修了を登録しました。")
    return redirect(f"{reverse('training:completions')}?course={rows[0].course.code}&year={year.short}")


def _enter_page(request: HttpRequest, form: EnterForm, *, status: int = 200, **shown: Any) -> HttpResponse:
    return render(request, "training/completion_new.html", {"form": form, **shown}, status=status)


def _visible(request: HttpRequest, pk: int) -> Completion:
    rows = Completion.objects.visible_to(request.user, clock.today())
    return get_object_or_404(rows.select_related("employee", "course", "enrollment__run__course"), pk=pk)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/completions/<id>/`"""
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, row: Completion, *, status: int = 200, **forms: Any) -> HttpResponse:
    on = clock.today()
    kept = {name: getattr(row, name) for name in ("completed_on", "fiscal_year", "started_on", "hours", "score")}
    context = {
        "row": row,
        "dependents": finished.dependents(row, on=on),
        "history": _history(row),
        "correct": forms.get("correct") or CorrectForm(initial=kept),
        "revoke": forms.get("revoke") or RevokeForm(prefix="revoke"),
        "open": next(iter(forms), ""),
        **_rights(request),
    }
    return render(request, "training/completion.html", context, status=status)


def _history(row: Completion) -> list[dict[str, Any]]:
    """What was done to it, newest first, in words."""
    events = audit.history_of(row).order_by("-at", "-pk")[:MOST_EVENTS]
    return [
        {"event": event, "label": history.action_label(event.action, event.model), "changes": history.changes(event)}
        for event in events
    ]


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day, year, score or number of hours, with why."""
    row = _visible(request, pk)
    form = CorrectForm(request.POST)
    if not may.edit_runs(request.user, clock.today()):
        return refused(request, completions.NOT_YOURS, status=403)
    if form.is_valid():
        stated: dict[str, Any] = dict(form.cleaned_data)
        reason = stated.pop("reason")
        stated["fiscal_year"] = stated["fiscal_year"] or FiscalYear.containing(stated["completed_on"])
        stated["hours"] = row.hours if stated["hours"] is None else stated["hours"]
        try:
            completions.correct(row.pk, reason=reason, by=request.user, at=clock.now(), **stated)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return _page(request, _visible(request, pk), correct=form, status=409)
        messages.success(request, "修了を訂正しました。")
        return redirect("training:completion", pk=pk)
    return _page(request, row, correct=form, status=422)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """It was wrong, with why."""
    row = _visible(request, pk)
    form = RevokeForm(request.POST, prefix="revoke")
    if not may.edit_runs(request.user, clock.today()):
        return refused(request, completions.NOT_YOURS, status=403)
    if form.is_valid():
        try:
            completions.revoke(row.pk, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return _page(request, _visible(request, pk), revoke=form, status=409)
        messages.success(request, "修了を取り消しました。")
        return redirect("training:completion", pk=pk)
    return _page(request, row, revoke=form, status=422)
