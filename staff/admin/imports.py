"""Loaded files in the admin, for looking at: they are checked, applied and undone on the site's own page.

The bytes of a file and the journal of what it wrote are for the programs that undo it, and have no page.
"""

from django.contrib import admin

from aomori_dx.kernel.admin import pretty
from aomori_dx.kernel.admin_base import LookOnlyAdmin
from staff.models import ChangeLine, ChangeSet


@admin.register(ChangeSet)
class ChangeSetAdmin(LookOnlyAdmin):
    list_display = ["file_name", "kind", "as_of", "state", "uploaded_by_name", "uploaded_at", "applied_at"]
    list_filter = ["state", "kind", "uploaded_at"]
    search_fields = ["file_name", "uploaded_by_name", "sha256"]
    search_help_text = "ファイル名、取込者、ファイルの要約値で探します。"
    date_hierarchy = "uploaded_at"
    fields = [
        "file_name", "kind", "as_of", "state", "uploaded_by_name", "uploaded_at", "applied_at", "sha256", "read_as",
    ]  # fmt: skip

    @admin.display(description="読み方")
    def read_as(self, change_set):
        return pretty(change_set.options)


@admin.register(ChangeLine)
class ChangeLineAdmin(LookOnlyAdmin):
    """What a line changes may tell why somebody is away."""

    confidential = ("fields", "changes")
    list_display = ["change_set", "row", "outcome", "key", "label", "reason"]
    list_display_links = ["row", "label"]
    list_filter = ["outcome"]
    list_select_related = ["change_set"]
    search_fields = ["change_set__file_name", "key", "label", "reason"]
    search_help_text = "ファイル名、番号、対象、理由で探します。"
    fields = ["change_set", "row", "outcome", "key", "label", "changes", "reason"]

    @admin.display(description="内容")
    def changes(self, line):
        return pretty(line.fields)
