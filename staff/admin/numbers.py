"""Former 職員番号 and gaps in the service in the admin, for looking at: pages and files of the site write them."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import LookOnlyAdmin
from staff.models import FormerNumber, ServiceGap


@admin.register(FormerNumber)
class FormerNumberAdmin(LookOnlyAdmin):
    list_display = ["number", "employee", "until"]
    list_select_related = ["employee"]
    list_filter = ["until"]
    search_fields = ["number", "employee__name", "employee__employee_number"]
    search_help_text = "以前の職員番号、今の職員番号、氏名で探します。"
    date_hierarchy = "until"
    fields = ["employee", "number", "until"]


@admin.register(ServiceGap)
class ServiceGapAdmin(LookOnlyAdmin):
    list_display = ["employee", "valid_from", "valid_to"]
    list_select_related = ["employee"]
    list_filter = ["valid_to"]
    search_fields = ["employee__name", "employee__employee_number"]
    search_help_text = "職員番号、氏名で探します。"
    date_hierarchy = "valid_to"
    fields = ["employee", "valid_from", "valid_to"]
