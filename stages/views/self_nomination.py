"""自薦: apply for this year, see how far it is, withdraw; answer as 補欠 or after the decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from stages import applying
from stages import permissions as may
from stages.applying import Application
from stages.forms.self_nomination import SelfNominationForm
from stages.services import nominations, submissions

NOT_IN_SERVICE = "自薦の画面は、在職している職員のための画面です。職員に結び付いていないアカウントでは使えません。"
for_staff = only(may.apply_oneself, reason=NOT_IN_SERVICE)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def show(request: HttpRequest) -> HttpResponse:
    """`/nominations/self/`"""
    found = applying.of(request.user, at=clock.now())
    if request.method != "POST":
        return _page(request, found, SelfNominationForm(initial=_initial(found)))
    act = request.POST.get("act")
    form = SelfNominationForm(request.POST, as_draft=act == "draft")
    if not form.is_valid():
        return _page(request, found, form, status=422)
    year, by, at = found.fiscal_year, request.user, clock.now()
    try:
        if act == "draft":
            nominations.apply_oneself(fiscal_year=year, by=by, at=at, **form.cleaned_data)
        else:
            submissions.apply(fiscal_year=year, by=by, at=at, **form.cleaned_data)
    except DomainError as refusal:
        for sentence in str(refusal).splitlines():
            form.add_error(None, sentence)
        return _page(request, applying.of(by, at=at), form, status=409)
    done = "下書きに保存しました。まだ提出していません。" if act == "draft" else f"{year}の自薦枠に応募しました。"
    messages.success(request, done)
    return redirect("stages:self-nomination")


def _initial(found: Application) -> dict[str, Any]:
    row = found.editable
    if row is None:
        return {}
    return {"motive": row.motive, "work_to_improve": row.work_to_improve, "wanted_track": row.wanted_track_id}


def _page(request: HttpRequest, found: Application, form: SelfNominationForm, *, status: int = 200) -> HttpResponse:
    return render(request, "stages/self_nomination.html", {"found": found, "form": form}, status=status)
