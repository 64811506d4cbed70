"""必修研修 for the offices: the rules of a year, one rule by department, its people, and reminding them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
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
from aomori_dx.kernel.web import only
from staff.models import Department
from training import permissions as may
from training import required, required_documents
from training.forms.requirements import Narrowing, PeopleFilter, RankingFilter, RemindForm
from training.models import Obligation, Requirement
from training.obligation_states import TO_DO
from training.rates import Rate
from training.services import required_reminders
from training.services.requirements import NOT_YOURS

PER_PAGE = 100
OFFICES_ONLY = (
    "必修研修の受講状況の一覧は、人財育成・人事担当、DX推進担当、情報政策担当とデータ管理者だけが見られます。"
    "ご自分の受講状況はホームとマイページから、所属の状況は所属長が「所属の必修研修」から確認できます。"
)
for_offices = only(may.see_requirements, reason=OFFICES_ONLY)
for_editors = only(may.edit_requirements, reason=NOT_YOURS)


@dataclass(frozen=True)
class Asked:
    """Of which year, as of which day."""

    year: FiscalYear
    on: date
    at: datetime


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/requirements/`"""
    asked, wanted = _asked(request, Narrowing)
    context = {
        "lines": required.rules(asked.year, on=asked.on),
        "asked": asked,
        "wanted": wanted,
        "may_edit": may.edit_requirements(request.user, clock.today()),
    }
    return render(request, "training/requirements.html", context, status=422 if wanted.errors else 200)


@require_safe
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/requirements/<id>/`: the departments or bureaus of one rule."""
    rule = _rule(pk)
    asked, wanted = _asked(request, RankingFilter, rule)
    lines = required.ranking(rule, asked.year, group=wanted.group, on=asked.on)
    wanted.offer(lines)
    context = {
        "rule": rule,
        "asked": asked,
        "wanted": wanted,
        "page": Paginator(wanted.chosen(lines), PER_PAGE).get_page(request.GET.get("page")),
        "total": sum((line.rate for line in lines), Rate()),
        "parts": required.parts(rule, asked.year, on=asked.on),
        "may_edit": may.edit_requirements(request.user, clock.today()),
    }
    return render(request, "training/requirement.html", context, status=422 if wanted.errors else 200)


@require_safe
@for_offices
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same departments or bureaus as a file."""
    rule = _rule(pk)
    asked, wanted = _asked(request, RankingFilter, rule)
    lines = required.ranking(rule, asked.year, group=wanted.group, on=asked.on)
    wanted.offer(lines)
    chosen = wanted.chosen(lines)
    document = required_documents.ranking(
        chosen, rule, asked.year, on=asked.on, group=wanted.group, conditions=wanted.in_words
    )
    back = f"{reverse('training:requirement', args=[pk])}?{wanted.query}"
    return hand_out(request, document, model=Obligation, count=len(chosen), at=asked.at, back=back)


@require_safe
@for_offices
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """`/requirements/<id>/people/`: by name, at first those who have not done it."""
    rule = _rule(pk)
    asked, wanted = _asked(request, PeopleFilter, rule)
    rows = _people(rule, asked, wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = required.shown(page.object_list, asked.on)
    label = f"必修研修の対象者 {page.paginator.count:,}人"
    audit.record_on_list(Obligation, "viewed", label=label, after=request.GET.dict(), by=request.user, at=asked.at)
    context = {
        "rule": rule,
        "asked": asked,
        "wanted": wanted,
        "page": page,
        "may_remind": may.edit_requirements(request.user, clock.today()),
    }
    return render(request, "training/requirement_people.html", context, status=422 if wanted.errors else 200)


@require_safe
@for_offices
def people_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same people as a file."""
    rule = _rule(pk)
    asked, wanted = _asked(request, PeopleFilter, rule)
    rows = _people(rule, asked, wanted)
    count = rows.count()
    document = required_documents.people(
        lambda: rows.iterator(chunk_size=2000), count, asked.year, on=asked.on, conditions=wanted.in_words
    )
    back = f"{reverse('training:requirement-people', args=[pk])}?{wanted.query}"
    return hand_out(request, document, model=Obligation, count=count, at=asked.at, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """`/requirements/<id>/remind/`: those who have it to do today, as narrowed in the address, or their heads."""
    rule, today = _rule(pk), clock.today()
    asked, wanted = _asked(request, PeopleFilter, rule, of_today=True)
    rows = _people(rule, asked, wanted).filter(state__in=TO_DO)
    nearest = rows.order_by("due_on").values_list("due_on", flat=True).first()
    title, body = required_reminders.wording(rule, nearest or today, on=today)
    form = RemindForm(request.POST if request.method == "POST" else None, initial={"title": title, "body": body})
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            count = required_reminders.send(rule, rows, by=request.user, at=asked.at, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"{count:,}件のお知らせを送りました。次のまとめメールでも知らせます。")
            return redirect(f"{reverse('training:requirement-people', args=[pk])}?{wanted.query}")
    context = {"rule": rule, "form": form, "asked": asked, "wanted": wanted, "count": rows.count()}
    return render(request, "training/requirement_remind.html", context, status=status)


def _people(rule: Requirement, asked: Asked, wanted: PeopleFilter) -> Any:
    bureaus = Department.objects.bureaus().on(asked.on).order_by("sort_order", "pk").values_list("pk", "name")
    wanted.offer(bureaus)
    rows = required.people(rule, asked.year, on=asked.on)
    return required.narrowed(rows, wanted.asked) if wanted.is_valid() else rows.none()


def _asked(
    request: HttpRequest, form: type, rule: Requirement | None = None, *, of_today: bool = False
) -> tuple[Asked, Any]:
    """The year and the day of the address, and its form. A year or day that cannot be read is this one."""
    at = clock.now()
    today = clock.day_of(at)
    year = FiscalYear.containing(today)
    if not of_today:
        with suppress(ValueError):
            year = min(FiscalYear.parse(request.GET.get("fiscal_year") or year), year)
    wanted = form(request.GET, years=required.years(rule, on=today), year=year, today=today)
    given = None if of_today or not wanted.is_valid() else wanted.cleaned_data.get("on")
    return Asked(year, given or required.last_day(year, on=today), at), wanted


def _rule(pk: int) -> Requirement:
    return get_object_or_404(Requirement.objects.select_related("course"), pk=pk)
