"""The questions of the surveys: those for all courses, and those of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from training import permissions as may
from training.forms.surveys import questions_form
from training.models import Course
from training.services import questionnaires

for_editors = only(may.edit_questionnaires, reason=questionnaires.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """`/surveys/questions/` and `/courses/<code>/questions/`"""
    course = get_object_or_404(Course, code=code) if code else None
    present = questionnaires.in_force(course)
    form = questions_form(request.POST if request.method == "POST" else None, questionnaires.as_asked(present))
    refusal, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = questionnaires.write(course, form.questions, by=request.user, at=clock.now())
            except DomainError as problem:
                refusal, status = str(problem), 409
            else:
                messages.success(request, f"{row}を保存しました。これから始まるアンケートに使います。")
                return redirect(request.path)
    context = {"form": form, "course": course, "present": present, "refusal": refusal, "own": _own(present)}
    return render(request, "training/questionnaire.html", context, status=status)


@require_POST
@for_editors
def put_aside(request: HttpRequest, code: str) -> HttpResponse:
    """Back to the questions for all."""
    course = get_object_or_404(Course, code=code)
    questionnaires.put_aside(course, by=request.user, at=clock.now())
    messages.success(request, f"「{course.name}」のアンケートは、これから共通の質問になります。")
    return redirect("training:course-questions", code=code)


def _own(present: Any) -> bool:
    return present is not None and present.course_id is not None
