"""推薦 in the admin: the calls, nominations, answers of 推薦なし, and the career tracks."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter
from staff.admin.people import PersonSearch
from stages.models import CareerTrack, Nomination, NominationCall, NominationDecline


@admin.register(CareerTrack)
class CareerTrackAdmin(CorrectionAdmin):
    deletable = True
    list_display = ["name", "code", "sort_order"]
    list_filter = ["sort_order"]
    search_fields = ["name", "code", "description"]
    search_help_text = "名称、コード、内容で探します。"


@admin.register(NominationCall)
class NominationCallAdmin(CorrectionAdmin):
    """Writing and issuing have pages of their own; here a wrong text or day is corrected."""

    list_display = ["fiscal_year", "title", "opens_on", "closes_on", "issued_at"]
    list_filter = ["fiscal_year", ("issued_at", GivenFilter)]
    search_fields = ["title", "body", "document_number"]
    search_help_text = "件名、依頼文、文書番号で探します。"
    date_hierarchy = "opens_on"
    fields = [
        "fiscal_year", "title", "body", "document_number", "opens_on", "closes_on", "places", "self_counts", "consent",
        "answer_days", "attachment_name", "issued_at",
    ]  # fmt: skip
    readonly_fields = ["attachment_name", "issued_at"]

    def has_add_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["fiscal_year"] if obj else [])]


@admin.register(Nomination)
class NominationAdmin(PersonSearch, CorrectionAdmin):
    """A state is changed by its workflow alone; here what was written is corrected."""

    person = "nominee"
    places = ("department__name__icontains", "department__code")
    list_display = ["nominee", "fiscal_year", "route", "department", "status", "submitted_at"]
    list_filter = ["fiscal_year", "route", "status", "proposal"]
    list_select_related = ["nominee", "department"]
    search_fields = ["nominee__name", "nominee__employee_number", "department__name"]
    search_help_text = "候補者の職員番号、氏名、カナ、推薦所属で探します。"
    autocomplete_fields = ["wanted_track"]
    date_hierarchy = "submitted_at"
    fields = [
        "fiscal_year", "route", "department", "nominee", "status", "reason", "motive", "work_to_improve",
        "wanted_track", "opinion", "comment", "submitted_at", "decided_on", "due",
    ]  # fmt: skip
    readonly_fields = [
        "fiscal_year", "route", "department", "nominee", "status", "submitted_at", "decided_on", "due",
    ]  # fmt: skip

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(NominationDecline)
class NominationDeclineAdmin(CorrectionAdmin):
    list_display = ["department", "fiscal_year", "reason_code", "declined_at", "taken_back_at"]
    list_filter = ["fiscal_year", "reason_code", ("taken_back_at", GivenFilter)]
    list_select_related = ["department"]
    search_fields = ["department__name", "department__code", "note"]
    search_help_text = "所属、説明で探します。"
    fields = ["department", "fiscal_year", "reason_code", "note", "declined_at", "taken_back_at"]
    readonly_fields = ["department", "fiscal_year", "declined_at", "taken_back_at"]

    def has_add_permission(self, request, obj=None):
        return False
