"""資格・検定: the promoter reports what was passed, with its proof; the office confirms or refuses."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.web import only, refused
from stages import permissions as may
from stages import practice, practice_documents
from stages.forms.practice import ExaminationForm, ProofAnswerForm
from stages.models import ExaminationResult
from stages.practice_filters import ExaminationFilter
from stages.services import examinations
from stages.services.practice_files import Upload

PER_PAGE = 50
NOT_IN_SERVICE = "資格・検定の画面は、在職しているDX推進員のための画面です。"
OFFICES_ONLY = "資格・検定の一覧は、DX推進担当、人財育成・人事担当、情報政策担当とデータ管理者だけが見られます。"
UNREADABLE = "絞り込みの条件を読み取れません。一覧に戻り、条件を選び直してください。"
for_staff = only(may.own_practice, reason=NOT_IN_SERVICE)
for_offices = only(may.see_promoters, reason=OFFICES_ONLY)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def mine(request: HttpRequest) -> HttpResponse:
    """`/me/progress/examinations/`"""
    if request.method != "POST":
        return _my_page(request, ExaminationForm())
    form = ExaminationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _my_page(request, form, status=422)
    stated = form.cleaned_data
    sent = stated.pop("proof")
    try:
        upload = Upload(sent.name, sent.size, sent.read)
        examinations.report(proof=upload, by=request.user, at=clock.now(), **stated)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _my_page(request, form, status=409)
    messages.success(request, f"「{stated['name']}」を報告しました。DX推進担当が証明を確認します。")
    return redirect("stages:my-examinations")


def _my_page(request: HttpRequest, form: ExaminationForm, *, status: int = 200) -> HttpResponse:
    on = clock.today()
    is_promoter = bool(practice.own_years(request.user, on=on))
    rows = ExaminationResult.objects.filter(promoter__employee=request.user.employee_id or 0).defer("proof")
    context = {"form": form, "rows": list(rows), "is_promoter": is_promoter}
    return render(request, "stages/my_examinations.html", context, status=status)


@require_safe
@for_offices
def show_all(request: HttpRequest) -> HttpResponse:
    """`/promoters/examinations/`"""
    at = clock.now()
    wanted = ExaminationFilter(request.GET, on=at.date())
    page = Paginator(wanted.rows(), PER_PAGE).get_page(request.GET.get("page"))
    label = f"資格・検定の一覧 {page.paginator.count:,}件"
    audit.record_on_list(ExaminationResult, "viewed", label=label, after=request.GET.dict(), by=request.user, at=at)
    return render(request, "stages/examinations.html", {"page": page, "wanted": wanted})


@require_safe
@for_offices
def download(request: HttpRequest) -> HttpResponseBase:
    """`/promoters/examinations/download/`"""
    at = clock.now()
    wanted = ExaminationFilter(request.GET, on=at.date())
    if not wanted.form.is_valid():
        return refused(request, UNREADABLE)
    rows = wanted.rows()
    count = rows.count()
    document = practice_documents.examinations(rows, on=at.date(), count=count, conditions=wanted.in_words)
    back = f"{reverse('stages:examinations')}?{wanted.query}"
    return hand_out(request, document, model=ExaminationResult, count=count, at=at, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promoters/examinations/<pk>/`: the proof, and the office's answer."""
    at = clock.now()
    row = get_object_or_404(ExaminationResult.objects.for_list(at.date()), pk=pk)
    answers = may.run_practice(request.user, at.date())
    if request.method != "POST":
        audit.record(row, "viewed", by=request.user, at=at)
        return _page(request, row, answers=answers)
    if not answers:
        return refused(request, examinations.NOT_YOUR_OFFICE, status=403)
    form, act = ProofAnswerForm(request.POST), request.POST.get("act", "")
    if not form.is_valid() or act not in ("confirm", "refuse"):
        return _page(request, row, form, answers=answers, status=422)
    try:
        note = form.cleaned_data["note"]
        row = examinations.answer(pk, confirms=act == "confirm", note=note, by=request.user, at=at)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, form, answers=answers, status=409)
    name = row.promoter.employee.name
    messages.success(request, f"{name}さんの「{row.name}」を「{row.get_state_display()}」にしました。")
    return redirect("stages:examinations")


def _page(
    request: HttpRequest,
    row: ExaminationResult,
    form: ProofAnswerForm | None = None,
    *,
    answers: bool,
    status: int = 200,
) -> HttpResponse:
    context = {"row": row, "form": form or ProofAnswerForm(), "answers": answers}
    return render(request, "stages/examination.html", context, status=status)
