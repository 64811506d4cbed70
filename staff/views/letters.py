"""メールの送信: letters that wait with their text, calling one off, and what became of the others."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.models import LetterState, OutboxMessage
from aomori_dx.kernel.web import only, refused
from staff import permissions as may
from staff.forms.notices import CallOffForm, LettersForm
from staff.models import Employee
from staff.services import mail

PER_PAGE = 50
OFFICES_ONLY = "送信するメールの一覧は、DX推進担当と人財育成・人事担当だけが見られます。"


@require_safe
@only(may.see_letters, reason=OFFICES_ONLY)
def show_all(request: HttpRequest) -> HttpResponse:
    """`/letters/`: what waits first, by when it goes; then the others, the newest first."""
    at = clock.now()
    form = LettersForm(request.GET)
    rows = _narrowed(form)
    waiting = OutboxMessage.objects.in_state(LetterState.WAITING)
    page = Paginator(_in_order(rows), PER_PAGE).get_page(request.GET.get("page"))
    _name_them(page.object_list)
    count = page.paginator.count
    label = f"送信するメールの一覧 {count:,}件"
    audit.record_on_list(OutboxMessage, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    context = {
        "page": page,
        "form": form,
        "waiting": waiting.count(),
        "may_cancel": may.cancel_letters(request.user, at.date()),
    }
    return render(request, "staff/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may.see_letters, reason=OFFICES_ONLY)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/letters/<pk>/`: the whole letter, and calling it off while it waits."""
    at = clock.now()
    letter = get_object_or_404(OutboxMessage, pk=pk)
    may_cancel = may.cancel_letters(request.user, at.date())
    form, status = CallOffForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        if not may_cancel:
            return refused(request, mail.NOT_YOURS, status=403)
        status = 422
        if form.is_valid():
            try:
                mail.cancel(letter.pk, reason=form.cleaned_data["reason"], by=request.user, at=at)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, f"{letter.to}宛てのメールを取り消しました。")
                return redirect("staff:letters")
    else:
        audit.record(letter, "viewed", by=request.user, at=at)
    _name_them([letter])
    waits = letter.state == LetterState.WAITING
    context = {"letter": letter, "form": form, "may_cancel": may_cancel and waits, "waits": waits}
    return render(request, "staff/letter.html", context, status=status)


def _narrowed(form: LettersForm):
    rows = OutboxMessage.objects.all()
    if not form.is_valid():
        return rows.none()
    if text := form.cleaned_data["q"].strip():
        people = Employee.objects.search(text).exclude(email="").values("email")
        told = Q(to__icontains=text) | Q(subject__icontains=text) | Q(body__icontains=text) | Q(to__in=people)
        rows = rows.filter(told)
    return rows.in_state(form.cleaned_data["state"]) if form.cleaned_data["state"] else rows


def _in_order(rows):
    waits = OutboxMessage.objects.in_state(LetterState.WAITING).values("pk")
    first = Case(When(pk__in=waits, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(first, "-written_at", "-pk")


def _name_them(letters) -> None:
    """`person`: to whom the address belongs, where it is in the records."""
    names = dict(Employee.objects.filter(email__in={row.to for row in letters}).values_list("email", "name"))
    for row in letters:
        row.person = names.get(row.to, "")
