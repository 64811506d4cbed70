"""開催回 for the offices: the list, one run with its people, and the forms that write both."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables.handing_out import hand_out
from training import documents, overlaps, roster
from training import permissions as may
from training.forms.catalogue import RunFilter
from training.forms.runs import BookManyForm, CourseForm, RunForm, as_lines, as_typed
from training.models import ChangeRequest, Course, CourseRun, Enrollment
from training.run_errands import NEAR
from training.services import change_requests, courses, runs, seats
from training.views.answers import for_editors, for_offices, given, run_of, saved

PER_PAGE = 50
ACTS: dict[str, Callable[..., CourseRun]] = {"open": runs.open_run, "close": runs.close, "hold": runs.hold_run}
COPIED = (
    "venue", "area", "is_online", "instructor", "capacity", "minimum", "promotes_by_hand", "answer_days",
    "invited_only", "note",
)  # fmt: skip
"""What a copy of a run has in common with it: all but its days."""


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/runs/`"""
    today = clock.today()
    wanted = RunFilter(request.GET, CourseRun.objects.select_related("course").with_seats(), on=today)
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wanted": wanted, "may_edit": may.edit_runs(request.user, today), "near": today + NEAR}
    return render(request, "training/runs.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/runs/download/`"""
    at = clock.now()
    wanted = RunFilter(request.GET, CourseRun.objects.select_related("course").with_seats(), on=at.date())
    rows = wanted.rows()
    count = rows.count()
    document = documents.runs(lambda: rows.iterator(500), count=count, conditions=wanted.in_words, on=at.date())
    return hand_out(request, document, model=CourseRun, count=count, at=at, back=reverse("training:runs"))


@require_safe
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/`"""
    run = run_of(pk)
    audit.record(run, "viewed", by=request.user, at=clock.now())
    return _page(request, run)


@require_http_methods(["GET", "POST"])
@for_editors
def edit_course(request: HttpRequest, code: str = "") -> HttpResponse:
    """`/runs/courses/new/` and `/runs/courses/<code>/`"""
    course = get_object_or_404(Course, code=code) if code else Course()
    form = CourseForm(given(request), instance=course)
    if request.method == "POST" and form.is_valid():
        kept = Course.objects.get(pk=course.pk) if course.pk else Course()
        if saved(form, lambda: courses.write(kept, by=request.user, at=clock.now(), **form.cleaned_data)):
            messages.success(request, f"研修「{form.cleaned_data['name']}」を保存しました。")
            return redirect("training:course", code=form.cleaned_data["code"])
    context = {"form": form, "course": course if code else None}
    return render(request, "training/course_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_editors
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """`/runs/courses/<code>/new/`"""
    course = get_object_or_404(Course, code=code)
    form = RunForm(given(request), initial=_copied(request, course))
    if request.method == "POST" and form.is_valid():
        made: list[CourseRun] = []
        if saved(form, lambda: made.append(_plan(request, course, form))):
            messages.success(request, f"{made[0]}を登録しました。募集を始めるには「募集開始」を押してください。")
            _warn(request, made[0])
            return redirect("training:run", pk=made[0].pk)
    context = {"form": form, "course": course}
    return render(request, "training/run_form.html", context, status=422 if form.errors else 200)


def _copied(request: HttpRequest, course: Course) -> dict[str, Any]:
    """`?copy=<id>`: a new run like another of the course, on other days."""
    asked = request.GET.get("copy", "")
    row = course.runs.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    return {name: getattr(row, name) for name in COPIED} if row else {}


def _warn(request: HttpRequest, run: CourseRun) -> None:
    """What else needs the room or the instructor: told, not refused."""
    for sentence in overlaps.of(run):
        messages.warning(request, f"{sentence}確認してください。")


def _plan(request: HttpRequest, course: Course, form: RunForm) -> CourseRun:
    return runs.plan(course, by=request.user, at=clock.now(), **form.cleaned_data)


@require_http_methods(["GET", "POST"])
@for_editors
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/edit/`"""
    run = run_of(pk)
    form = RunForm(
        given(request), instance=run, initial={"meetings": as_lines(run), "final_at": as_typed(run.final_at)}
    )
    if request.method == "POST" and form.is_valid():
        stated = form.cleaned_data
        if saved(form, lambda: runs.change(pk, by=request.user, at=clock.now(), **stated)):
            messages.success(request, "開催回を変更しました。")
            _warn(request, run_of(pk))
            return redirect("training:run", pk=pk)
    context = {"form": form, "course": run.course, "run": run, "clashes": overlaps.of(run)}
    return render(request, "training/run_form.html", context, status=422 if form.errors else 200)


@require_POST
@for_editors
def move(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Open, close and hold."""
    run = run_of(pk)
    if act not in ACTS:
        raise PermissionDenied(runs.NOT_YOURS)
    return _acted(request, run, lambda: ACTS[act](pk, by=request.user, at=clock.now()))


@require_POST
@for_editors
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book many, by 職員番号."""
    run = run_of(pk)
    form = BookManyForm(request.POST)
    if form.is_valid():
        people = form.cleaned_data["numbers"]
        booked: list[Enrollment] = []
        if saved(form, lambda: booked.extend(seats.request_all(pk, people, by=request.user, at=clock.now()))):
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
    return _acted(request, run_of(pk), lambda: seats.cancel(row.pk, by=request.user, at=clock.now(), reason=reason))


@require_POST
@for_editors
def promote(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/promote/`: the next in line has a free seat."""
    return _acted(request, run_of(pk), lambda: seats.promote_next(pk, by=request.user, at=clock.now()))


@require_POST
@for_editors
def settle(request: HttpRequest, pk: int, wish: int) -> HttpResponse:
    """`/runs/<id>/requests/<wish>/`: grant or refuse a change that somebody asks for."""
    run = run_of(pk)
    row = get_object_or_404(ChangeRequest, enrollment__run=pk, pk=wish)
    grant, answer = request.POST.get("grant") == "yes", request.POST.get("answer", "")

    def act() -> Any:
        return change_requests.settle(row.pk, grant=grant, answer=answer, by=request.user, at=clock.now())

    return _acted(request, run, act)


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
