"""所属の実践報告: what the people of the department handed in, what waits first; approve or send back in one step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from stages import headed, practice, practice_lists
from stages import permissions as may
from stages.forms.practice import AnswerForm
from stages.models import PracticeReport
from stages.services import practice_reports

for_heads = only(may.answer_calls, reason=headed.NOT_A_HEAD)
ACTS = ("approve", "return", "comment")


@require_safe
@for_heads
def show_all(request: HttpRequest) -> HttpResponse:
    """`/department/reports/`"""
    found = practice_lists.of_head(request.user, on=clock.today())
    return render(request, "stages/department_practices.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@for_heads
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/department/reports/<pk>/`"""
    report = _of_my_people(request, pk)
    if request.method != "POST":
        audit.record(report, "viewed", by=request.user, at=clock.now())
        return _page(request, report)
    act, at = request.POST.get("act", ""), clock.now()
    form = AnswerForm(request.POST, report=report, returns=act != "approve")
    if act not in ACTS or not form.is_valid():
        return _page(request, report, form, status=422)
    words = form.cleaned_data["comment"]
    try:
        if act == "comment":
            practice_reports.comment(pk, words, by=request.user, at=at)
        else:
            seen = form.cleaned_data["seen"]
            report = practice_reports.give_answer(
                pk, approves=act == "approve", comment=words, seen=seen, by=request.user, at=at
            )
    except DomainError as refusal:
        report = _of_my_people(request, pk)
        form.add_error(None, str(refusal))
        form.show(practice_reports.seen_of(report))
        return _page(request, report, form, status=409)
    name = report.enrollment.promoter.employee.name
    done = "コメントを送りました。" if act == "comment" else f"「{report.get_status_display()}」にしました。"
    messages.success(request, f"{name}さんの「{report.title}」: {done}")
    return redirect("stages:department-practices")


def _of_my_people(request: HttpRequest, pk: int) -> PracticeReport:
    """Of the people who are posted here today, once handed in; the own one is not read here."""
    return get_object_or_404(practice_lists.rows_of_head(request.user, on=clock.today()), pk=pk)


def _page(
    request: HttpRequest, report: PracticeReport, form: AnswerForm | None = None, *, status: int = 200
) -> HttpResponse:
    sheet = practice.sheet(report.enrollment, report, at=clock.now())
    context = {"sheet": sheet, "report": report, "form": form or AnswerForm(report=report)}
    return render(request, "stages/department_practice.html", context, status=status)
