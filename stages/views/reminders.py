"""催促: who has not answered the call, and reminding them."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages import reminder_lists
from stages.models import Nomination, NominationCall
from stages.reminder_forms import ReminderForm
from stages.services import reminders

OFFICES_ONLY = (
    "推薦の未回答の一覧は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
    "ご自分の所属の回答は、ホームから確認できます。"
)
for_offices = only(may.see_nominations, reason=OFFICES_ONLY)


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def show(request: HttpRequest) -> HttpResponse:
    """`/nominations/reminders/`"""
    at = clock.now()
    call = reminders.open_call(at.date())
    if request.method == "POST":
        if not may.run_nominations(request.user, at.date()):
            return refused(request, reminders.NOT_YOURS, status=403)
        if call is None:
            return refused(request, "回答を受け付けている推薦依頼がありません。")
    return _page(request, call, at.date()) if call else render(request, "stages/reminders.html", {"call": None})


def _page(request: HttpRequest, call: NominationCall, on: date) -> HttpResponse:
    lines = reminders.lines(call, on=on)
    title, body = reminders.wording(call, on=on)
    waiting = [row.department.pk for row in lines if on not in row.days and request.GET.get("tick") != "none"]
    initial = {"title": title, "body": body, "departments": waiting}
    form = ReminderForm(request.POST if request.method == "POST" else None, lines=lines, initial=initial)
    status = 422 if form.errors else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            count = reminders.send(
                call.pk, given["departments"], title=given["title"], body=given["body"], by=request.user, at=clock.now()
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"{count}所属に催促しました。次のまとめメールでも知らせます。")
            return redirect("stages:reminders")
    context = {
        "call": call,
        "lines": lines,
        "form": form,
        "on": on,
        "days": [day for day in reminders.days(call) if day >= on],
        "may_send": may.run_nominations(request.user, on),
    }
    return render(request, "stages/reminders.html", context, status=status)


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """The same departments as a table for mail merge."""
    at = clock.now()
    call = reminders.open_call(at.date())
    if call is None:
        return refused(request, "回答を受け付けている推薦依頼がありません。", status=404)
    rows = reminders.lines(call, on=at.date())
    document = reminder_lists.document(rows, call, on=at.date())
    return hand_out(request, document, model=Nomination, count=len(rows), at=at, back=reverse("stages:reminders"))
