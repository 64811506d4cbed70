"""Whom a run keeps seats for, whom it invites, and what its people are told."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import refused
from staff.models import Employee
from training import permissions as may
from training import roster
from training.forms.run_acts import HoldForm, InviteForm, MessageForm
from training.models import Invitation, SeatHold
from training.services import holds, invitations
from training.services import messages as run_messages
from training.views.answers import for_editors, for_offices, given, run_of, saved

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@for_editors
def keep_seats(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/holds/`: the seats that are kept for departments; one is added or changed."""
    run, at = run_of(pk), clock.now()
    form = HoldForm(given(request), on=at.date(), initial=_of_department(request, pk))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        stated = {"number": asked["seats"], "released_on": asked["released_on"]}
        if saved(form, lambda: holds.keep(pk, asked["department"], by=request.user, at=at, **stated)):
            messages.success(request, f"{asked['department'].name}の枠を{asked['seats']}席にしました。")
            return redirect("training:run-holds", pk=pk)
    return _holds(request, run, form, 422 if form.errors else 200)


@require_POST
@for_editors
def release_seats(request: HttpRequest, pk: int, hold: int) -> HttpResponse:
    """`/runs/<id>/holds/<hold>/release/`: everybody may have them from now on."""
    run, row = run_of(pk), get_object_or_404(SeatHold.objects.select_related("department"), run=pk, pk=hold)
    try:
        holds.release(row.pk, by=request.user, at=clock.now())
    except DomainError as refusal:
        form = HoldForm(on=clock.today())
        return _holds(request, run, form, 409, refusal=str(refusal))
    messages.success(request, f"{row.department.name}の枠を開放しました。")
    return redirect("training:run-holds", pk=pk)


def _of_department(request: HttpRequest, pk: int) -> dict[str, Any]:
    """`?hold=<id>`: the hold that is to be changed."""
    asked = request.GET.get("hold", "")
    row = SeatHold.objects.filter(run=pk, pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    return {"department": row.department_id, "seats": row.seats, "released_on": row.released_on} if row else {}


def _holds(request: HttpRequest, run: Any, form: HoldForm, status: int, refusal: str = "") -> HttpResponse:
    at = clock.now()
    seen = roster.of(run, user=request.user, at=at)
    over = SeatHold.objects.filter(run=run, released_on__lte=at.date()).select_related("department")
    context = {"run": run, "form": form, "seen": seen, "over": over, "refusal": refusal}
    return render(request, "training/run_holds.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_offices
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/invitations/`: who may join a run that is not for everybody."""
    run, at = run_of(pk), clock.now()
    if request.method == "POST" and not may.edit_runs(request.user, at.date()):
        return refused(request, invitations.NOT_YOURS, status=403)
    form = InviteForm(given(request), run=run, on=at.date())
    if request.method == "POST" and form.is_valid():
        added: list[Invitation] = []
        if saved(form, lambda: added.extend(_invite(request, pk, form))):
            messages.success(request, f"{len(added)}人を案内の一覧に加えました。")
            return redirect("training:run-invitations", pk=pk)
    return _invitations(request, run, form)


def _invite(request: HttpRequest, pk: int, form: InviteForm) -> list[Invitation]:
    by_source: dict[str, list[Employee]] = {}
    for person, source in form.people().values():
        by_source.setdefault(source, []).append(person)
    lists = by_source.items()
    at = clock.now()
    return [
        row for source, people in lists for row in invitations.invite(pk, people, source=source, by=request.user, at=at)
    ]


@require_POST
@for_editors
def take_back(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """`/runs/<id>/invitations/<id>/remove/`"""
    run, row = run_of(pk), get_object_or_404(Invitation.objects.select_related("employee"), run=pk, pk=invitation)
    try:
        invitations.take_back(row.pk, by=request.user, at=clock.now())
    except DomainError as refusal:
        form = InviteForm(run=run, on=clock.today())
        return _invitations(request, run, form, 409, refusal=str(refusal))
    messages.success(request, f"{row.employee.name}さんを案内の一覧から外しました。")
    return redirect("training:run-invitations", pk=pk)


def _invitations(
    request: HttpRequest, run: Any, form: InviteForm, status: int | None = None, refusal: str = ""
) -> HttpResponse:
    at = clock.now()
    invited = run.invitations.filter(withdrawn_at=None)
    asked = request.GET.get("q", "").strip()
    people: Any = Employee.objects.filter(pk__in=invited.values("employee"))
    people = people.search(asked) if asked else people
    page = Paginator(people.with_place(at.date()).by_place(), PER_PAGE).get_page(request.GET.get("page"))
    rows = {row.employee_id: row for row in invited.filter(employee__in=list(page.object_list))}
    booked = dict(
        run.enrollments.filter(employee__in=list(rows))
        .exclude(status__in=("cancelled", "rejected"))
        .values_list("employee", "status")
    )
    audit.record(run, "viewed", by=request.user, at=at)
    context = {
        "run": run,
        "form": form,
        "page": page,
        "asked": asked,
        "lines": [(person, rows[person.pk], person.pk in booked) for person in page.object_list],
        "may_edit": may.edit_runs(request.user, at.date()),
        "refusal": refusal,
    }
    return render(request, "training/run_invitations.html", context, status=status or (422 if form.errors else 200))


@require_http_methods(["GET", "POST"])
@for_offices
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/messages/`: what the people of the run were told, and a new message."""
    run, at = run_of(pk), clock.now()
    edits = may.edit_runs(request.user, at.date())
    if request.method == "POST" and not edits:
        return refused(request, run_messages.NOT_YOURS, status=403)
    form = MessageForm(given(request))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        sent: list[Any] = []
        if saved(form, lambda: sent.append(run_messages.send(pk, by=request.user, at=at, **asked))):
            messages.success(request, f"{sent[0].number}人に知らせました。")
            return redirect("training:run-messages", pk=pk)
    context = {"run": run, "form": form, "rows": run.messages.all(), "may_edit": edits}
    return render(request, "training/run_messages.html", context, status=422 if form.errors else 200)
