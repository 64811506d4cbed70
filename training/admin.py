"""The schoolhouse in the admin: what was typed wrong is corrected here; seats are moved by their ledger alone."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter, LookOnlyAdmin
from staff.admin.people import PersonSearch
from training import (
    elearning_admin,  # noqa: F401  (it registers)
    survey_admin,
)
from training.models import (
    Attendance,
    CalendarFeed,
    Certificate,
    CertificateText,
    ChangeRequest,
    Completion,
    Course,
    CourseRun,
    DroppedMeeting,
    Enrollment,
    Interest,
    Invitation,
    Obligation,
    Requirement,
    RunMessage,
    RunSession,
    SeatHold,
)

__all__ = ["survey_admin"]


@admin.register(Course)
class CourseAdmin(CorrectionAdmin):
    list_display = ["code", "name", "method", "hours", "level", "audience", "retired_on"]
    list_display_links = ["code", "name"]
    list_filter = ["method", "level", "audience", ("retired_on", GivenFilter)]
    search_fields = ["code", "name", "description", "provider"]
    search_help_text = "研修コード、研修名、内容、実施者で探します。"


@admin.register(CourseRun)
class CourseRunAdmin(CorrectionAdmin):
    """Capacity and state have pages of their own on the site, where the waiting list moves with them."""

    list_display = ["course", "fiscal_year", "number", "venue", "area", "capacity", "seats_taken", "status"]
    list_filter = ["fiscal_year", "status", "area"]
    list_select_related = ["course"]
    search_fields = ["course__name", "course__code", "venue", "instructor"]
    search_help_text = "研修名、研修コード、会場、講師で探します。"
    autocomplete_fields = ["course"]
    fields = [
        "course", "fiscal_year", "number", "venue", "area", "is_online", "instructor", "capacity", "minimum",
        "seats_taken", "opens_on", "closes_on", "change_until", "final_at", "promotes_by_hand", "answer_days",
        "invited_only", "note", "status",
    ]  # fmt: skip
    readonly_fields = ["course", "fiscal_year", "capacity", "seats_taken", "status"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(RunSession)
class RunSessionAdmin(CorrectionAdmin):
    list_display = ["run", "starts_at", "ends_at", "venue"]
    list_filter = ["run__fiscal_year"]
    list_select_related = ["run__course"]
    search_fields = ["run__course__name", "run__course__code", "venue"]
    search_help_text = "研修名、研修コード、会場で探します。"
    autocomplete_fields = ["run"]
    date_hierarchy = "starts_at"


@admin.register(SeatHold)
class SeatHoldAdmin(CorrectionAdmin):
    list_display = ["run", "department", "seats", "released_on"]
    list_filter = ["released_on"]
    list_select_related = ["run__course", "department"]
    search_fields = ["run__course__name", "department__name", "department__code"]
    search_help_text = "研修名、所属で探します。"
    autocomplete_fields = ["run", "department"]


@admin.register(Invitation)
class InvitationAdmin(PersonSearch, CorrectionAdmin):
    list_display = ["employee", "run", "source", "invited_at", "withdrawn_at"]
    list_filter = ["run__fiscal_year", ("withdrawn_at", GivenFilter)]
    list_select_related = ["employee", "run__course"]
    search_fields = ["employee__name", "employee__employee_number", "run__course__name", "run__course__code"]
    search_help_text = "職員番号、氏名、カナ、研修で探します。"
    date_hierarchy = "invited_at"
    readonly_fields = ["employee", "run", "invited_at"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(RunMessage)
class RunMessageAdmin(LookOnlyAdmin):
    list_display = ["run", "to", "subject", "number", "sent_at", "sent_by_name"]
    list_filter = ["to", "run__fiscal_year"]
    list_select_related = ["run__course"]
    search_fields = ["subject", "body", "run__course__name"]
    search_help_text = "件名、本文、研修名で探します。"
    date_hierarchy = "sent_at"


@admin.register(ChangeRequest)
class ChangeRequestAdmin(PersonSearch, LookOnlyAdmin):
    person = "enrollment__employee"
    list_display = ["enrollment", "to_run", "asked_at", "settled_at", "granted"]
    list_filter = ["granted", ("settled_at", GivenFilter)]
    list_select_related = ["enrollment__employee", "enrollment__run__course", "to_run__course"]
    search_fields = ["enrollment__employee__name", "enrollment__employee__employee_number", "reason"]
    search_help_text = "職員番号、氏名、カナ、理由で探します。"
    date_hierarchy = "asked_at"


@admin.register(Enrollment)
class EnrollmentAdmin(PersonSearch, CorrectionAdmin):
    """A state is changed by its workflow alone."""

    list_display = ["employee", "run", "status", "requested_at"]
    list_filter = ["status", "run__fiscal_year"]
    list_select_related = ["employee", "run__course"]
    search_fields = ["employee__name", "employee__employee_number", "course__name", "course__code"]
    search_help_text = "職員番号、氏名、カナ、研修で探します。"
    date_hierarchy = "requested_at"
    fields = [
        "employee", "run", "status", "requested_at", "confirmed_at", "answer_by", "reason", "supplement",
        "called_off_as", "moved_from", "score", "substitutes",
    ]  # fmt: skip
    readonly_fields = [
        "employee", "run", "status", "requested_at", "confirmed_at", "answer_by", "called_off_as", "moved_from",
        "score", "substitutes",
    ]  # fmt: skip

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Interest)
class InterestAdmin(PersonSearch, CorrectionAdmin):
    list_display = ["employee", "course", "registered_at", "withdrawn_at"]
    list_filter = ["course", ("withdrawn_at", GivenFilter)]
    list_select_related = ["employee", "course"]
    search_fields = ["employee__name", "employee__employee_number", "course__name", "course__code"]
    search_help_text = "職員番号、氏名、カナ、研修で探します。"
    autocomplete_fields = ["employee", "course"]
    date_hierarchy = "registered_at"


class OfPerson(PersonSearch, CorrectionAdmin):
    """Facts about a person: written by services, corrected here."""

    search_fields = ["employee__name", "employee__employee_number"]
    search_help_text = "職員番号、氏名、カナで探します。"

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Attendance)
class AttendanceAdmin(OfPerson):
    person = "enrollment__employee"
    list_display = ["enrollment", "session", "presence", "minutes", "recorded_at"]
    list_filter = ["presence", "session__run__fiscal_year"]
    list_select_related = ["enrollment__employee", "enrollment__run__course", "session__run__course"]
    search_fields = ["enrollment__employee__name", "enrollment__employee__employee_number"]
    date_hierarchy = "recorded_at"
    readonly_fields = ["enrollment", "session", "recorded_at"]


@admin.register(Completion)
class CompletionAdmin(OfPerson):
    """Corrections with consequences (revoking, another day) have a page of their own on the site."""

    list_display = ["employee", "course", "fiscal_year", "completed_on", "source", "hours", "score", "revoked_at"]
    list_filter = ["fiscal_year", "source", "course", ("revoked_at", GivenFilter)]
    list_select_related = ["employee", "course"]
    date_hierarchy = "completed_on"
    readonly_fields = [
        "employee", "course", "fiscal_year", "completed_on", "started_on", "source", "enrollment", "recorded_at",
        "revoked_at", "revoked_reason",
    ]  # fmt: skip


@admin.register(Requirement)
class RequirementAdmin(CorrectionAdmin):
    list_display = ["name", "course", "obliges", "first_year", "last_year", "every_years", "due_month", "due_day"]
    list_filter = ["obliges", "first_year"]
    list_select_related = ["course"]
    search_fields = ["name", "course__name", "course__code"]
    search_help_text = "名称、研修で探します。"
    autocomplete_fields = ["course"]


@admin.register(Obligation)
class ObligationAdmin(OfPerson):
    list_display = ["employee", "requirement", "fiscal_year", "obliged_on", "due_on", "lifted_on"]
    list_filter = ["fiscal_year", "requirement", ("lifted_on", GivenFilter)]
    list_select_related = ["employee", "requirement"]
    date_hierarchy = "due_on"
    readonly_fields = ["requirement", "employee", "fiscal_year", "counts_from", "counts_until", "present_from"]


@admin.register(Certificate)
class CertificateAdmin(PersonSearch, LookOnlyAdmin):
    list_display = ["__str__", "issue", "name", "title", "issued_on", "revoked_on"]
    list_filter = ["fiscal_year", ("revoked_on", GivenFilter)]
    search_fields = ["name", "code"]
    search_help_text = "職員番号、氏名、カナで探します。"
    date_hierarchy = "issued_on"


@admin.register(CertificateText)
class CertificateTextAdmin(LookOnlyAdmin):
    """Worded on a page of its own on the site."""

    list_display = ["kind", "title", "issuer"]
    list_filter = ["kind"]
    search_fields = ["title", "issuer", "body"]
    search_help_text = "題名、発行者、本文で探します。"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(PersonSearch, LookOnlyAdmin):
    list_display = ["employee", "created_at", "revoked_at"]
    list_filter = [("revoked_at", GivenFilter)]
    list_select_related = ["employee"]
    search_fields = ["employee__name", "employee__employee_number"]
    search_help_text = "職員番号、氏名、カナで探します。"
    date_hierarchy = "created_at"


@admin.register(DroppedMeeting)
class DroppedMeetingAdmin(LookOnlyAdmin):
    list_display = ["run", "starts_at", "ends_at", "dropped_at"]
    list_filter = ["run__fiscal_year"]
    list_select_related = ["run__course"]
    search_fields = ["run__course__name", "run__course__code"]
    search_help_text = "研修名、研修コードで探します。"
    date_hierarchy = "starts_at"
