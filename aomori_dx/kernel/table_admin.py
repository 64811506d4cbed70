"""Tables out of the admin and back: who may see may export, who may correct may import, with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.admin_base import CorrectionAdmin
from aomori_dx.kernel.admin_forms import ReasonForm
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.tables import formats, resources, uploads

EXPIRED = "確認までに時間がかかったため、ファイルの預かりが終わりました。もう一度ファイルを選んでください。"
MOVED_ON = "確認している間にデータが変わりました。下の内容をあらためて確かめてください。"


class UploadForm(ReasonForm):
    """A file, and why it is brought."""

    import_file = forms.FileField(
        label="取り込むファイル",
        help_text=f"Excel(xlsx)またはCSV。{formats.MAX_ROWS:,}行、{formats.MAX_BYTES // 1024 // 1024} MBまで。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "ファイルを選んでください。", "empty": "ファイルが空です。"},
    )
    field_order = ["import_file", "correction_reason"]

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        if file.size > formats.MAX_BYTES:
            raise forms.ValidationError(f"ファイルが大きすぎます({formats.MAX_BYTES // 1024 // 1024} MBまで)。")
        return file


class ConfirmForm(ReasonForm):
    """The ticket of the file, and the reason that was given with it."""

    ticket = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["correction_reason"].widget = forms.HiddenInput()


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label="形式", choices=[(kind().get_extension(), kind().get_title()) for kind in formats.FORMATS], initial="xlsx"
    )


class TableAdmin(ImportExportMixin, CorrectionAdmin):
    """A model with tables. The subclass names its resource in `resource_classes`."""

    def resource(self, request):
        return self.get_resource_classes(request)[0]()

    def export_action(self, request):
        """Choose a format, get what the list shows. That people's data left the house is recorded."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        rows = self.get_export_queryset(request)
        form = ExportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._file(request, rows, form.cleaned_data["format"])
        context = {
            "title": "ファイルに出力",
            "form": form,
            "columns": self.resource(request).columns,
            "count": rows.count(),
        }
        return self.page(request, "admin/table_export.html", context)

    def _file(self, request, rows, extension: str) -> HttpResponse:
        kind = next(kind() for kind in formats.FORMATS if kind().get_extension() == extension)
        dataset = self.resource(request).export(rows)
        at = clock.now()
        after = {"format": extension, "rows": len(dataset), "filter": request.GET.urlencode()}
        label = f"{self.opts.verbose_name} {len(dataset):,}件"
        audit.record_on_list(self.model, "exported", label=label, by=request.user, at=at, after=after)
        response = HttpResponse(kind.export_data(dataset), content_type=kind.get_content_type())
        name = f"{self.opts.model_name}-{clock.day_of(at):%Y%m%d}.{extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def import_action(self, request, **kwargs):
        """Take a file and show what it would change. Nothing is written yet."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        shown: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            content = form.cleaned_data["import_file"].read()
            try:
                shown = self._preview(request, content, form.cleaned_data["correction_reason"])
            except DomainError as refusal:
                form.add_error("import_file", str(refusal))
        return self._import_page(request, {"form": form, **shown})

    @method_decorator(require_POST)
    def process_import(self, request, **kwargs):
        """Write the file of a ticket, if it still changes what its preview said."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = ConfirmForm(request.POST)
        owner = self._owner(request)
        upload = uploads.fetch(form.data.get("ticket", ""), owner=owner) if form.is_valid() else None
        if upload is None:
            messages.error(request, EXPIRED)
            return HttpResponseRedirect(self.address("import"))
        reason, ticket = form.cleaned_data["correction_reason"], form.cleaned_data["ticket"]
        with transaction.atomic():
            result, _ = self._run(request, upload.content, reason, dry_run=False)
            written = not _failed(result) and resources.digest(result) == upload.digest
            if not written:
                transaction.set_rollback(True)
        uploads.drop(ticket, owner=owner)
        if not written:
            messages.warning(request, MOVED_ON)
            return self._import_page(request, {"form": UploadForm(), **self._preview(request, upload.content, reason)})
        messages.success(request, f"取り込みました(追加 {result.totals['new']}件、訂正 {result.totals['update']}件)。")
        return HttpResponseRedirect(self.address("changelist"))

    def _owner(self, request) -> str:
        return f"{self.opts.label_lower}:{request.user.pk}"

    def _run(self, request, content: bytes, reason: str, *, dry_run: bool):
        resource = self.resource(request)
        table = formats.read(content, known=resource.columns, required=resource.key_columns)
        at = clock.now()
        return resources.run(resource, table.dataset, by=request.user, at=at, reason=reason, dry_run=dry_run), table

    def _preview(self, request, content: bytes, reason: str) -> dict[str, Any]:
        """What the page shows of a file. Raises UnreadableFile."""
        result, table = self._run(request, content, reason, dry_run=True)
        if _failed(result):
            return {"problems": self._problems(result, table)}
        changed = [row for row in result.rows if not row.is_skip()]
        shown = {"headers": result.diff_headers, "rows": changed, "unchanged": len(result.rows) - len(changed)}
        if changed:
            upload = uploads.Upload(content, resources.digest(result))
            ticket = uploads.keep(upload, owner=self._owner(request))
            shown["confirm"] = ConfirmForm(initial={"ticket": ticket, "correction_reason": reason})
        return shown

    def _problems(self, result, table) -> list[tuple[int, str, str]]:
        """Everything wrong with the file: (row of the file, column, reason)."""
        labels = {
            field.name: str(field.verbose_name) for field in self.opts.get_fields() if hasattr(field, "verbose_name")
        }
        problems = [
            (table.rows[row.number - 1], "" if name == NON_FIELD_ERRORS else labels.get(name, name), reason)
            for row in result.invalid_rows
            for name, reasons in row.error_dict.items()
            for reason in reasons
        ]
        problems += [
            (table.rows[row.number - 1], "", _told(error.error)) for row in result.error_rows for error in row.errors
        ]
        problems += [(0, "", _told(error.error)) for error in result.base_errors]
        return sorted(problems)

    def _import_page(self, request, context: dict[str, Any]) -> HttpResponse:
        columns = self.resource(request).columns
        return self.page(
            request, "admin/table_import.html", {"title": "ファイルから取り込む", "columns": columns, **context}
        )


def _failed(result) -> bool:
    return result.has_errors() or result.has_validation_errors()


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, DomainError) else f"この行は取り込めません({type(error).__name__})。"
