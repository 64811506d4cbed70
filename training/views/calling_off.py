"""A run that is called off: the form that does it, moving its people, and the list of whom to reach."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.tables.handing_out import hand_out
from training import contacts, documents, roster
from training import permissions as may
from training.forms.run_acts import CallOffForm, MoveForm
from training.models import Enrollment
from training.services import calling_off
from training.services.calling_off import Moved
from training.views.answers import for_editors, for_offices, given, other_runs, run_of, saved


@require_http_methods(["GET", "POST"])
@for_editors
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/cancel/`: names how many are told, then calls the run off and moves its people."""
    run = run_of(pk)
    form = CallOffForm(given(request), targets=other_runs(run))
    if request.method == "POST" and form.is_valid():
        to_run, reason = form.cleaned_data.get("to_run"), form.cleaned_data["reason"]
        target = int(to_run) if to_run else None
        done: list[Moved] = []

        def act() -> None:
            done.append(calling_off.call_off(pk, reason=reason, to_run_id=target, by=request.user, at=clock.now()))

        if saved(form, act):
            messages.success(request, f"{run}を中止し、申し込んだ人に知らせました。")
            return _moved(request, pk, done[0]) if target else redirect("training:run", pk=pk)
    context = {"form": form, "run": run, "seen": roster.of(run, user=request.user, at=clock.now())}
    return render(request, "training/run_cancel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_editors
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/move/`: the people of a run that was called off go to another run of the course."""
    run = run_of(pk)
    targets = other_runs(run)
    form = MoveForm(given(request), targets=targets)
    if request.method == "POST" and form.is_valid():
        target = int(form.cleaned_data["to_run"])
        done: list[Moved] = []
        if saved(form, lambda: done.append(calling_off.move(pk, target, by=request.user, at=clock.now()))):
            return _moved(request, pk, done[0])
    left = [row for row in contacts.of(run, on=clock.today()) if not row.moved]
    context = {"form": form, "run": run, "left": left, "targets": targets}
    return render(request, "training/run_move.html", context, status=422 if form.errors else 200)


def _moved(request: HttpRequest, pk: int, found: Moved) -> HttpResponse:
    number, sure = len(found.rows), found.sure
    messages.success(request, f"{number}人を移しました(確定{sure}人、キャンセル待ち{number - sure}人)。")
    for person, why in found.left:
        messages.warning(request, f"{person}は移せませんでした。{why}")
    return redirect("training:run-contacts", pk=pk)


@require_safe
@for_offices
def show_contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/contacts/`: whom to reach, for the screen and for paper."""
    run, at = run_of(pk), clock.now()
    audit.record(run, "viewed", by=request.user, at=at)
    context: dict[str, Any] = {"run": run, "rows": contacts.of(run, on=at.date()), "on": at.date()}
    context["may_edit"] = may.edit_runs(request.user, at.date())
    return render(request, "training/run_contacts.html", context)


@require_safe
@for_offices
def download_contacts(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/runs/<id>/contacts/download/`"""
    run, at = run_of(pk), clock.now()
    rows = contacts.of(run, on=at.date())
    document = documents.contacts(lambda: rows, run=run, count=len(rows), on=at.date())
    back = reverse("training:run-contacts", args=[pk])
    return hand_out(request, document, model=Enrollment, count=len(rows), at=at, back=back)
