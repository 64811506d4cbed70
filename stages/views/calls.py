"""推薦依頼: writing the call of a fiscal year, and issuing it to the heads of all departments that owe an answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages.forms.call import CONSENT_WORDS, CallForm
from stages.models import Consent, NominationCall
from stages.services import calls

OFFICES_ONLY = (
    "推薦依頼の作成の画面は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
    "所属への推薦依頼は、所属長の「推薦」の画面にあります。"
)
FARTHEST = 5
"""A year farther away than this has no page."""
for_offices = only(may.see_nominations, reason=OFFICES_ONLY)
for_writers = only(may.run_nominations, reason=calls.NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def show(request: HttpRequest, number: int) -> HttpResponse:
    """`/nominations/call/<year>/`: what is asked; DX推進担当 writes it."""
    year, at = _year(number), clock.now()
    call = NominationCall.objects.filter(fiscal_year=year).first()
    if request.method != "POST":
        return _page(request, year, call)
    if not may.run_nominations(request.user, at.date()):
        return refused(request, calls.NOT_YOURS, status=403)
    form = CallForm(request.POST, request.FILES, call=call)
    if not form.is_valid():
        return _page(request, year, call, form, status=422)
    try:
        calls.write(
            year,
            by=request.user,
            at=at,
            attachment=form.uploaded(),
            without_attachment=form.cleaned_data.get("without_attachment", False),
            seen=form.cleaned_data["seen"],
            **form.stated(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        call = NominationCall.objects.filter(fiscal_year=year).first()
        if str(refusal) == calls.CHANGED_MEANWHILE:
            form.show(calls.seen_of(call))
        return _page(request, year, call, form, status=409)
    messages.success(request, f"{year}の推薦依頼を保存しました。")
    return redirect("stages:call", number=number)


def _page(
    request: HttpRequest,
    year: FiscalYear,
    call: NominationCall | None,
    form: CallForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    on = clock.today()
    writes = may.run_nominations(request.user, on)
    if form is None and writes:
        form = CallForm(call=call)
    earlier = NominationCall.objects.filter(fiscal_year__lt=year).order_by("-fiscal_year").only("fiscal_year").first()
    context = {
        "year": year,
        "call": call,
        "form": form if writes else None,
        "asked": len(calls.asked(year, on=on)),
        "copied_from": earlier.fiscal_year if earlier and call is None and writes else None,
        **_words(call),
    }
    return render(request, "stages/call.html", context, status=status)


def _words(call: NominationCall | None) -> dict[str, Any]:
    """The choices of a call as people read them."""
    if call is None:
        return {}
    form = CallForm(call=call)
    labels = dict(form.fields["employment_types"].choices)  # type: ignore[attr-defined]
    return {
        "types": "、".join(str(labels[code]) for code in call.employment_types if code in labels),
        "consent": CONSENT_WORDS[Consent(call.consent)],
    }


@require_POST
@for_writers
def copy(request: HttpRequest, number: int) -> HttpResponse:
    """`/nominations/call/<year>/copy/`: a draft from the newest earlier call."""
    year = _year(number)
    try:
        calls.copy(year, by=request.user, at=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"前の年度の推薦依頼を写しました。{year}に合わせて、日付と依頼文を確かめてください。")
    return redirect("stages:call", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """`/nominations/call/<year>/issue/`: to how many departments it goes, then the act."""
    year, at = _year(number), clock.now()
    call = get_object_or_404(NominationCall.objects.defer("attachment"), fiscal_year=year)
    places = calls.asked(year, on=at.date())
    refusal, status = "", 200
    if request.method == "POST":
        try:
            number_of_places = calls.issue(year, by=request.user, at=at, seen=request.POST.get("seen", ""))
        except DomainError as error:
            refusal, status = str(error), 409
        else:
            messages.success(request, f"{year}の推薦依頼を、{number_of_places}所属の所属長に発出しました。")
            return redirect("stages:call", number=number)
    context = {"year": year, "call": call, "places": places, "refusal": refusal, **_words(call)}
    context["seen"] = calls.seen_to_issue(call, places)
    return render(request, "stages/call_issue.html", context, status=status)


def _year(number: int) -> FiscalYear:
    if abs(number - FiscalYear.containing(clock.today()).start_year) > FARTHEST:
        raise Http404
    return FiscalYear(number)
