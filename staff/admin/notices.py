"""お知らせ in the admin: to look at. They are written with their cause and taken back with it."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import GivenFilter, LookOnlyAdmin
from staff.models import Notice, NoticeLetter


@admin.register(Notice)
class NoticeAdmin(LookOnlyAdmin):
    list_display = ["title", "employee", "department", "office", "due", "written_at", "cancelled_at"]
    list_filter = ["office", ("digested_at", GivenFilter), ("cancelled_at", GivenFilter)]
    list_select_related = ["employee", "department"]
    search_fields = ["title", "body", "employee__name", "employee__employee_number", "department__name"]
    search_help_text = "件名、本文、宛先で探します。"
    date_hierarchy = "written_at"


@admin.register(NoticeLetter)
class NoticeLetterAdmin(LookOnlyAdmin):
    """Which letter told of which notice."""

    list_display = ["notice", "letter"]
    list_filter = ["letter__sent_at"]
    list_select_related = ["notice", "letter"]
    search_fields = ["notice__title", "letter__to"]
    search_help_text = "お知らせの件名、メールの宛先で探します。"
