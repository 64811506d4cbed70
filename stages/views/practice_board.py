"""実践報告の管理: who owes a report of a year and how far it is; deadlines, reminders, one report with everything."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages import practice, practice_documents, practice_office
from stages.forms.practice import RemindForm
from stages.models import PracticeReport, StageEnrollment
from stages.practice_filters import PracticeFilter
from stages.services import fiscal_years, practice_reminders, practice_reports

PER_PAGE = 50
OFFICES_ONLY = (
    "実践報告の一覧は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
    "ご自分の報告は「実践報告」の画面にあります。"
)
UNREADABLE = "絞り込みの条件を読み取れません。一覧に戻り、条件を選び直してください。"
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)
for_runners = only(may.run_practice, reason=practice_reports.NOT_YOUR_OFFICE)


def _wanted(request: HttpRequest, on: date) -> PracticeFilter:
    try:
        year = FiscalYear.parse(request.GET.get("year") or FiscalYear.containing(on))
    except ValueError as error:
        raise Http404 from error
    return PracticeFilter(request.GET, years=fiscal_years.plan_years(), year=year, on=on)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/promoters/reports/`"""
    at = clock.now()
    wanted = _wanted(request, at.date())
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    label = f"{wanted.year}の実践報告の一覧 {count:,}件"
    audit.record_on_list(PracticeReport, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {
        "page": page,
        "wanted": wanted,
        "year": wanted.year,
        "runs": may.run_practice(request.user, at.date()),
        "on": at.date(),
    }
    return render(request, "stages/practices.html", context)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/promoters/reports/download/`"""
    at = clock.now()
    wanted = _wanted(request, at.date())
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = practice_documents.board(
        rows, fiscal_year=wanted.year, on=at.date(), count=count, conditions=wanted.in_words
    )
    back = f"{reverse('stages:practices')}?{wanted.query}"
    return hand_out(request, document, model=PracticeReport, count=count, at=at, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@for_runners
def remind(request: HttpRequest) -> HttpResponse:
    """`/promoters/reports/remind/`: whom of the list it goes to, then the act."""
    at = clock.now()
    wanted = _wanted(request, at.date())
    among = wanted.rows().order_by().values("pk")
    rows = list(practice_reminders.owing(wanted.year, on=at.date()).filter(pk__in=among))
    seen = practice_reminders.seen_of(rows)
    words = {"title": practice_reminders.TITLE, "body": practice_reminders.BODY}
    if request.method != "POST":
        return _remind_page(request, wanted, rows, RemindForm(**words, seen=seen))
    form = RemindForm(request.POST)
    if not form.is_valid():
        return _remind_page(request, wanted, rows, form, status=422)
    try:
        number = practice_reminders.send(wanted.year, among=among, by=request.user, at=at, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        form.show(seen)
        return _remind_page(request, wanted, rows, form, status=409)
    messages.success(request, f"{number:,}人に催促を送りました。")
    return redirect(f"{reverse('stages:practices')}?{wanted.query}")


def _remind_page(
    request: HttpRequest, wanted: PracticeFilter, rows: list[Any], form: RemindForm, *, status: int = 200
) -> HttpResponse:
    context = {"wanted": wanted, "rows": rows, "form": form}
    return render(request, "stages/practice_remind.html", context, status=status)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/reports/<year of a promoter>/`"""
    enrollment = _visible(request, pk)
    audit.record(enrollment, "viewed", by=request.user, at=clock.now())
    return _page(request, enrollment)


@require_POST
def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """`/promoters/reports/<year of a promoter>/<deed>/`: one act upon it."""
    enrollment, at = _visible(request, pk), clock.now()
    if not may.run_practice(request.user, at.date()):
        return refused(request, practice_reports.NOT_YOUR_OFFICE, status=403)
    report = practice.reports_of([enrollment]).get(pk)
    wanted = practice_office.DEEDS.get(name)
    if wanted is None or (report is None and wanted.needs_report):
        raise Http404
    form = wanted.form(request.POST, report)
    if not form.is_valid():
        return _page(request, enrollment, tried={name: form}, status=422)
    try:
        wanted.do(enrollment, report, form.cleaned_data, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _visible(request, pk), tried={name: form}, status=409)
    messages.success(request, f"{enrollment.promoter.employee.name}さん: {wanted.label}を記録しました。")
    return redirect("stages:practice", pk=pk)


def _visible(request: HttpRequest, pk: int) -> StageEnrollment:
    rows = StageEnrollment.objects.select_related("promoter__employee", "stage", "curriculum")
    return get_object_or_404(rows if may.see_promoters(request.user, clock.today()) else rows.none(), pk=pk)


def _page(
    request: HttpRequest, enrollment: StageEnrollment, *, tried: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    at = clock.now()
    report = practice.reports_of([enrollment]).get(enrollment.pk)
    if report is not None:
        report.enrollment = enrollment
    context = {
        "sheet": practice.sheet(enrollment, report, at=at),
        "report": report,
        "enrollment": enrollment,
        "offers": practice_office.offers(enrollment, report, by=request.user, at=at, tried=tried or {}),
    }
    return render(request, "stages/practice.html", context, status=status)
