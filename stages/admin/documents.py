"""通知書の文面 in the admin: to look at. They are worded on a page of their own, which knows their placeholders."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import LookOnlyAdmin
from stages.models import DocumentText


@admin.register(DocumentText)
class DocumentTextAdmin(LookOnlyAdmin):
    list_display = ["kind", "title", "number", "dated", "sender"]
    list_filter = ["kind"]
    search_fields = ["title", "body", "sender"]
    search_help_text = "件名、本文、発信者名で探します。"
