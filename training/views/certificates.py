"""修了証: the list, one certificate, printing one or many, issuing, issuing again and taking back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused, site
from training import badges, certificate_lists
from training import permissions as may
from training.forms.certificates import CertificateFilter, ReissueForm
from training.models import Certificate, Completion
from training.services import certificate_printing, certificates

PER_PAGE = 50
MOST = 1000
"""A certificate takes some milliseconds of the processor; so many are set within a request."""
STAFF_ONLY = "修了証は、在職している職員だけが見られます。"
NOTHING = "この条件に合う有効な修了証はありません。"
TOO_MANY = "一度に出力できるのは{most:,}通までです({count:,}通あります)。年度、研修、所属で絞り込んでください。"
for_staff = only(may.see_certificates, reason=STAFF_ONLY)
for_office = only(may.issue_certificates, reason=certificates.NOT_YOURS)


@require_safe
@for_staff
def show_all(request: HttpRequest) -> HttpResponse:
    """`/certificates/`"""
    at = clock.now()
    on = at.date()
    wanted = _wanted(request)
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = certificate_lists.with_people(page.object_list, on=on)
    office = may.issue_certificates(request.user, on)
    if may.see_runs(request.user, on):
        label = f"修了証の一覧 {page.paginator.count:,}件"
        audit.record_on_list(Certificate, "viewed", label=label, by=request.user, at=at)
    context = {
        "page": page,
        "wanted": wanted,
        "may_issue": office,
        "to_issue": certificates.without(wanted.completions(Completion.objects.all())).count() if office else 0,
    }
    return render(request, "training/certificates.html", context)


@require_POST
@for_office
def issue(request: HttpRequest) -> HttpResponse:
    """Certificates for every completion that meets the conditions of the list and has none."""
    wanted = CertificateFilter(request.POST, Certificate.objects.all(), on=clock.today())
    count = certificates.issue_for(wanted.completions(Completion.objects.all()), by=request.user, at=clock.now())
    messages.success(request, f"修了証を{count:,}通発行しました。" if count else "発行していない修了証はありません。")
    return redirect(f"{reverse('training:certificates')}?{wanted.query}")


@require_safe
@for_staff
def print_many(request: HttpRequest) -> HttpResponse:
    """`/certificates/print/?…`: the valid ones of the list in one PDF, in the order of departments."""
    at = clock.now()
    rows = _wanted(request).rows().valid()
    count = rows.count()
    if count == 0:
        return refused(request, NOTHING, status=404)
    if count > MOST:
        return refused(request, TOO_MANY.format(most=MOST, count=count))
    found = certificate_lists.by_department(rows, on=at.date())
    return _pdf(certificate_printing.print_all(found, site=site(request), by=request.user, at=at), f"修了証_{count}通")


@require_safe
@for_staff
def download(request: HttpRequest) -> HttpResponseBase:
    """`/certificates/download/`"""
    at = clock.now()
    wanted = _wanted(request)
    rows = wanted.rows()
    count = rows.count()
    document = certificate_lists.document(rows, on=at.date(), count=count, conditions=wanted.conditions)
    back = f"{reverse('training:certificates')}?{wanted.query}"
    return hand_out(request, document, model=Certificate, count=count, at=at, back=back)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/certificates/<id>/`"""
    return _page(request, _certificate(request, pk))


@require_safe
def print_one(request: HttpRequest, pk: int) -> HttpResponse:
    """`/certificates/<id>/certificate.pdf`"""
    row = _certificate(request, pk)
    pdf = certificate_printing.print_all([row], site=site(request), by=request.user, at=clock.now())
    return _pdf(pdf, f"修了証_{row}_{row.name}")


@require_safe
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    """`/certificates/<id>/badge.json`: for whom it certifies."""
    mine = Certificate.objects.valid().filter(employee=request.user.employee_id)
    row = get_object_or_404(mine.select_related("completion__course"), pk=pk)
    answer = JsonResponse(badges.of(row, site=site(request)), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = content_disposition_header(True, f"badge_{row}.json") or "attachment"
    return answer


@require_http_methods(["POST"])
@for_office
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """再発行, with a reason."""
    return _acted(
        request, pk, lambda **given: certificates.reissue(pk, **given), "再発行しました。古い修了証は失効しました。"
    )


@require_http_methods(["POST"])
@for_office
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """失効, with a reason."""

    def act(*, reason: str, former_name: bool = False, **who: Any) -> Certificate:
        return certificates.revoke(pk, reason=reason, **who)

    return _acted(request, pk, act, "修了証を失効させました。")


@require_POST
def issue_own(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of one completion, for the person or by the office; a second time the one that is there."""
    at = clock.now()
    row = get_object_or_404(Completion.objects.visible_to(request.user, at.date()), pk=pk)
    if not may.have_certificate(request.user, row, at):
        raise PermissionDenied(certificates.NOT_YOURS)
    try:
        former = request.POST.get("name") == "former"
        made = certificates.issue_own(row.pk, by=request.user, at=at, former_name=former)
    except DomainError as refusal:
        return refused(request, str(refusal))
    return redirect("training:certificate", pk=made.pk)


def _acted(request: HttpRequest, pk: int, act: Callable[..., Certificate], told: str) -> HttpResponse:
    row = _certificate(request, pk)
    form = ReissueForm(request.POST, certificate=row)
    if form.is_valid():
        try:
            made = act(by=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, told)
            return redirect("training:certificate", pk=made.pk)
    return _page(request, row, form=form, status=422)


def _page(request: HttpRequest, row: Certificate, *, form: Any = None, status: int = 200) -> HttpResponse:
    on = clock.today()
    issues = list(Certificate.objects.filter(subject=row.subject).order_by("-issue"))
    context = {
        "row": row,
        "person": certificate_lists.with_people([row], on=on)[0][1],
        "issues": issues,
        "newest": issues[0],
        "is_mine": row.employee_id == request.user.employee_id,
        "may_issue": may.issue_certificates(request.user, on),
        "form": form or ReissueForm(certificate=row),
    }
    return render(request, "training/certificate.html", context, status=status)


def _wanted(request: HttpRequest) -> CertificateFilter:
    on = clock.today()
    return CertificateFilter(request.GET, Certificate.objects.visible_to(request.user, on), on=on)


def _certificate(request: HttpRequest, pk: int) -> Certificate:
    rows = Certificate.objects.visible_to(request.user, clock.today())
    return get_object_or_404(rows.select_related("employee", "completion__course"), pk=pk)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    response["Cache-Control"] = "no-store"
    return response
