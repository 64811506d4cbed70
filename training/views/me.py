"""マイページ: the own training on one page, as a file, and in the own calendar."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, site
from staff.models import Employee
from training import calendars, own_records, own_training
from training import permissions as may
from training.models import Completion, Enrollment
from training.services import calendar_feeds

ICS = "text/calendar; charset=utf-8"
SHOWN_ONCE = "calendar_token"
for_person = only(may.book, reason="自分の研修は、在職している職員だけが見られます。")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """`/me/`; a login without a person in service gets a page that says what to do instead."""
    at = clock.now()
    person: Any = request.user.employee
    if not may.book(request.user, at.date()):
        return render(request, "training/me_nobody.html", {"may_see_runs": may.see_runs(request.user, at.date())})
    context = {"person": person, "mine": own_training.of(person, user=request.user, at=at), "on": at.date()}
    return render(request, "training/me.html", context)


@require_safe
@for_person
def download(request: HttpRequest) -> HttpResponseBase:
    """`/me/records/`: the own record as a file."""
    at = clock.now()
    person = _person(request)
    bookings = Enrollment.objects.filter(employee=person).select_related("course", "run")
    rows = own_training.records(person, bookings.prefetch_related("run__sessions"))
    document = own_records.document(rows, person, on=at.date())
    return hand_out(request, document, model=Completion, count=len(rows), at=at, back=reverse("training:me"))


@require_safe
@for_person
def calendar(request: HttpRequest) -> HttpResponse:
    """`/me/calendar/`: how to have the own runs in one's calendar. The address is shown once, after it was made."""
    token = request.session.pop(SHOWN_ONCE, "")
    address = f"{site(request)}{reverse('training:calendar-feed')}?token={token}" if token else ""
    context = {"address": address, "feed": calendar_feeds.open_feed(_person(request))}
    response = render(request, "training/calendar.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@for_person
def renew(request: HttpRequest) -> HttpResponse:
    """A new address; the old one is good for nothing from now on."""
    token = calendar_feeds.renew(_person(request), by=request.user, at=clock.now())
    request.session[SHOWN_ONCE] = token
    messages.success(request, "カレンダー用のアドレスを作成しました。")
    return redirect("training:calendar")


@require_POST
@for_person
def stop(request: HttpRequest) -> HttpResponse:
    """No address any more."""
    calendar_feeds.stop(_person(request), by=request.user, at=clock.now())
    messages.success(request, "カレンダーの配信を停止しました。")
    return redirect("training:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """`/me/calendar.ics?token=…`: calendars read it without a login; any token that is not good is no page."""
    at = clock.now()
    person = calendar_feeds.reader(request.GET.get("token", ""), at=at)
    if person is None:
        raise Http404
    body = calendars.of(person, site=site(request), at=at)
    etag = quote_etag(sha256(body).hexdigest())
    if etag in request.headers.get("If-None-Match", "").replace("W/", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type=ICS)
        response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@for_person
def one_run(request: HttpRequest, pk: int) -> HttpResponse:
    """`/me/runs/<id>.ics`: the meetings of one run, to be put into a calendar once."""
    body = calendars.of_run(_person(request), pk, site=site(request), at=clock.now())
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type=ICS)
    response["Content-Disposition"] = content_disposition_header(True, f"run_{pk}.ics") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _person(request: HttpRequest) -> Employee:
    person: Any = request.user.employee
    return person
