"""自分の所属: this year's place, what was nominated, the promoters, and what waits for the head."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.web import only
from stages import desk, errands, headed, own_promoters
from stages import permissions as may
from stages.models import NominationCall

for_heads = only(may.answer_calls, reason=headed.NOT_A_HEAD)
FOR_READERS = "推薦依頼の添付ファイルは、所属長とその代理者、担当課だけが開けます。"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@require_safe
@for_heads
def show(request: HttpRequest) -> HttpResponse:
    """`/department/`"""
    at = clock.now()
    on = clock.day_of(at)
    department, departments = headed.chosen(request.user, request.GET.get("department"), on=on)
    present = desk.of(department, user=request.user, at=at)
    context = {
        "department": department,
        "departments": departments,
        "desk": present,
        "errands": errands.of_department(present, user=request.user, at=at),
        "promoters": own_promoters.of(department, on=on),
    }
    return render(request, "stages/department.html", context)


@require_safe
@only(may.read_calls, reason=FOR_READERS)
def attachment(request: HttpRequest, year: int) -> HttpResponse:
    """`/department/call/<year>/attachment/`: the file as it was attached."""
    calls = NominationCall.objects.filter(issued_at__isnull=False).exclude(attachment=None)
    call = get_object_or_404(calls, fiscal_year=_year(year))
    ending = call.attachment_name.rpartition(".")[2].lower()
    response = HttpResponse(bytes(call.attachment), content_type=TYPES.get(ending, "application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition_header(True, call.attachment_name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _year(number: int) -> FiscalYear:
    try:
        return FiscalYear(number)
    except ValueError as error:
        raise Http404 from error
