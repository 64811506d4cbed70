"""自薦への同意: the head reads what the own people applied with, and gives a word."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from stages import endorsing, headed
from stages import permissions as may
from stages.forms.self_nomination import OpinionForm
from stages.models import Nomination
from stages.services import nominations
from stages.workflows.nomination import NOMINATION

for_heads = only(may.answer_calls, reason=headed.NOT_A_HEAD)


@require_http_methods(["GET", "HEAD", "POST"])
@for_heads
def show(request: HttpRequest) -> HttpResponse:
    """`/department/endorsements/`"""
    if request.method != "POST":
        return _page(request)
    on = clock.today()
    rows = Nomination.objects.visible_to(request.user, on).self_nominated().select_related("nominee")
    row = get_object_or_404(rows, pk=_number(request.POST.get("nomination")))
    form = OpinionForm(request.POST, prefix=str(row.pk), agrees=request.POST.get("act") == "endorse")
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        row = nominations.give_opinion(
            row.pk, agrees=form.agrees, opinion=form.cleaned_data["opinion"], by=request.user, at=clock.now()
        )
    except DomainError as refusal:
        form.add_error(None, f"{row.nominee.name}さん: {refusal}")
        return _page(request, form, status=409)
    messages.success(request, f"{row.nominee.name}さんの自薦に「{row.get_status_display()}」と回答しました。")
    return redirect("stages:endorsements")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(request: HttpRequest, refused: OpinionForm | None = None, *, status: int = 200) -> HttpResponse:
    at = clock.now()
    departments = headed.departments_of(request.user, clock.day_of(at))
    rows = list(endorsing.waiting(request.user, departments, at=at))
    years = {row.fiscal_year: row for row in rows}  # what stands against a word of the head is of the year
    refusals = {year: NOMINATION.blockers(row, "endorse", by=request.user, at=at) for year, row in years.items()}
    context = {
        "waiting": [(row, _form_of(row, refused), refusals[row.fiscal_year]) for row in rows],
        "answered": endorsing.answered(request.user, departments, at=at)[:50],
        "refused": refused,
        "several": len(departments) > 1,
    }
    return render(request, "stages/endorsements.html", context, status=status)


def _form_of(row: Nomination, refused: OpinionForm | None) -> OpinionForm:
    return refused if refused is not None and refused.prefix == str(row.pk) else OpinionForm(prefix=str(row.pk))
