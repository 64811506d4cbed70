"""Former 職員番号 in the admin, for looking at: a number is changed on the site's own page, with its reason."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import LookOnlyAdmin
from staff.models import FormerNumber


@admin.register(FormerNumber)
class FormerNumberAdmin(LookOnlyAdmin):
    list_display = ["number", "employee", "until"]
    list_select_related = ["employee"]
    list_filter = ["until"]
    search_fields = ["number", "employee__name", "employee__employee_number"]
    search_help_text = "以前の職員番号、今の職員番号、氏名で探します。"
    date_hierarchy = "until"
    fields = ["employee", "number", "until"]
