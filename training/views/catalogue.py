"""The catalogue: courses, one course with its runs, and the own booking."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from staff.models import Employee
from training import catalogue
from training import permissions as may
from training.forms.catalogue import CourseFilter
from training.models import Course, Enrollment, EnrollmentStatus
from training.services import interests, seats

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
    wanted = CourseFilter(request.GET, Course.objects.offered_on(at.date()))
    page = Paginator(wanted.qs, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = catalogue.courses(page.object_list, at=at)
    return render(request, "training/courses.html", {"page": page, "wanted": wanted})


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
    row = get_object_or_404(Enrollment.objects.filter(course=course, employee=_me(request)), pk=pk)

    def act() -> str:
        seats.cancel(row.pk, by=request.user, at=clock.now())
        return "申込を取り消しました。"

    return _answer(request, course, act)


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
        "refusal": refusal,
        "may_book": may.book(request.user, today),
        "may_edit": may.edit_runs(request.user, today),
    }
    return render(request, "training/course.html", context, status=status)
