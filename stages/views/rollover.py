"""年度更新: the dry run with every move, the confirmation, the moves being made, what came of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages.documents import STATUSES
from stages.forms.rollover import PAUSE, DryRunForm, StartForm
from stages.models import MoveKind, Rollover, RolloverMove, RolloverState
from stages.rollover_moves import KINDS, MoveFilter, document
from stages.services import rollover
from stages.workflows.rollover import ROLLOVER

PER_PAGE = 50
TURNS_PER_PAGE = 20
OFFICES_ONLY = "年度更新は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
UNREADABLE = "絞り込みの条件を読み取れません。一覧に戻り、条件を選び直してください。"
OCTOBER = 10
for_offices = only(may.see_rollover, reason=OFFICES_ONLY)
for_turners = only(may.roll_over, reason=rollover.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/rollover/`: what it is, the dry run, and every turn so far. POST makes the dry run."""
    at = clock.now()
    on = clock.day_of(at)
    may_turn = may.roll_over(request.user, on)
    if request.method == "POST" and not may_turn:
        return refused(request, rollover.NOT_YOURS, status=403)
    this = FiscalYear.containing(on)
    likely = this.next if on.month >= OCTOBER or on.month < this.first_day.month else this
    form = DryRunForm(request.POST or None, years=[this, this.next], initial=likely)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            pauses = form.cleaned_data["silence"] == PAUSE
            try:
                turn = rollover.plan(form.cleaned_data["year"], by=request.user, at=at, silence_pauses=pauses)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("stages:rollover-turn", pk=turn.pk)
    turns = Rollover.objects.order_by("-pk")
    context = {
        "form": form,
        "may_turn": may_turn,
        "page": Paginator(turns, TURNS_PER_PAGE).get_page(request.GET.get("page")),
        "open": turns.filter(state__in=(RolloverState.PLANNED, RolloverState.RUNNING)).first(),
    }
    return render(request, "stages/rollovers.html", context, status=status)


@require_safe
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/rollover/<pk>/`: every move, whom to look at first, and how far it is."""
    at = clock.now()
    turn = get_object_or_404(Rollover, pk=pk)
    wanted = MoveFilter(request.GET, turn=turn, on=clock.day_of(at))
    page = Paginator(wanted.rows().values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = wanted.lines(list(page.object_list))
    for row in page.object_list:
        row.status_word, row.kind_word = STATUSES.get(row.status, ""), KINDS[row.kind]
    label = f"{turn}の明細 {page.paginator.count:,}件"
    audit.record_on_list(RolloverMove, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    job = rollover.job_of(turn)
    context = {
        "turn": turn,
        "job": job,
        "stopped": turn.state == RolloverState.RUNNING and (job is None or not job.is_open),
        "page": page,
        "wanted": wanted,
        "may_turn": may.roll_over(request.user, clock.day_of(at)),
        **_sums(turn),
    }
    return render(request, "stages/rollover.html", context)


def _sums(turn: Rollover) -> dict[str, Any]:
    counts = turn.counts
    return {
        "tallies": [(kind.value, kind.label, counts[kind]) for kind in MoveKind if counts.get(kind)],
        "total": sum(counts.values()),
        "exceptions": counts.get(MoveKind.EXCEPTION, 0),
    }


@require_safe
@for_offices
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of the job, for the page that waits; when it is over the page is read anew."""
    turn = get_object_or_404(Rollover, pk=pk)
    job = rollover.job_of(turn)
    if job is None or not job.is_open:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "stages/rollover.html#progress", {"turn": turn, "job": job})


@require_safe
@for_offices
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/rollover/<pk>/download/`: the list as a file."""
    at = clock.now()
    turn = get_object_or_404(Rollover, pk=pk)
    wanted = MoveFilter(request.GET, turn=turn, on=clock.day_of(at))
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    count = wanted.rows().count()
    back = f"{reverse('stages:rollover-turn', args=[pk])}?{wanted.query}"
    return hand_out(request, document(wanted, count=count), model=RolloverMove, count=count, at=at, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@for_turners
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """`/rollover/<pk>/start/`: what it will do, then the act; for one that stopped, to go on."""
    at = clock.now()
    turn = get_object_or_404(Rollover, pk=pk)
    exceptions = turn.counts.get(MoveKind.EXCEPTION, 0)
    form, status = StartForm(request.POST if request.method == "POST" else None, exceptions=exceptions), 200
    if request.method == "POST" and form.is_valid():
        try:
            rollover.start(pk, by=request.user, at=at, leave_out=form.cleaned_data.get("leave_out", False))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "年度更新を始めました。画面を閉じても続きます。")
            return redirect("stages:rollover-turn", pk=pk)
    elif turn.state != RolloverState.PLANNED:
        return redirect("stages:rollover-turn", pk=pk)
    blockers = ROLLOVER.blockers(turn, "start", by=request.user, at=at)
    context = {"turn": turn, "form": form, "blockers": blockers, **_sums(turn)}
    return render(request, "stages/rollover_start.html", context, status=status)
