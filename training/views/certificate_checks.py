"""Is this certificate genuine, and what certificates say: the code that is typed or scanned, and the wording."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only, refused, site
from training import permissions as may
from training.forms.certificates import CertificateTextForm, CodeForm
from training.models import Certificate, CertificateText
from training.rules import certificates as rules
from training.services import certificate_printing

KIND = "completion"
for_office = only(may.issue_certificates, reason=certificate_printing.NOT_YOURS)


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """`/certificates/verify/`: type a code."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid() and form.cleaned_data["code"]:
        return redirect("training:certificate-verify", code=form.cleaned_data["code"])
    return render(request, "training/certificate_verify.html", {"form": form})


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """`/certificates/verify/<code>/`: says the course, the day, and whether it is valid; never whose it is."""
    row = Certificate.objects.filter(code=rules.code_as_typed(code)).first()
    newer = row is not None and Certificate.objects.filter(subject=row.subject, issue__gt=row.issue).exists()
    context = {"form": CodeForm(initial={"code": code}), "asked": True, "row": row, "newer": newer}
    return render(request, "training/certificate_verify.html", context, status=200 if row else 404)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office
def edit_text(request: HttpRequest) -> HttpResponse:
    """`/certificates/text/`: the wording; with `preview` how it looks, and nothing is kept."""
    text = rules.text_of(KIND)
    initial = {name: getattr(text, name) for name in rules.WORDS}
    form = CertificateTextForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 422 if form.errors else 200
    if form.is_valid():
        if "preview" in request.POST:
            return _sample(request, CertificateText(kind=KIND, **form.cleaned_data))
        try:
            certificate_printing.reword(KIND, by=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "修了証の文面を保存しました。これから出力する修了証に使われます。")
            return redirect("training:certificates")
    elif "preview" in request.POST:
        reasons = [str(reason) for found in form.errors.values() for reason in found]
        return refused(request, "\n".join(["文面に直すところがあるため、見本を作れません。", *reasons]), status=409)
    context = {"form": form, "placeholders": rules.PLACEHOLDERS}
    return render(request, "training/certificate_text.html", context, status=status)


def _sample(request: HttpRequest, text: CertificateText) -> HttpResponse:
    pdf = certificate_printing.sample(text, site=site(request), at=clock.now())
    return HttpResponse(pdf, content_type="application/pdf", headers={"Cache-Control": "no-store"})
