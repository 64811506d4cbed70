"""Curricula, progress, practice, the turn of the year: looked at here, written by their pages on the site."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import GivenFilter, LookOnlyAdmin
from staff.admin.people import PersonSearch
from stages.models import (
    ContinuationWish,
    Curriculum,
    CurriculumItem,
    ExaminationResult,
    PracticeAttachment,
    PracticeComment,
    PracticeReport,
    ProgressRuling,
    Rollover,
    RolloverMove,
    StageProgress,
    WishCall,
)

BY_PERSON = "職員番号、氏名、カナで探します。"


@admin.register(Curriculum)
class CurriculumAdmin(LookOnlyAdmin):
    list_display = ["__str__", "fiscal_year", "version", "state", "valid_from", "deadline"]
    list_filter = ["fiscal_year", "stage", "track", "state"]
    list_select_related = ["stage", "track"]
    search_fields = ["stage__name", "track__name", "reason"]
    search_help_text = "ステージ、キャリアプラン、改定の理由で探します。"


@admin.register(CurriculumItem)
class CurriculumItemAdmin(LookOnlyAdmin):
    list_display = ["title", "curriculum", "kind", "course", "hours", "is_required", "due_on"]
    list_filter = ["kind", "is_required", "curriculum__fiscal_year"]
    list_select_related = ["curriculum__stage", "curriculum__track", "course"]
    search_fields = ["title", "course__code", "skill"]
    search_help_text = "項目名、研修コード、スキル標準で探します。"


@admin.register(ProgressRuling)
class ProgressRulingAdmin(PersonSearch, LookOnlyAdmin):
    person = "enrollment__promoter__employee"
    list_display = ["enrollment", "item", "kind", "ruled_on", "by_name", "revoked_at"]
    list_filter = ["kind", ("revoked_at", GivenFilter)]
    list_select_related = ["enrollment__promoter__employee", "enrollment__stage", "item"]
    search_fields = ["enrollment__promoter__employee__name"]
    search_help_text = BY_PERSON
    date_hierarchy = "ruled_on"


@admin.register(StageProgress)
class StageProgressAdmin(PersonSearch, LookOnlyAdmin):
    person = "enrollment__promoter__employee"
    list_display = ["enrollment", "standing", "done", "asked", "met_on", "computed_at"]
    list_filter = ["standing", "enrollment__fiscal_year"]
    list_select_related = ["enrollment__promoter__employee", "enrollment__stage"]
    search_fields = ["enrollment__promoter__employee__name"]
    search_help_text = BY_PERSON


@admin.register(PracticeReport)
class PracticeReportAdmin(PersonSearch, LookOnlyAdmin):
    person = "enrollment__promoter__employee"
    places = ("title__icontains", "tool__icontains")
    list_display = ["title", "enrollment", "status", "submitted_at", "approved_on"]
    list_filter = ["status", "enrollment__fiscal_year"]
    list_select_related = ["enrollment__promoter__employee", "enrollment__stage"]
    search_fields = ["title", "tool"]
    search_help_text = "職員番号、氏名、カナ、実践テーマ、手段で探します。"


@admin.register(PracticeComment)
class PracticeCommentAdmin(LookOnlyAdmin):
    list_display = ["report", "by_name", "written_at"]
    list_filter = ["report__status"]
    list_select_related = ["report"]
    search_fields = ["report__title", "by_name"]
    search_help_text = "実践テーマ、書いた人で探します。"
    date_hierarchy = "written_at"


@admin.register(PracticeAttachment)
class PracticeAttachmentAdmin(LookOnlyAdmin):
    list_display = ["name", "report", "content_type", "size", "removed_at"]
    list_filter = [("removed_at", GivenFilter)]
    list_select_related = ["report"]
    search_fields = ["name", "report__title"]
    search_help_text = "ファイル名、実践テーマで探します。"
    exclude = ["content"]


@admin.register(ContinuationWish)
class ContinuationWishAdmin(PersonSearch, LookOnlyAdmin):
    person = "promoter__employee"
    list_display = ["promoter", "fiscal_year", "answer", "track", "answered_at"]
    list_filter = ["fiscal_year", "answer", "track"]
    list_select_related = ["promoter__employee", "track"]
    search_fields = ["promoter__employee__name"]
    search_help_text = BY_PERSON


@admin.register(WishCall)
class WishCallAdmin(LookOnlyAdmin):
    list_display = ["__str__", "opens_on", "closes_on", "issued_at"]
    list_filter = ["fiscal_year", ("issued_at", GivenFilter)]
    search_fields = ["words"]
    search_help_text = "案内文で探します。"


@admin.register(ExaminationResult)
class ExaminationResultAdmin(PersonSearch, LookOnlyAdmin):
    person = "promoter__employee"
    places = ("name__icontains",)
    list_display = ["promoter", "name", "passed_on", "state", "confirmed_on"]
    list_filter = ["state", "name"]
    list_select_related = ["promoter__employee"]
    search_fields = ["name"]
    search_help_text = "職員番号、氏名、カナ、資格・検定で探します。"
    date_hierarchy = "passed_on"
    exclude = ["proof"]


@admin.register(Rollover)
class RolloverAdmin(LookOnlyAdmin):
    list_display = ["__str__", "state", "planned_by_name", "planned_at", "finished_at"]
    list_filter = ["fiscal_year", "state"]
    search_fields = ["planned_by_name", "started_by_name"]
    search_help_text = "確認した人、実行した人で探します。"


@admin.register(RolloverMove)
class RolloverMoveAdmin(PersonSearch, LookOnlyAdmin):
    person = "promoter__employee"
    list_display = ["promoter", "rollover", "kind", "stage", "why", "done_at"]
    list_filter = ["rollover", "kind", "stage"]
    list_select_related = ["promoter__employee", "rollover", "stage"]
    search_fields = ["promoter__employee__name"]
    search_help_text = BY_PERSON
