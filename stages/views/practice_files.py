"""A file beside a report, or the proof of an examination, to whoever may see it; always as a download."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from stages.models import ExaminationResult, PracticeAttachment, PracticeReport
from stages.rules.files import TYPES


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """`/practice/files/<pk>/`: for the writer, her head of the day and the offices; 404 for the others."""
    at = clock.now()
    seen = PracticeReport.objects.visible_to(request.user, at.date())
    rows = PracticeAttachment.objects.filter(removed_at__isnull=True, report__in=seen.values("pk"))
    row = get_object_or_404(rows.select_related("report"), pk=pk)
    audit.record(row.report, "viewed", by=request.user, at=at, after={"file": row.name})
    return _file(bytes(row.content), row.name, row.content_type)


@require_safe
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """`/practice/proofs/<pk>/`: for the promoter and the offices."""
    at = clock.now()
    row = get_object_or_404(ExaminationResult.objects.visible_to(request.user, at.date()), pk=pk)
    if not row.proof:
        raise Http404
    audit.record(row, "viewed", by=request.user, at=at, after={"file": row.proof_name})
    return _file(bytes(row.proof), row.proof_name, row.proof_type)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Never shown within the site: saved by the browser, under a type of the list and no other."""
    known = media_type if media_type in TYPES.values() else "application/octet-stream"
    response = HttpResponse(content, content_type=known)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
