"""修了判定: the years of a fiscal year on one board with every condition of 修了, and drafts for one or many."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import audit, clock, closing
from aomori_dx.kernel.errors import DomainError, RuleBroken
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import judgement_documents, judging
from stages import permissions as may
from stages.folding.conditions import LABELS, OVERALL
from stages.forms import acts
from stages.forms.judgement import ACTS, JudgeForm
from stages.judging import JudgementFilter
from stages.models import StageEnrollment, StageStatus
from stages.services import fiscal_years, judgements, stage_certificates
from stages.views.board import UNREADABLE, year_of
from stages.views.promoters import OFFICES_ONLY

PER_PAGE = 50
MOST_PRINTED = 2_000
OTHERS_NOW = "表示したあとで、条件に合う方の人数が変わりました。一覧を確かめて、もう一度選んでください。"
TOO_MANY = "一度に印刷できるのは{most:,}人までです({count:,}人います)。条件で絞り込んでください。"
DRAFTED = "{count:,}人: {word}({names})。確定するまで、だれにも通知されません。"
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)
for_judges = only(may.judge_year, reason=judgements.NOT_YOURS)


def wanted_of(request: HttpRequest, on: date) -> JudgementFilter:
    """The years in a stage that the address asks for."""
    return JudgementFilter(request.GET, years=fiscal_years.plan_years(), year=year_of(request, on), on=on)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/promoters/judgement/`"""
    return _page(request, wanted_of(request, clock.today()))


def _page(
    request: HttpRequest,
    wanted: JudgementFilter,
    form: JudgeForm | None = None,
    *,
    marked: Collection[int] = (),
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = told(page.object_list)
    label = f"{wanted.year}の修了判定の一覧 {page.paginator.count:,}件"
    audit.record_on_list(StageEnrollment, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    decides = may.judge_year(request.user, clock.day_of(at))
    context = {
        "page": page,
        "wanted": wanted,
        "year": wanted.year,
        "parts": columns(),
        "tallies": judging.tallies(wanted.year),
        "decides": decides,
        "closed": closing.closed_years().why_not(wanted.year),
        "form": form or JudgeForm(),
        "marked": set(marked),
        "to_issue": stage_certificates.without(StageEnrollment.objects.filter(fiscal_year=wanted.year)).count(),
    }
    return render(request, "stages/judgement.html", context, status=status)


def columns() -> list[str]:
    """The headings of the conditions."""
    return [LABELS[code] for code in (*judging.PARTS, *OVERALL)]


def told(rows: Any) -> list[Any]:
    """The rows with their conditions as cells, and with what is missing."""
    found = list(rows)
    for row in found:
        row.cells, row.lacking = judging.cells(row), judging.missing(row)
    return found


@require_POST
@for_judges
def act(request: HttpRequest) -> HttpResponse:
    """`/promoters/judgement/act/`: a draft for one or many; nobody is told."""
    wanted = wanted_of(request, clock.today())
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return _page(request, wanted, form, marked=form.cleaned_data.get("marked", ()), status=422)
    given = form.cleaned_data
    outcome = "" if given["act"] == acts.TAKE_BACK else given["act"]
    try:
        pks = _chosen(given, wanted)
        rows = judgements.propose(pks, outcome, reason=given["reason"], by=request.user, at=clock.now())
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, wanted, form, marked=given["marked"], status=409)
    word = dict(ACTS)[given["act"]].partition("(")[0]
    messages.success(request, DRAFTED.format(count=len(rows), word=word, names=_names(rows)))
    return redirect(f"{reverse('stages:judgement')}?{wanted.query}")


def _chosen(given: dict[str, Any], wanted: JudgementFilter) -> list[int]:
    """The ids that were chosen, among those of the year. Raises RuleBroken where they changed meanwhile."""
    if given["which"] == acts.ALL:
        found = list(wanted.rows().values_list("pk", flat=True))
        if given["count"] != len(found):
            raise RuleBroken(OTHERS_NOW)
        return found
    asked = given["on_page"] if given["which"] == acts.PAGE else given["marked"]
    return list(wanted.queryset.filter(pk__in=asked).order_by("pk").values_list("pk", flat=True))


def _names(rows: list[StageEnrollment], most: int = 5) -> str:
    names = [row.promoter.employee.name for row in rows[:most]]
    more = len(rows) - len(names)
    return "、".join(names) + (f" ほか{more:,}人" if more else "")


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/promoters/judgement/download/`: the board as a file."""
    return _handed_out(request, judgement_documents.board, wanted_of(request, clock.today()))


@require_safe
@for_offices
def completed(request: HttpRequest) -> HttpResponseBase:
    """`/promoters/judgement/completed/`: 修了者名簿 of the same conditions, by 所属."""
    wanted = wanted_of(request, clock.today())
    rows = wanted.rows().filter(status=StageStatus.COMPLETED)
    return _handed_out(request, judgement_documents.completed, wanted, rows)


def _handed_out(request: HttpRequest, make: Any, wanted: JudgementFilter, rows: Any = None) -> HttpResponseBase:
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    at = clock.now()
    rows = wanted.rows() if rows is None else rows
    count = rows.count()
    document = make(rows, fiscal_year=wanted.year, on=wanted.on, count=count, conditions=wanted.in_words)
    back = f"{reverse('stages:judgement')}?{wanted.query}"
    return hand_out(request, document, model=StageEnrollment, count=count, at=at, back=back)


@require_safe
@for_offices
def sheet(request: HttpRequest) -> HttpResponse:
    """`/promoters/judgement/sheet/`: 判定資料, everybody of the conditions on paper, by stage."""
    at = clock.now()
    wanted = wanted_of(request, clock.day_of(at))
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    if (count := rows.count()) > MOST_PRINTED:
        return refused(request, TOO_MANY.format(most=MOST_PRINTED, count=count))
    found = told(rows)
    by_stage: dict[str, list[Any]] = {}
    for row in sorted(found, key=lambda row: row.stage_number):
        by_stage.setdefault(f"{row.stage_number} {row.stage_name}", []).append(row)
    label = f"{wanted.year}の判定資料 {count:,}件"
    audit.record_on_list(StageEnrollment, "printed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {
        "wanted": wanted,
        "year": wanted.year,
        "by_stage": by_stage,
        "parts": columns(),
        "at": at,
        "count": count,
    }
    return render(request, "stages/judgement_sheet.html", context)
