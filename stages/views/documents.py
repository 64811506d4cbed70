"""通知書: their wording, and the notices themselves as PDF, one or many."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import only, refused
from staff import roles
from stages import permissions as may
from stages.document_forms import DocumentForm, PrintForm
from stages.models import DocumentKind, Nomination, NominationCall
from stages.rules import documents as rules
from stages.services import calls, printing

OFFICES_ONLY = "通知書の文面は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
NOTHING = "この条件に合う通知書はありません。通知書は、選考の結果が確定してから出力できます。"
TOO_MANY = "一度に出力できるのは{most:,}通までです({count:,}通あります)。所属か決定の日で絞り込んでください。"
MOST = 2000
"""300 letters take 0.2 s of the processor; so many are set within a request."""


@require_safe
@only(may.see_nominations, reason=OFFICES_ONLY)
def show_all(request: HttpRequest) -> HttpResponse:
    """`/nominations/documents/`: what each kind says, and printing many at once."""
    today = clock.today()
    years = _years()
    context = {
        "texts": [rules.text_of(kind) for kind in DocumentKind],
        "form": PrintForm(years=years, initial={"year": str(int(FiscalYear.containing(today)))}),
        "years": years,
        "may_edit": may.edit_documents(request.user, today),
        "may_print": may.print_all_documents(request.user, today),
    }
    return render(request, "stages/documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may.edit_documents, reason=printing.NOT_YOURS)
def edit(request: HttpRequest, kind: str) -> HttpResponse:
    """`/nominations/documents/<kind>/`: its wording."""
    text = rules.text_of(_kind(kind))
    initial = {name: getattr(text, name) for name in ("dated", *printing.WORDS)}
    form = DocumentForm(request.POST if request.method == "POST" else None, kind=kind, initial=initial)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            printing.reword(kind, by=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"{text}の文面を保存しました。")
            return redirect("stages:documents")
    context = {"text": text, "form": form, "placeholders": rules.PLACEHOLDERS[kind]}
    return render(request, "stages/document_text.html", context, status=status)


@require_POST
@only(may.edit_documents, reason=printing.NOT_YOURS)
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """How the wording that was typed looks; nothing is kept."""
    form = DocumentForm(request.POST, kind=_kind(kind))
    if not form.is_valid():
        reasons = [str(reason) for found in form.errors.values() for reason in found]
        return refused(request, "\n".join(["文面に直すところがあるため、見本を作れません。", *reasons]), status=409)
    return _pdf(printing.sample(form.as_text, at=clock.now()), f"見本_{DocumentKind(kind).label}")


@require_safe
def print_one(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """`/nominations/<pk>/documents/<kind>.pdf`: the own, for a head the department's, for the offices anybody's."""
    at = clock.now()
    rows = printing.ready(_kind(kind), _rows(request).filter(pk=pk))
    row = get_object_or_404(rows.select_related("nominee"))
    pdf = printing.for_people(kind, rows, by=request.user, at=at)
    return _pdf(pdf, f"{DocumentKind(kind).label}_{row.fiscal_year.short}_{row.nominee.name}")


@require_safe
def print_many(request: HttpRequest, kind: str) -> HttpResponse:
    """`/nominations/documents/<kind>/print/?year=&department=&decided_on=`: all of them in one PDF."""
    at = clock.now()
    form = PrintForm(request.GET, years=_years())
    if _kind(kind) == DocumentKind.CALL:
        return _print_call(request, form)
    if not form.is_valid():
        return refused(request, NOTHING, status=404)
    asked = form.cleaned_data
    rows = printing.ready(kind, _rows(request).of_year(asked["year"]))
    if asked["department"]:
        rows = rows.filter(department__code=asked["department"].strip())
    if asked["decided_on"]:
        rows = rows.filter(decided_on=asked["decided_on"])
    count = rows.count()
    if count == 0:
        return refused(request, NOTHING, status=404)
    if count > MOST:
        return refused(request, TOO_MANY.format(most=MOST, count=count))
    pdf = printing.for_people(kind, rows, by=request.user, at=at)
    return _pdf(pdf, f"{DocumentKind(kind).label}_{asked['year'].short}_{count}通")


def _print_call(request: HttpRequest, form: PrintForm) -> HttpResponse:
    """The call to every department that owes an answer; for a head the own."""
    at = clock.now()
    on = at.date()
    if not form.is_valid():
        return refused(request, NOTHING, status=404)
    year, code = form.cleaned_data["year"], form.cleaned_data["department"].strip()
    call = NominationCall.objects.filter(fiscal_year=year).defer("attachment").first()
    everybody = may.print_all_documents(request.user, on)
    if call is None or not (everybody or call.issued_at):
        return refused(request, NOTHING, status=404)
    mine = roles.of(request.user, on).headed
    places = [row for row in calls.asked(year, on=on) if (everybody or row.pk in mine) and code in ("", row.code)]
    if not places:
        return refused(request, NOTHING, status=404)
    return _pdf(printing.for_call(call, places, by=request.user, at=at), f"推薦依頼_{year.short}_{len(places)}通")


def _rows(request: HttpRequest) -> Any:
    on = clock.today()
    rows: Any = Nomination.objects.all()
    return rows if may.print_all_documents(request.user, on) else rows.own_of(request.user, on)


def _years() -> list[FiscalYear]:
    """The years of which there is something to print, the newest first."""
    nominated = Nomination.objects.order_by().values_list("fiscal_year", flat=True).distinct()
    called = NominationCall.objects.order_by().values_list("fiscal_year", flat=True)
    return sorted({*nominated, *called}, reverse=True)


def _kind(text: str) -> DocumentKind:
    if text not in DocumentKind.values:
        raise Http404
    return DocumentKind(text)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    response["Cache-Control"] = "no-store"
    return response
