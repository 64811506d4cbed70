"""所属長の代理 in the admin."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter
from aomori_dx.kernel.admin_forms import CorrectionForm
from staff.admin.people import PersonSearch
from staff.models import Deputy
from staff.services import deputies


class DeputyForm(CorrectionForm):
    """The place is held while its deputies are compared."""

    def lock(self) -> None:
        place = self.cleaned_data.get("department")
        if place:
            deputies.hold(place)


@admin.register(Deputy)
class DeputyAdmin(PersonSearch, CorrectionAdmin):
    """For dates that were typed wrong. Appointing and calling off have pages of their own on the site."""

    form = DeputyForm
    places = ("department__name__icontains", "department__code")
    list_display = ["department", "employee", "valid_from", "valid_to", "cancelled_at"]
    list_filter = [("cancelled_at", GivenFilter), "valid_from"]
    list_select_related = ["department", "employee"]
    search_fields = ["department__name", "employee__name", "employee__employee_number"]
    search_help_text = "所属、職員番号、氏名、カナで探します。"
    autocomplete_fields = ["department", "employee"]
    date_hierarchy = "valid_from"
    fields = ["department", "employee", "reason", "valid_from", "valid_to", "cancelled_at"]
    readonly_fields = ["cancelled_at"]
