"""開催回 for the offices: the list, one run with its people, and the forms that write both."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from training import permissions as may
from training import roster
from training.forms.catalogue import RunFilter
from training.forms.runs import BookManyForm, CourseForm, ReasonForm, RunForm, as_lines
from training.models import Course, CourseRun, Enrollment
from training.services import courses, runs, seats

PER_PAGE = 50
OFFICES_ONLY = "開催回の一覧は、研修の担当課だけが見られます。申し込める研修は「研修」から確認できます。"
for_offices = only(may.see_runs, reason=OFFICES_ONLY)
for_editors = only(may.edit_runs, reason=runs.NOT_YOURS)
ACTS: dict[str, Callable[..., CourseRun]] = {"open": runs.open_run, "close": runs.close, "hold": runs.hold_run}


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/runs/`"""
    wanted = RunFilter(request.GET, CourseRun.objects.select_related("course").with_seats())
    page = Paginator(wanted.qs.order_by("-fiscal_year", "first_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wanted": wanted, "may_edit": may.edit_runs(request.user, clock.today())}
    return render(request, "training/runs.html", context)


@require_safe
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/`"""
    run = _run(pk)
    audit.record(run, "viewed", by=request.user, at=clock.now())
    return _page(request, run)


@require_http_methods(["GET", "POST"])
@for_editors
def edit_course(request: HttpRequest, code: str = "") -> HttpResponse:
    """`/runs/courses/new/` and `/runs/courses/<code>/`"""
    course = get_object_or_404(Course, code=code) if code else Course()
    form = CourseForm(_given(request), instance=course)
    if request.method == "POST" and form.is_valid():
        kept = Course.objects.get(pk=course.pk) if course.pk else Course()
        if _saved(form, lambda: courses.write(kept, by=request.user, at=clock.now(), **form.cleaned_data)):
            messages.success(request, f"研修「{form.cleaned_data['name']}」を保存しました。")
            return redirect("training:course", code=form.cleaned_data["code"])
    context = {"form": form, "course": course if code else None}
    return render(request, "training/course_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_editors
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """`/runs/courses/<code>/new/`"""
    course = get_object_or_404(Course, code=code)
    form = RunForm(_given(request))
    if request.method == "POST" and form.is_valid():
        made: list[CourseRun] = []
        if _saved(form, lambda: made.append(_plan(request, course, form))):
            messages.success(request, f"{made[0]}を登録しました。募集を始めるには「募集開始」を押してください。")
            return redirect("training:run", pk=made[0].pk)
    context = {"form": form, "course": course}
    return render(request, "training/run_form.html", context, status=422 if form.errors else 200)


def _plan(request: HttpRequest, course: Course, form: RunForm) -> CourseRun:
    return runs.plan(course, by=request.user, at=clock.now(), **form.cleaned_data)


@require_http_methods(["GET", "POST"])
@for_editors
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/edit/`"""
    run = _run(pk)
    form = RunForm(_given(request), instance=run, initial={"meetings": as_lines(run)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _saved(form, lambda: runs.change(pk, by=request.user, at=clock.now(), **given)):
            messages.success(request, "開催回を変更しました。")
            return redirect("training:run", pk=pk)
    context = {"form": form, "course": run.course, "run": run}
    return render(request, "training/run_form.html", context, status=422 if form.errors else 200)


@require_POST
@for_editors
def move(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Open, close and hold."""
    run = _run(pk)
    if act not in ACTS:
        raise PermissionDenied(runs.NOT_YOURS)
    return _acted(request, run, lambda: ACTS[act](pk, by=request.user, at=clock.now()))


@require_http_methods(["GET", "POST"])
@for_editors
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/cancel/`: names how many are told, then calls the run off."""
    run = _run(pk)
    form = ReasonForm(_given(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["reason"]
        if _saved(form, lambda: runs.cancel(pk, reason=given, by=request.user, at=clock.now())):
            messages.success(request, f"{run}を中止し、申し込んだ人に知らせました。")
            return redirect("training:run", pk=pk)
    context = {"form": form, "run": run, "seen": roster.of(run, user=request.user, at=clock.now())}
    return render(request, "training/run_cancel.html", context, status=422 if form.errors else 200)


@require_POST
@for_editors
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book many, by 職員番号."""
    run = _run(pk)
    form = BookManyForm(request.POST)
    if form.is_valid():
        people = form.cleaned_data["numbers"]
        booked: list[Enrollment] = []
        if _saved(form, lambda: booked.extend(seats.request_all(pk, people, by=request.user, at=clock.now()))):
            sure = sum(row.status == "confirmed" for row in booked)
            messages.success(request, f"{len(booked)}人を登録しました(確定{sure}人、そのほかはキャンセル待ち)。")
            return redirect("training:run", pk=pk)
    return _page(request, run, form=form, status=422)


@require_POST
@for_editors
def call_off(request: HttpRequest, pk: int, booking: int) -> HttpResponse:
    """Cancel the booking of somebody."""
    row = get_object_or_404(Enrollment, run=pk, pk=booking)
    reason = request.POST.get("reason", "")
    return _acted(request, _run(pk), lambda: seats.cancel(row.pk, by=request.user, at=clock.now(), reason=reason))


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _run(pk: int) -> CourseRun:
    return get_object_or_404(
        CourseRun.objects.select_related("course").with_seats().prefetch_related("sessions"), pk=pk
    )


def _saved(form: Any, act: Callable[[], Any]) -> bool:
    """Whether it was written; what refuses stands on the form, with everything that was typed."""
    try:
        act()
    except DomainError as refusal:
        for line in str(refusal).splitlines():
            form.add_error(None, line)
        return False
    return True


def _acted(request: HttpRequest, run: CourseRun, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        return _page(request, run, refusal=str(refusal), status=409)
    messages.success(request, "変更しました。")
    return redirect("training:run", pk=run.pk)


def _page(
    request: HttpRequest, run: CourseRun, *, form: BookManyForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "run": run,
        "seen": roster.of(run, user=request.user, at=clock.now()),
        "form": form or BookManyForm(),
        "refusal": refusal,
        "may_edit": may.edit_runs(request.user, clock.today()),
    }
    return render(request, "training/run.html", context, status=status)
