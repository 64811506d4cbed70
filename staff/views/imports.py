"""ファイルの取込: load a file, look at what it would change, apply it, take it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.models import Job
from aomori_dx.kernel.tables.importing import KINDS, FileKind
from aomori_dx.kernel.tables.marking import marked_workbook
from aomori_dx.kernel.web import only
from staff import permissions as may
from staff.import_forms import ImportFilter, ReadingForm, UndoForm, UploadForm, outcome_of
from staff.models import ChangeSet, LineOutcome
from staff.services import change_sets
from staff.workflows.change_set import CHANGE_SET

PER_PAGE = 50
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
for_officers = only(
    may.see_imports,
    reason="ファイルの取込は、人財育成・人事担当とDX推進担当だけが行えます。必要なときは担当にお尋ねください。",
)


def _kinds(request: HttpRequest) -> list[FileKind]:
    today = clock.today()
    return [kind for kind in KINDS.values() if kind.who(request.user, today)]


def _visible(request: HttpRequest, pk: int) -> ChangeSet:
    """Files of kinds that this person loads; for the others there is nothing here (404)."""
    rows = ChangeSet.objects.filter(kind__in=[kind.code for kind in _kinds(request)])
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def show_all(request: HttpRequest) -> HttpResponse:
    """The loaded files, newest first, and the form for another."""
    kinds = _kinds(request)
    files = [kind for kind in kinds if not kind.by_hand]
    form = UploadForm(request.POST or None, request.FILES or None, kinds=files)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        change_set = change_sets.upload(
            form.cleaned_data["kind"],
            name=file.name,
            content=file.read(),
            as_of=form.cleaned_data["as_of"],
            by=request.user,
            at=clock.now(),
        )
        return redirect("staff:import", pk=change_set.pk)
    narrow = ImportFilter(request.GET, kinds=kinds)
    rows = narrow.rows(ChangeSet.objects.filter(kind__in=[kind.code for kind in kinds]))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.title = KINDS[row.kind].title
        row.planned = row.is_planned(clock.today())
    return render(
        request,
        "staff/imports.html",
        {"form": form, "narrow": narrow, "page": page},
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
@for_officers
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would change, or has changed, line by line, and what follows from it."""
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest,
    change_set: ChangeSet,
    *,
    reading: ReadingForm | None = None,
    undo: UndoForm | None = None,
    status: int = 200,
) -> HttpResponse:
    kind = change_sets.kind_of(change_set)
    counts = dict(change_set.lines.order_by().values_list("outcome").annotate(times=Count("pk")))
    outcome = outcome_of(request.GET.get("outcome"))
    lines = change_set.lines.filter(outcome=outcome) if outcome else change_set.lines.all()
    at = clock.now()
    return render(
        request,
        "staff/import.html",
        {
            "change_set": change_set,
            "kind": kind,
            "job": _job(change_set),
            "outcomes": [(value, label, counts.get(value, 0)) for value, label in LineOutcome.choices],
            "outcome": outcome,
            "total": sum(counts.values()),
            "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
            "reading": reading or ReadingForm(change_set=change_set, kind=kind),
            "undo": undo or UndoForm(),
            "planned": change_set.is_planned(at.date()),
            "moves": {move.name for move in CHANGE_SET.possible(change_set, by=request.user, at=at)},
        },
        status=status,
    )


def _job(change_set: ChangeSet) -> Job | None:
    """The newest job of this file: what the officer waits for, or why it failed."""
    keys = [f"{kind}:{change_set.pk}" for kind in (change_sets.CHECK, change_sets.APPLY, change_sets.UNDO)]
    return Job.objects.filter(key__in=keys).order_by("-pk").first()


@require_safe
@for_officers
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of the file's job, for the page that waits; when it is over the page is read anew."""
    change_set = _visible(request, pk)
    job = _job(change_set)
    if job is None or not job.is_open:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "staff/import.html#progress", {"change_set": change_set, "job": job})


@require_POST
@for_officers
def reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file again in the way that was chosen."""
    change_set = _visible(request, pk)
    form = ReadingForm(request.POST, change_set=change_set, kind=change_sets.kind_of(change_set))
    if not form.is_valid():
        return _page(request, change_set, reading=form, status=422)
    as_of = form.cleaned_data.get("as_of") or change_set.as_of
    return _act(request, pk, change_sets.recheck, choices=form.choices(), as_of=as_of)


@require_POST
@for_officers
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    _visible(request, pk)
    return _act(request, pk, change_sets.request_apply)


@require_POST
@for_officers
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    change_set = _visible(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _page(request, change_set, undo=form, status=422)
    return _act(request, pk, change_sets.request_undo, reason=form.cleaned_data["reason"])


@require_POST
@for_officers
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    _visible(request, pk)
    return _act(request, pk, change_sets.discard)


def _act(request: HttpRequest, pk: int, act, **given) -> HttpResponse:
    try:
        act(pk, by=request.user, at=clock.now(), **given)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("staff:import", pk=pk)


@require_safe
@for_officers
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The file with its errors marked and explained, to be put right and loaded again."""
    change_set = _visible(request, pk)
    if change_sets.kind_of(change_set).by_hand:
        raise Http404
    content = marked_workbook(
        change_sets.content_of(change_set),
        header_row=change_set.checked.get("header_row", 1),
        encoding=change_set.options.get("encoding", ""),
        remarks=change_sets.remarks_of(change_set),
    )
    name = change_set.file_name.rsplit(".", 1)[0]
    response = HttpResponse(content, content_type=SHEET)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}_確認.xlsx") or "attachment"
    return response
