"""受付: the code on the screen, the phone that reads it, the tablet at the door, and one's own code."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only, part
from staff import roles
from training import check_in_codes as codes
from training import permissions as may
from training.forms.roll_call import DoorForm
from training.models import Attendance, RunSession
from training.rules import check_in as rules
from training.services import arrivals, attendance, results, ticking
from training.views.roll_call import meeting_of

for_editors = only(may.edit_runs, reason=results.NOT_YOURS)
LAST = 8
UNKNOWN = "職員番号「{}」は登録されていません。もう一度入力してください。"


@require_safe
@for_editors
def show_code(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """`/runs/<id>/attendance/<session>/code/`: the code for a screen, renewed by itself; `?paper=1`: one for a sheet of
    paper, which is valid while the meeting lasts."""
    meeting, at = meeting_of(pk, session), clock.now()
    on_paper = request.GET.get("paper") == "1"
    until = meeting.ends_at if on_paper else at + rules.LIFE
    code = codes.make(meeting.pk, until=until)
    address = request.build_absolute_uri(reverse("training:check-in", args=[meeting.pk, code]))
    context = {
        "meeting": meeting,
        "run": meeting.run,
        "drawing": codes.drawing(address),
        "until": until,
        "on_paper": on_paper,
        "closed": attendance.why_not_take(meeting, at=at) or rules.why_closed(meeting.starts_at, meeting.ends_at, at),
        "arrived": _arrived(meeting),
        "seats": meeting.run.enrollments.seated().count(),
    }
    return render(request, part(request, "training/check_in_code.html", "code"), context)


@require_http_methods(["GET", "POST"])
@for_editors
def door(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """`/runs/<id>/attendance/<session>/door/`: 職員番号 after 職員番号, typed or scanned."""
    meeting, at = meeting_of(pk, session), clock.now()
    form = DoorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = _receive(request, meeting, form, at)
        if told:
            messages.success(request, told)
            return redirect("training:check-in-door", pk=pk, session=session)
    last = meeting.attendances.select_related("enrollment__employee").order_by("-recorded_at", "-pk")[:LAST]
    context = {
        "meeting": meeting,
        "run": meeting.run,
        "form": form,
        "last": last,
        "arrived": _arrived(meeting),
        "seats": meeting.run.enrollments.seated().count(),
    }
    return render(request, "training/check_in_door.html", context, status=422 if form.errors else 200)


def _receive(request: HttpRequest, meeting: RunSession, form: DoorForm, at: datetime) -> str:
    """What is said of the arrival; empty where it was refused, with the reason on the form."""
    number = form.cleaned_data["number"]
    found = ticking.person_of(number)
    if found is None:
        form.add_error("number", UNKNOWN.format(number))
        return ""
    try:
        received = arrivals.at_door(meeting.pk, found, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error("number", f"{found.name}さん: {refusal}")
        return ""
    return f"{found.name}さん: {received.words}"


@require_http_methods(["GET", "POST"])
def arrive(request: HttpRequest, session: int, code: str) -> HttpResponse:
    """`/check-in/<session>/<code>/`: what a participant's phone opens; confirmed by a button."""
    meeting = get_object_or_404(RunSession.objects.select_related("run__course"), pk=session)
    at, user = clock.now(), request.user
    context: dict[str, Any] = {"meeting": meeting, "run": meeting.run, "code": code}
    status = 200
    try:
        if request.method == "POST":
            context["received"] = arrivals.by_code(session, code, by=user, at=at)
        else:
            context["there"] = arrivals.look(meeting, code, by=user, at=at)
    except DomainError as refusal:
        context["refusal"], status = str(refusal), 409
    return render(request, "training/check_in.html", context, status=status)


@require_safe
def own_code(request: HttpRequest) -> HttpResponse:
    """`/check-in/`: one's own 職員番号 as a code, for the tablet at the door."""
    user: Any = request.user
    if roles.of(user, clock.today()).employee_id is None:
        raise PermissionDenied(arrivals.NOT_STAFF)
    context = {"person": user.employee, "drawing": codes.drawing(user.employee.employee_number)}
    return render(request, "training/check_in_own.html", context)


def _arrived(meeting: RunSession) -> int:
    return Attendance.objects.filter(session=meeting, minutes__gt=0).count()
