"""What was said about e-learning platforms, in the admin."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter, LookOnlyAdmin
from training.models import CourseAlias, PlatformAccount, UnmatchedResult


@admin.register(CourseAlias)
class CourseAliasAdmin(CorrectionAdmin):
    """A title that was given to the wrong course is put right here; the next file follows it."""

    list_display = ["platform", "title", "course", "said_by_name", "said_at"]
    list_display_links = ["title"]
    list_filter = ["platform", "course"]
    list_select_related = ["course"]
    search_fields = ["title", "course__name", "course__code"]
    search_help_text = "名称、研修で探します。"
    autocomplete_fields = ["course"]
    readonly_fields = ["platform", "title", "said_by_name", "said_at"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(PlatformAccount)
class PlatformAccountAdmin(LookOnlyAdmin):
    """Matched, and taken back, on a page of its own: completions follow."""

    list_display = ["platform", "account", "employee", "reason", "decided_by_name", "decided_at", "ended_at"]
    list_display_links = ["account"]
    list_filter = ["platform", ("ended_at", GivenFilter)]
    list_select_related = ["employee"]
    search_fields = ["account", "employee__name", "employee__employee_number"]
    search_help_text = "アカウント、職員番号、氏名で探します。"
    date_hierarchy = "decided_at"


@admin.register(UnmatchedResult)
class UnmatchedResultAdmin(LookOnlyAdmin):
    list_display = ["platform", "account", "name", "course", "fiscal_year", "completed_on", "state"]
    list_display_links = ["account"]
    list_filter = ["state", "platform", "fiscal_year", "course"]
    list_select_related = ["course"]
    search_fields = ["account", "name", "number"]
    search_help_text = "アカウント、氏名、職員番号(ファイル)で探します。"
    date_hierarchy = "recorded_at"
