"""結果: what follows from the attendance, points, and what an officer confirms."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError, RuleBroken
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.web import refused
from training import permissions as may
from training import roll
from training.models import CompletionRule, CourseRun
from training.services import pasting_scores, results
from training.views.roll_call import OFFICES_ONLY, run_of, sort_of


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/results/`: seen by the offices, written by those who run the courses."""
    at = clock.now()
    if not may.see_runs(request.user, at.date()):
        return refused(request, OFFICES_ONLY, status=403)
    run = run_of(pk)
    if request.method != "POST":
        audit.record(run, "viewed", by=request.user, at=at)
        return _page(request, run)
    if not may.edit_runs(request.user, at.date()):
        return refused(request, results.NOT_YOURS, status=403)
    try:
        messages.success(request, _act(request, run))
    except DomainError as refusal:
        return _page(request, run, refusal=str(refusal), typed=request.POST, status=422)
    return redirect("training:results", pk=pk)


def _act(request: HttpRequest, run: CourseRun) -> str:
    """What was done, in words. Raises DomainError."""
    who: dict[str, Any] = {"by": request.user, "at": clock.now()}
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    if act == "conclude":
        found = results.conclude(run.pk, **who)
        return (
            f"結果を確定しました(修了{found.completed}人、未修了{found.failed}人、欠席{found.absent}人、"
            f"結果待ち{found.open}人)。"
        )
    if act == "take_back":
        roots = [int(value) for value in request.POST.getlist("root") if value.isascii() and value.isdigit()]
        return f"{results.take_back(run.pk, roots, reason=reason, **who)}人の修了を取り消しました。"
    if act == "scores":
        return f"{results.score(run.pk, _typed(request, run), reason=reason, **who)}人の得点を保存しました。"
    if act == "paste":
        lines = request.POST.get("lines", "")
        return f"{pasting_scores.write(run.pk, lines, reason=reason, **who)}人の得点を保存しました。"
    raise RuleBroken("操作を選び直してください。")


def _typed(request: HttpRequest, run: CourseRun) -> dict[int, int | None]:
    """The points as they were typed. Raises RuleBroken naming the cell that is no number."""
    found: dict[int, int | None] = {}
    for pk, name in run.enrollments.seated().values_list("pk", "employee__name"):
        text = request.POST.get(f"score-{pk}")
        if text is None:
            continue
        try:
            found[pk] = cells.number(text) if text.strip() else None
        except ValueError as error:
            raise RuleBroken(f"{name}: 「{text}」は得点として読み取れません。数字で入力してください。") from error
    return found


def _page(
    request: HttpRequest, run: CourseRun, *, refusal: str = "", typed: Any = None, status: int = 200
) -> HttpResponse:
    at, sort = clock.now(), sort_of(request)
    sheet = roll.of_run(run, at=at, sort=sort)
    judged = {line.row.pk: line.judged for line in sheet.lines}
    for line in sheet.lines:
        score = line.row.score
        line.typed = (typed or {}).get(f"score-{line.row.pk}", "" if score is None else str(score))
    context = {
        "run": run,
        "sheet": sheet,
        "sort": sort,
        "sorts": roll.SORTS,
        "refusal": refusal,
        "typed": typed or {},
        "scored": run.course.completion_rule == CompletionRule.SCORE,
        "why_not": results.why_not_conclude(run, at=at),
        "waits": any(line.differs for line in sheet.lines),
        "concluded": results.is_concluded(run),
        "doubtful": results.no_longer_holding(judged),
        "may_edit": may.edit_runs(request.user, at.date()),
    }
    return render(request, "training/results.html", context, status=status)
