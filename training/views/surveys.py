"""アンケート for who was there: the own ones, and one sheet."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only, refused
from training import own_surveys
from training import permissions as may
from training.forms.surveys import SurveyForm
from training.models import Enrollment, SurveyInvitation
from training.rules import surveys as rules
from training.services import surveys

NOT_IN_SERVICE = (
    "アンケートの画面は、在職している職員のための画面です。職員に結び付いていないアカウントでは使えません。"
)
NOT_ASKED = (
    "この開催回のアンケートは、出席した人だけにお願いしています。"
    "出席の記録に誤りがあるときは、研修の担当に連絡してください。"
)
for_staff = only(may.book, reason=NOT_IN_SERVICE)


@require_safe
@for_staff
def mine(request: HttpRequest) -> HttpResponse:
    """`/me/surveys/`"""
    found = own_surveys.of(_me(request), clock.now())
    return render(request, "training/my_surveys.html", {"rows": found, "seen_by": surveys.SEEN_BY})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`/surveys/<run>/`"""
    at = clock.now()
    rows = SurveyInvitation.objects.select_related("survey__run__course", "enrollment")
    invitation = rows.filter(survey__run=pk, enrollment__employee=_me(request)).first()
    if invitation is None:
        if Enrollment.objects.filter(run=pk, employee=_me(request)).exists():
            return refused(request, NOT_ASKED, status=403)
        raise Http404
    reason = rules.why_not_answer(invitation, at.date()) or rules.was_there(invitation.enrollment) or ""
    questions = list(invitation.survey.questionnaire.questions.all())
    form = SurveyForm(request.POST if request.method == "POST" else None, questions=questions)
    status = 200
    if request.method == "POST":
        valid = form.is_valid()
        refusal = _submitted(request, pk, form) if valid and not reason else reason
        if valid and not refusal:
            messages.success(request, "回答を受け付けました。ご協力ありがとうございました。")
            return redirect("training:survey", pk=pk)
        for line in refusal.splitlines():
            form.add_error(None, line)
        status = 409 if refusal else 422
    context = {"invitation": invitation, "run": invitation.survey.run, "form": form, "reason": reason}
    return render(request, "training/survey.html", {**context, "seen_by": surveys.SEEN_BY}, status=status)


def _submitted(request: HttpRequest, pk: int, form: SurveyForm) -> str:
    """Why it was refused; empty where it was kept."""
    try:
        surveys.submit(pk, form.answers, by=request.user, at=clock.now())
    except DomainError as refusal:
        return str(refusal)
    return ""


def _me(request: HttpRequest) -> Any:
    return request.user.employee
