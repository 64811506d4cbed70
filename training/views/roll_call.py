"""出欠: everybody's presence in a run, the roll of one meeting, and a pasted list of 職員番号."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from training import permissions as may
from training import roll
from training.forms.roll_call import PasteForm, RollForm
from training.models import CourseRun, Presence, RunSession
from training.services import attendance, results, ticking
from training.services.attendance import RowsRefused

OFFICES_ONLY = "出欠の一覧は、研修の担当課だけが見られます。ご自分の出欠は「研修」の各研修の画面で確認できます。"
for_offices = only(may.see_runs, reason=OFFICES_ONLY)
for_editors = only(may.edit_runs, reason=results.NOT_YOURS)
FILLED = "{}人を出席にしました。例外の人を直して「保存する」を押してください。まだ保存していません。"


@require_safe
@for_offices
def show_run(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/attendance/`: 出欠簿 on the screen, with the ways to each meeting's roll."""
    run, at = run_of(pk), clock.now()
    audit.record(run, "viewed", by=request.user, at=at)
    sort = sort_of(request)
    sheet = roll.of_run(run, at=at, sort=sort)
    meetings = [(meeting, *sheet.counts[meeting.pk], attendance.why_not_take(meeting, at=at)) for meeting in _of(run)]
    context = {
        "run": run,
        "sheet": sheet,
        "meetings": meetings,
        "sort": sort,
        "sorts": roll.SORTS,
        "may_edit": may.edit_runs(request.user, at.date()),
    }
    return render(request, "training/attendance.html", context)


@require_http_methods(["GET", "POST"])
@for_editors
def take(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """`/runs/<id>/attendance/<session>/`: the roll of one meeting."""
    meeting, at = meeting_of(pk, session), clock.now()
    sort = sort_of(request)
    lines = roll.of_meeting(meeting, on_day=clock.day_of(meeting.starts_at), sort=sort)
    if request.method != "POST":
        return _roll(request, meeting, lines, sort=sort)
    form, reason = RollForm(lines, request.POST), request.POST.get("reason", "")
    if "fill" in request.POST:
        return _roll(request, meeting, lines, sort=sort, told=FILLED.format(form.fill()), reason=reason)
    refusal = "" if not form.errors else "読み取れない欄があります。保存していません。"
    if not refusal:
        try:
            changed = attendance.record(session, form.marks, by=request.user, at=at, reason=reason)
        except RowsRefused as refused:
            form.refuse(refused.reasons)
            refusal = "保存できない人がいます。だれの出欠も保存していません。"
        except DomainError as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"{changed}人の出欠を保存しました。")
            return redirect("training:attendance", pk=pk)
    return _roll(request, meeting, lines, sort=sort, refusal=refusal, reason=reason, status=422)


def _roll(request: HttpRequest, meeting: RunSession, lines: list[roll.Line], **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    run = meeting.run
    held = run.status == "held" and any(line.row.status != "confirmed" for line in lines)
    context = {
        "meeting": meeting,
        "run": run,
        "lines": lines,
        "wrong": [line for line in lines if line.error],
        "choices": list(enumerate(Presence.choices, 1)),
        "closed": attendance.why_not_take(meeting, at=clock.now()),
        "corrects": held,
        "sorts": roll.SORTS,
        **more,
    }
    return render(request, "training/roll.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_editors
def paste(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """`/runs/<id>/attendance/<session>/paste/`: an answer for each line first, then all of it or nothing."""
    meeting, at = meeting_of(pk, session), clock.now()
    form = PasteForm(request.POST if request.method == "POST" else None)
    answers: list[ticking.Answer] = []
    status = 200
    if form.is_valid():
        text = form.cleaned_data["numbers"]
        chosen = [int(value) for value in request.POST.getlist("walk_in") if value.isascii() and value.isdigit()]
        try:
            answers = ticking.look(meeting, text, at=at)
            if "write" in request.POST:
                reason = request.POST.get("reason", "")
                there, added = ticking.write(session, text, chosen, by=request.user, at=at, reason=reason)
                messages.success(request, f"{there}人を出席として記録しました(うち当日受付{added}人)。")
                return redirect("training:attendance", pk=pk)
        except DomainError as refusal:
            status = 422
            for line in str(refusal).splitlines():
                form.add_error(None, line)
    elif form.errors:
        status = 422
    context = {
        "meeting": meeting,
        "run": meeting.run,
        "form": form,
        "answers": answers,
        "wrong": sum(row.kind == ticking.WRONG for row in answers),
        "corrects": meeting.run.status == "held",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "training/roll_paste.html", context, status=status)


def run_of(pk: int) -> CourseRun:
    """The run with its meetings; 404 without one."""
    return get_object_or_404(CourseRun.objects.select_related("course").prefetch_related("sessions"), pk=pk)


def meeting_of(pk: int, session: int) -> RunSession:
    """The meeting of the run; 404 without one."""
    return get_object_or_404(RunSession.objects.select_related("run__course"), run=pk, pk=session)


def sort_of(request: HttpRequest) -> str:
    """所属順 unless the address says 五十音順."""
    sort = request.GET.get("sort", "")
    return sort if sort in roll.SORTS else "place"


def _of(run: CourseRun) -> list[RunSession]:
    """The meetings in order, each with the run that was read."""
    meetings = sorted(run.sessions.all(), key=lambda meeting: meeting.starts_at)
    for meeting in meetings:
        meeting.run = run
    return meetings
