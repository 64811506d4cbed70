"""受講者名簿 and 出欠簿 as a page to print, as PDF and as a table; that each left the house is recorded."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.tables.handing_out import hand_out
from training import attendance_sheets, roll, roster_documents
from training.models import Enrollment
from training.views.roll_call import for_offices, run_of, sort_of


@require_safe
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/runs/<id>/roster/`: 受講者名簿 as a page that is printed."""
    run, at, sort = run_of(pk), clock.now(), sort_of(request)
    audit.record(run, "viewed", by=request.user, at=at)
    context = {"run": run, "sheet": roll.of_run(run, at=at, sort=sort), "sort": sort, "sorts": roll.SORTS}
    return render(request, "training/roster.html", context)


@require_safe
@for_offices
def sheet_pdf(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """`/runs/<id>/roster.pdf` (to sign) and `/runs/<id>/attendance.pdf`."""
    run, at, sort = run_of(pk), clock.now(), sort_of(request)
    sheet = roll.of_run(run, at=at, sort=sort)
    setter, name = {
        "roster": (attendance_sheets.to_sign, "受講者名簿"),
        "attendance": (attendance_sheets.record, "出欠簿"),
    }[kind]
    pdf = setter(sheet, sort=sort, at=at)
    audit.record(run, "exported", by=request.user, at=at, after={"文書": name, "人数": len(sheet.lines)})
    response = HttpResponse(pdf, content_type="application/pdf")
    file_name = f"{name}_{run.course.code}_第{run.number}回.pdf"
    response["Content-Disposition"] = content_disposition_header(False, file_name) or "inline"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@for_offices
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """`/runs/<id>/roster/download/` and `/runs/<id>/attendance/download/`."""
    run, at = run_of(pk), clock.now()
    sheet = roll.of_run(run, at=at, sort=sort_of(request))
    make = {"roster": roster_documents.roster, "attendance": roster_documents.attendance}[kind]
    lines = len(sheet.lines) * (len(sheet.meetings) if kind == "attendance" else 1)
    back = reverse("training:run-roster" if kind == "roster" else "training:attendance", args=[pk])
    return hand_out(request, make(sheet, on=at.date()), model=Enrollment, count=lines, at=at, back=back)
