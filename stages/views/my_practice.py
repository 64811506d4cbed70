"""私の実践報告: the promoter writes the theme and the report, hands them in, reads comments, adds files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from stages import permissions as may
from stages import practice
from stages.forms.practice import CommentForm, FileForm, ResultForm, ThemeForm, WrittenForm
from stages.practice import Sheet
from stages.services import practice_files, practice_reports
from stages.services.practice_files import Upload

NOT_IN_SERVICE = "実践報告の画面は、在職しているDX推進員のための画面です。"
for_staff = only(may.own_practice, reason=NOT_IN_SERVICE)
DONE = {
    "save": "下書きに保存しました。まだ提出していません。",
    "submit": "提出しました。所属長の承認をお待ちください。",
    "withdraw": "取り下げました。新しいテーマを書けます。",
    "comment": "コメントを送りました。",
    "keep_out": "事例集に載せない設定にしました。",
    "let_in": "事例集に載せる設定にしました。",
}


@require_safe
@for_staff
def show_all(request: HttpRequest) -> HttpResponse:
    """`/me/progress/reports/`: all own years."""
    at = clock.now()
    years = practice.own_years(request.user, on=at.date())
    found = practice.reports_of(years)
    rows = [(row, found.get(row.pk), practice.due_of(row, found.get(row.pk))) for row in years]
    return render(request, "stages/my_practices.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def show(request: HttpRequest, number: int) -> HttpResponse:
    """`/me/progress/reports/<year>/`"""
    sheet = _own(request, number)
    if request.method != "POST":
        return _page(request, sheet)
    act = request.POST.get("act", "")
    if act not in DONE:
        raise Http404
    form = _form(sheet, request.POST) if act in ("save", "submit") else None
    if form is not None and not form.is_valid():
        return _page(request, sheet, form=form, status=422)
    try:
        _carry_out(request, sheet, act, form)
    except DomainError as refusal:
        return _refuse(request, number, str(refusal), form)
    messages.success(request, DONE[act])
    return redirect("stages:my-practice", number=number)


def _carry_out(request: HttpRequest, sheet: Sheet, act: str, form: WrittenForm | None) -> None:
    who: dict[str, Any] = {"by": request.user, "at": clock.now()}
    if form is not None:
        seen = form.cleaned_data["seen"]
        row = practice_reports.write(sheet.enrollment.pk, form.stated(), seen=seen, **who)
        if act == "submit":
            practice_reports.submit(row.pk, **who)
    elif sheet.report is None:
        raise Http404
    elif act == "withdraw":
        practice_reports.withdraw(sheet.report.pk, **who)
    elif act == "comment":
        practice_reports.comment(sheet.report.pk, request.POST.get("comment", "")[:2000], **who)
    else:
        practice_reports.keep_out(sheet.report.pk, is_private=act == "keep_out", **who)


def _refuse(request: HttpRequest, number: int, refusal: str, form: WrittenForm | None) -> HttpResponse:
    """What was typed stays; where it changed meanwhile the next attempt is measured by what is kept now."""
    sheet = _own(request, number)
    if form is None:
        return _page(request, sheet, refusal=refusal, status=409)
    form.add_error(None, refusal)
    form.show(practice_reports.seen_of(sheet.report))
    stored = sheet.report if refusal == practice_reports.CHANGED_MEANWHILE else None
    return _page(request, sheet, form=form, stored=stored, status=409)


@require_POST
@for_staff
def add_file(request: HttpRequest, number: int) -> HttpResponse:
    """`/me/progress/reports/<year>/files/`"""
    sheet = _own(request, number)
    form = FileForm(request.POST, request.FILES)
    if sheet.report is None or not form.is_valid():
        return _page(request, sheet, file_form=form, status=422)
    sent = form.cleaned_data["file"]
    upload = Upload(sent.name, sent.size, sent.read)
    try:
        practice_files.add(sheet.report.pk, upload, by=request.user, at=clock.now())
    except DomainError as refusal:
        form.add_error("file", str(refusal))
        return _page(request, sheet, file_form=form, status=409)
    messages.success(request, "ファイルを添付しました。")
    return redirect("stages:my-practice", number=number)


@require_POST
@for_staff
def remove_file(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`/me/progress/reports/<year>/files/<pk>/remove/`"""
    sheet = _own(request, number)
    if sheet.report is None or pk not in {row.pk for row in sheet.files}:
        raise Http404
    try:
        practice_files.remove(sheet.report.pk, pk, by=request.user, at=clock.now())
    except DomainError as refusal:
        return _page(request, sheet, refusal=str(refusal), status=409)
    messages.success(request, "添付ファイルを外しました。")
    return redirect("stages:my-practice", number=number)


def _own(request: HttpRequest, number: int) -> Sheet:
    sheet = practice.own(request.user, number, at=clock.now())
    if sheet is None:
        raise Http404
    return sheet


def _form(sheet: Sheet, given: Any = None) -> WrittenForm:
    return (ThemeForm if sheet.is_theme else ResultForm)(given, report=sheet.report)


def _page(request: HttpRequest, sheet: Sheet, *, form: Any = None, status: int = 200, **more: Any) -> HttpResponse:
    if form is None and sheet.is_writing:
        form = _form(sheet)
    context = {
        "sheet": sheet,
        "report": sheet.report,
        "form": form,
        "file_form": FileForm(),
        "comment_form": CommentForm(),
        "most_files": practice_files.MOST,
        **more,
    }
    return render(request, "stages/my_practice.html", context, status=status)
