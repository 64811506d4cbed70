"""Surveys in the admin: looked at only. Questions change by new versions, and answers are nobody's to correct."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import GivenFilter, LookOnlyAdmin
from staff.admin.people import PersonSearch
from training.models import (
    FollowUp,
    Question,
    Questionnaire,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
)

OF_RUN = ["survey__run__course__name", "survey__run__course__code"]
BY_COURSE = "研修名、研修コードで探します。"


@admin.register(Questionnaire)
class QuestionnaireAdmin(LookOnlyAdmin):
    list_display = ["__str__", "course", "version", "written_at", "retired_at"]
    list_filter = [("retired_at", GivenFilter)]
    list_select_related = ["course"]
    search_fields = ["course__name", "course__code"]
    search_help_text = BY_COURSE


@admin.register(Question)
class QuestionAdmin(LookOnlyAdmin):
    list_display = ["questionnaire", "position", "kind", "text", "is_required"]
    list_filter = ["kind"]
    list_select_related = ["questionnaire__course"]
    search_fields = ["text"]
    search_help_text = "質問で探します。"


@admin.register(Survey)
class SurveyAdmin(LookOnlyAdmin):
    list_display = ["run", "questionnaire", "opened_at"]
    list_filter = ["run__fiscal_year"]
    list_select_related = ["run__course", "questionnaire__course"]
    search_fields = ["run__course__name", "run__course__code"]
    search_help_text = BY_COURSE


@admin.register(SurveyInvitation)
class SurveyInvitationAdmin(PersonSearch, LookOnlyAdmin):
    person = "enrollment__employee"
    list_display = ["enrollment", "asked_on", "closes_on", "answered_on"]
    list_filter = ["survey__run__fiscal_year", ("answered_on", GivenFilter)]
    list_select_related = ["enrollment__employee", "enrollment__run__course"]
    search_fields = ["enrollment__employee__name", "enrollment__employee__employee_number"]
    search_help_text = "職員番号、氏名、カナで探します。"


@admin.register(SurveyResponse)
class SurveyResponseAdmin(LookOnlyAdmin):
    list_display = ["survey"]
    list_filter = ["survey__run__fiscal_year"]
    list_select_related = ["survey__run__course"]
    search_fields = OF_RUN
    search_help_text = BY_COURSE


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(LookOnlyAdmin):
    list_display = ["question", "number", "text"]
    list_filter = ["question__kind", "response__survey__run__fiscal_year"]
    list_select_related = ["question"]
    search_fields = ["question__text"]
    search_help_text = "質問で探します。"


@admin.register(FollowUp)
class FollowUpAdmin(PersonSearch, LookOnlyAdmin):
    person = "enrollment__employee"
    list_display = ["enrollment", "department", "asked_on", "due_on", "usage", "answered_at"]
    list_filter = ["usage", "enrollment__run__fiscal_year"]
    list_select_related = ["enrollment__employee", "enrollment__run__course", "department"]
    search_fields = ["enrollment__employee__name", "enrollment__employee__employee_number", "department__name"]
    search_help_text = "職員番号、氏名、カナ、所属で探します。"
    date_hierarchy = "due_on"
