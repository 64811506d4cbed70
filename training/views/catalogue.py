"""The catalogue: courses, one course with its runs, and the own booking."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only
from staff.models import Employee
from training import catalogue, documents, presence
from training import permissions as may
from training.forms.catalogue import CourseFilter
from training.forms.run_acts import ChangeForm
from training.models import Course, Enrollment, EnrollmentStatus
from training.services import change_requests, interests, reasons, seats
from training.views.answers import other_runs, saved

PER_PAGE = 50
STAFF_ONLY = "研修の案内は、在職している職員だけが見られます。"
for_staff = only(may.see_catalogue, reason=STAFF_ONLY)
TOLD = {
    EnrollmentStatus.CONFIRMED: "席が確定しました。",
    EnrollmentStatus.WAITLISTED: "満席のため、キャンセル待ちになりました。席が空くと、順番に自動で確定します。",
    EnrollmentStatus.REQUESTED: "申し込みました。",
}


@require_safe
@for_staff
def show_all(request: HttpRequest) -> HttpResponse:
    """`/courses/`"""
    at = clock.now()
    wanted = _wanted(request, at.date())
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    lines = catalogue.courses(page.object_list, at=at)
    groups = list(catalogue.by_level(lines)) if wanted.is_by_level else [("", lines)]
    return render(request, "training/courses.html", {"page": page, "wanted": wanted, "groups": groups})


@require_safe
@for_staff
def download(request: HttpRequest) -> HttpResponseBase:
    """`/courses/download/`"""
    at = clock.now()
    wanted = _wanted(request, at.date())
    rows = wanted.rows()
    count = rows.count()
    document = documents.courses(lambda: rows.iterator(500), count=count, conditions=wanted.in_words, on=at.date())
    return hand_out(request, document, model=Course, count=count, at=at, back=reverse("training:courses"))


def _wanted(request: HttpRequest, on: date) -> CourseFilter:
    return CourseFilter(request.GET, Course.objects.offered_on(on), person=_me(request), on=on)


@require_safe
@for_staff
def show(request: HttpRequest, code: str) -> HttpResponse:
    """`/courses/<code>/`"""
    return _page(request, _course(code))


@require_POST
@for_staff
def book(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A seat in one run, or a place in its line; from another run of the course, where there is a booking."""
    course = _course(code)
    person = _me(request)
    if person is None:
        raise PermissionDenied(STAFF_ONLY)

    def act() -> str:
        booked = _bookings(person, course).exclude(run=pk).first()
        run = get_object_or_404(course.runs.all(), pk=pk)
        if booked is None:
            row = seats.request(run.pk, person, by=request.user, at=clock.now())
        else:
            row = seats.change_run(booked.pk, run.pk, by=request.user, at=clock.now())
        return TOLD[EnrollmentStatus(row.status)]

    return _answer(request, course, act)


@require_POST
@for_staff
def cancel(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Give the own booking up."""
    course = _course(code)
    row = _own(request, course, pk)

    def act() -> str:
        seats.cancel(row.pk, by=request.user, at=clock.now())
        return "申込を取り消しました。"

    return _answer(request, course, act)


@require_POST
@for_staff
def decline(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say no to a seat that came from the waiting list."""
    course = _course(code)
    row = _own(request, course, pk)

    def act() -> str:
        seats.decline(row.pk, by=request.user, at=clock.now(), reason=request.POST.get("reason", ""))
        return "席を辞退しました。次の人に席を譲ります。"

    return _answer(request, course, act)


@require_http_methods(["GET", "POST"])
@for_staff
def change(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """`/courses/<code>/bookings/<id>/change/`: cancel or take another run, with the reason; or ask the office."""
    course = _course(code)
    row = _own(request, course, pk)
    by_oneself, asks = not reasons.why_not_cancel(row, at=clock.now()), reasons.why_not_ask(row, at=clock.now())
    form = ChangeForm(request.POST if request.method == "POST" else None, targets=other_runs(row.run))
    if request.method == "POST" and form.is_valid():
        told: list[str] = []
        if saved(form, lambda: told.append(_change(request, row, form, by_oneself=by_oneself))):
            messages.success(request, told[0])
            return redirect("training:course", code=course.code)
    refusals = [] if by_oneself else asks
    context = {"form": form, "course": course, "row": row, "by_oneself": by_oneself, "refusals": refusals}
    return render(request, "training/booking_change.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, row: Enrollment, form: ChangeForm, *, by_oneself: bool) -> str:
    why = {"reason": form.cleaned_data["reason"], "supplement": form.cleaned_data["supplement"]}
    target = get_object_or_404(row.course.runs.all(), pk=form.to_run) if form.to_run else None
    at = clock.now()
    if not by_oneself:
        change_requests.ask(row.pk, to_run=target, by=request.user, at=at, **why)
        return "研修の担当に申し出ました。結果はお知らせします。"
    if target is None:
        seats.cancel(row.pk, by=request.user, at=at, **why)
        return "申込を取り消しました。"
    new = seats.change_run(row.pk, target.pk, by=request.user, at=at, **why)
    return f"第{target.number}回に変更しました。{TOLD[EnrollmentStatus(new.status)]}"


@require_POST
@for_staff
def wish(request: HttpRequest, code: str) -> HttpResponse:
    """Say that one would take it, or no more."""
    course = _course(code)

    def act() -> str:
        if request.POST.get("wish") == "no":
            interests.withdraw(course, by=request.user, at=clock.now())
            return "受講の希望を取り消しました。"
        interests.register(course, by=request.user, at=clock.now())
        return "受講の希望を登録しました。開催が決まると、この画面から申し込めます。"

    return _answer(request, course, act)


def _course(code: str) -> Course:
    return get_object_or_404(Course.objects.offered_on(clock.today()), code=code)


def _me(request: HttpRequest) -> Employee | None:
    """The person behind the login, while in service; an office's login may be nobody."""
    user: Any = request.user
    return user.employee if may.book(user, clock.today()) else None


def _own(request: HttpRequest, course: Course, pk: int) -> Enrollment:
    """The own booking of an address; somebody else's is not there."""
    rows = Enrollment.objects.filter(course=course, employee=_me(request)).select_related("run", "course", "employee")
    return get_object_or_404(rows, pk=pk)


def _bookings(person: Employee, course: Course) -> Any:
    return Enrollment.objects.filter(
        employee=person, course=course, status__in=("requested", "confirmed", "waitlisted")
    )


def _answer(request: HttpRequest, course: Course, act: Callable[[], str]) -> HttpResponse:
    try:
        told = act()
    except DomainError as refusal:
        return _page(request, course, refusal=str(refusal), status=409)
    messages.success(request, told)
    return redirect("training:course", code=course.code)


def _page(request: HttpRequest, course: Course, *, refusal: str = "", status: int = 200) -> HttpResponse:
    seen = catalogue.of_course(course, _me(request), at=clock.now())
    today = clock.today()
    context = {
        "seen": seen,
        "course": course,
        "attended": presence.of_course(course, request.user, at=clock.now()),
        "refusal": refusal,
        "may_book": may.book(request.user, today),
        "may_edit": may.edit_runs(request.user, today),
    }
    return render(request, "training/course.html", context, status=status)
