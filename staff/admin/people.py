"""職員, 配属 and 休職等 in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.urls import reverse

from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter
from aomori_dx.kernel.admin_forms import CorrectionForm
from aomori_dx.kernel.table_admin import TableAdmin
from staff.admin.tables import EmployeeResource, PostingResource
from staff.models import Absence, Employee, Posting
from staff.services.corrections import hold_people


class PersonSearch(admin.ModelAdmin):
    """Finds rows by their person, whatever the way of writing (髙 and 高, kana and width), or by a place.

    `person`: the path to the employee; `places`: lookups that a word is compared with as well.
    """

    person = "employee"
    places: tuple[str, ...] = ()

    def get_search_results(self, request, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        word = search_term.strip()
        if not word:
            return queryset, False
        people = Employee.objects.search(word)
        found = Q(**{f"{self.person}__in": people.values("pk")}) if self.person else Q(pk__in=people.values("pk"))
        for place in self.places:
            found |= Q(**{place: word})
        return queryset.filter(found), False


class OneAtATimeForm(CorrectionForm):
    """Holds the person while their periods are compared: two officers cannot make them overlap (rule 1)."""

    def lock(self) -> None:
        chosen = self.cleaned_data.get("employee")
        hold_people([self.instance.employee_id, chosen.pk if chosen else None])


@admin.register(Employee)
class EmployeeAdmin(PersonSearch, TableAdmin):
    resource_classes = [EmployeeResource]
    person = ""
    list_display = ["employee_number", "name", "kana", "employment_type", "hired_on", "left_on", "email"]
    list_display_links = ["employee_number", "name"]
    list_filter = ["employment_type", ("left_on", GivenFilter)]
    search_fields = ["employee_number", "name", "kana", "former_name"]
    search_help_text = "職員番号、氏名、カナ、旧姓で探します。異体字や全角・半角の違いは気にせず入力できます。"
    confidential_records = ("休職等",)  # a roster that says why somebody is away is recorded with the person

    def object_links(self, request, obj: Any):
        """From the person to what the person's record is made of."""
        lists = {"配属": "posting", "休職等": "absence"}
        return [
            (f"{reverse(f'admin:staff_{model}_changelist')}?employee__id__exact={obj.pk}", words)
            for words, model in lists.items()
        ]


@admin.register(Posting)
class PostingAdmin(PersonSearch, TableAdmin):
    form = OneAtATimeForm
    resource_classes = [PostingResource]
    places = ("department__name__icontains", "department__code", "title")
    list_display = [
        "employee", "department", "title", "is_primary", "is_head", "is_manager", "valid_from", "valid_to",
    ]  # fmt: skip
    list_filter = ["is_primary", "is_head", "is_manager", ("valid_to", GivenFilter)]
    list_select_related = ["employee", "department"]
    search_fields = ["employee__name", "employee__employee_number", "department__name", "title"]
    search_help_text = "職員番号、氏名、カナ、所属、補職名で探します。"
    autocomplete_fields = ["employee", "department"]
    date_hierarchy = "valid_from"
    fields = [
        "employee", "department", "title", "is_primary", "is_head", "is_manager", "posted_on", "valid_from", "valid_to",
    ]  # fmt: skip


@admin.register(Absence)
class AbsenceAdmin(PersonSearch, CorrectionAdmin):
    """Why somebody is away is for those who may correct it; the others see that somebody is."""

    form = OneAtATimeForm
    confidential = ("reason",)
    list_display = ["employee", "reason", "valid_from", "valid_to"]
    list_filter = ["reason", ("valid_to", GivenFilter)]
    list_select_related = ["employee"]
    search_fields = ["employee__name", "employee__employee_number"]
    search_help_text = "職員番号、氏名、カナで探します。"
    autocomplete_fields = ["employee"]
    date_hierarchy = "valid_from"
    fields = ["employee", "reason", "valid_from", "valid_to"]
