"""受講の希望: for which courses people wait, how many and who."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Min, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.tables.handing_out import hand_out
from staff.models import Employee
from training import documents
from training import permissions as may
from training.models import Course, Interest
from training.views.answers import for_offices

PER_PAGE = 50
ORDERS = {"waiting": "-waiting", "since": "since", "code": "code", "name": "name"}
STANDING = Q(interests__withdrawn_at__isnull=True)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/interests/`: the courses for which somebody waits, most first."""
    rows = _courses(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": request.GET.get("q", ""),
        "may_edit": may.edit_runs(request.user, clock.today()),
        "number": Interest.objects.filter(withdrawn_at=None).count(),
    }
    return render(request, "training/interests.html", context)


def _courses(request: HttpRequest) -> Any:
    """With `waiting`, `since` when the first waits, and `runs` that take bookings."""
    rows: Any = Course.objects.filter(interests__isnull=False)
    if asked := request.GET.get("q", "").strip():
        rows = rows.filter(pk__in=Course.objects.search(asked).values("pk"))
    open_runs = Q(runs__status="open", runs__closes_on__gte=clock.today())
    rows = rows.annotate(
        waiting=Count("interests", filter=STANDING, distinct=True),
        since=Min("interests__registered_at", filter=STANDING),
        open_runs=Count("runs", filter=open_runs, distinct=True),
    ).filter(waiting__gt=0)
    sort = request.GET.get("sort", "")
    field = ORDERS.get(sort.removeprefix("-"), ORDERS["waiting"])
    turned = sort.startswith("-") != field.startswith("-")
    order = F(field.removeprefix("-"))
    return rows.order_by(order.desc() if turned else order.asc(), "code")


@require_safe
@for_offices
def show(request: HttpRequest, code: str) -> HttpResponse:
    """`/interests/<code>/`: who waits for a run of the course."""
    at = clock.now()
    course = get_object_or_404(Course, code=code)
    rows = Interest.objects.filter(course=course, withdrawn_at=None).order_by("registered_at", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    people = Employee.objects.filter(pk__in=[row.employee_id for row in page.object_list]).with_place(at.date())
    known = {person.pk: person for person in people}
    audit.record_on_list(
        Interest, "viewed", label=f"{course}の受講の希望 {page.paginator.count:,}人", by=request.user, at=at
    )
    context = {
        "course": course,
        "page": page,
        "lines": [(row, known[row.employee_id]) for row in page.object_list],
        "may_edit": may.edit_runs(request.user, at.date()),
    }
    return render(request, "training/interest.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/interests/download/`: every wish, or (`?course=`) those for one course, with names."""
    at = clock.now()
    rows = Interest.objects.filter(withdrawn_at=None).select_related("course", "employee")
    if code := request.GET.get("course", ""):
        rows = rows.filter(course__code=code)
    found = list(rows.order_by("course__code", "registered_at", "pk"))
    people = Employee.objects.filter(pk__in=[row.employee_id for row in found]).with_place(at.date())
    places = {person.pk: person.place.department.name for person in people if person.place}
    lines = [documents.Wish(row, places.get(row.employee_id, "")) for row in found]
    document = documents.interests(lambda: lines, count=len(found), on=at.date())
    back = reverse("training:interests")
    return hand_out(request, document, model=Interest, count=len(found), at=at, back=back)
