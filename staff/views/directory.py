"""The list of people: the directory for everybody, the roster for those who see whole records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from staff import documents, lists, roles
from staff import permissions as may
from staff.forms.people import DirectoryForm, RosterForm
from staff.models import Department, Employee
from staff.services import disclosures
from staff.views.days import Asked, asked

PAGE = 50
NOT_HERE = "職員名簿を表示できるのは、在職している職員だけです。"
NOT_TO_TAKE = "職員名簿をファイルで取り出せるのは、人財育成・人事担当、DX推進担当、情報政策担当とデータ管理者だけです。"
UNREADABLE = "基準日か絞り込みの条件を読み取れません。一覧に戻り、指定し直してください。"


@dataclass(frozen=True)
class Listing:
    """A list as it was asked for: its form, its rows and whether they are whole records."""

    days: Asked
    form: DirectoryForm
    rows: Any
    whole: bool

    @property
    def is_readable(self) -> bool:
        return self.form.is_valid() and self.days.is_readable


@require_safe
@only(may.see_directory, reason=NOT_HERE)
def show(request: HttpRequest) -> HttpResponse:
    """`/people/`"""
    at = clock.now()
    found = _listing(request, at)
    page = Paginator(lists.keys(found.rows), PAGE).get_page(request.GET.get("page"))
    if found.whole:
        by = roles.acting_for(request.user, day_of(at))
        disclosures.list_shown(by, request.GET, day=found.days.day, count=page.paginator.count, at=at)
    reasons = may.see_leave_reason(request.user, day_of(at))
    context = {
        "days": found.days,
        "form": found.form,
        "page": page,
        "people": lists.shown(page.object_list, found.days.day, whole=found.whole, reasons=reasons),
        "whole": found.whole,
        "kept": [("sort", request.GET.get("sort", "")), ("scope", request.GET.get("scope", ""))],
        "clear": _clear(request, found.days),
        "may_see_reasons": reasons,
        "may_export": may.export_people(request.user, day_of(at)),
        "chooses_scope": _chooses_scope(request, at),
        "mine": request.user.employee,
    }
    return render(request, "staff/people.html" if found.whole else "staff/directory.html", context)


@require_safe
@only(may.export_people, reason=NOT_TO_TAKE)
def download(request: HttpRequest) -> HttpResponseBase:
    """`/people/download/`: the same list as a file."""
    at = clock.now()
    found = _listing(request, at)
    if not found.is_readable:
        return refused(request, UNREADABLE)
    reasons = may.see_leave_reason(request.user, day_of(at))
    rows = found.rows.with_state(found.days.day, reasons=reasons)
    document = documents.roster(rows, day=found.days.day, reasons=reasons)
    back = f"{reverse('staff:people')}?{request.GET.urlencode()}"
    return hand_out(request, document, model=Employee, count=found.rows.count(), at=at, back=back)


def _listing(request: HttpRequest, at: datetime) -> Listing:
    on = day_of(at)
    days = asked(request, today=on)
    bureaus = Department.objects.bureaus().on(days.day).order_by("sort_order").values_list("name", flat=True)
    whole = _scope(request, at) == lists.OWN or may.see_people(request.user, on)
    form = (RosterForm if whole else DirectoryForm)(request.GET, bureaus=bureaus)
    sort = request.GET.get("sort", "")
    conditions = lists.Conditions(**_clean(form))
    if whole:
        rows = lists.roster(request.user, days.day, conditions, sort=sort, on=on)
    else:
        rows = lists.directory(request.user, conditions, sort=sort, on=on)
    found = Listing(days, form, rows, whole)
    return found if found.is_readable else replace(found, rows=rows.none())


def _clean(form: DirectoryForm) -> Mapping[str, Any]:
    return form.cleaned_data if form.is_valid() else {}


def _clear(request: HttpRequest, days: Asked) -> str:
    """The address without conditions: the day and the scope stay."""
    kept = {"scope": request.GET.get("scope", ""), "on": "" if days.is_today else str(days.day)}
    return f"?{urlencode({name: value for name, value in kept.items() if value})}"


def _chooses_scope(request: HttpRequest, at: datetime) -> bool:
    """A head sees the own people whole, and the directory of all."""
    on = day_of(at)
    return may.see_own_people(request.user, on) and not may.see_people(request.user, on)


def _scope(request: HttpRequest, at: datetime) -> str:
    if not _chooses_scope(request, at):
        return lists.EVERYBODY
    return lists.EVERYBODY if request.GET.get("scope") == lists.EVERYBODY else lists.OWN
