"""A rule of required training is written: how many it would oblige is shown before it is saved."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import only
from training import permissions as may
from training.forms.requirements import RequirementForm
from training.models import Requirement
from training.services import requirement_rules, requirements

for_editors = only(may.edit_requirements, reason=requirements.NOT_YOURS)
SAVED = "必修研修「{}」を保存しました。対象者の割当は、まもなく終わります。"


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """`/requirements/new/` and `/requirements/<id>/edit/`; with `preview` only the number of people is told."""
    kept = get_object_or_404(Requirement, pk=pk) if pk else None
    shown = Requirement() if kept is None else Requirement.objects.get(pk=kept.pk)
    year = FiscalYear.containing(clock.today())
    initial = {} if kept else {"first_year": year, "every_years": 1, "due_month": 12, "due_day": 31}
    form = RequirementForm(request.POST if request.method == "POST" else None, instance=shown, initial=initial)
    context: dict[str, Any] = {"form": form, "rule": kept}
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            context |= _preview(form.instance, year)
        elif _saved(form, kept or Requirement(), request):
            messages.success(request, SAVED.format(form.cleaned_data["name"]))
            return redirect("training:requirements")
    status = 422 if form.errors else 200
    return render(request, "training/requirement_form.html", context, status=status)


def _preview(row: Requirement, year: FiscalYear) -> dict[str, Any]:
    """As of today; of a rule that begins later, as of the first day on which it will hold with the staff of today."""
    first = max(year, row.first_year)
    count = requirements.preview(row, first, on=max(clock.today(), first.first_day))
    return {"previewed": first, "count": count}


def _saved(form: RequirementForm, row: Requirement, request: HttpRequest) -> bool:
    stated = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "course"}
    stated["course_id"] = form.cleaned_data["course"].pk
    try:
        requirement_rules.write(row, by=request.user, at=clock.now(), **stated)
    except DomainError as refusal:
        for line in str(refusal).splitlines():
            form.add_error(None, line)
        return False
    return True
