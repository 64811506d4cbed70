"""所属 and how they followed one another, in the admin."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter
from aomori_dx.kernel.table_admin import TableAdmin
from staff.admin.tables import DepartmentResource
from staff.models import Department, Succession


class BureauFilter(admin.SimpleListFilter):
    """The departments of one 部局."""

    title = "部局"
    parameter_name = "bureau"

    def lookups(self, request, model_admin):
        return [(str(bureau.pk), _dated(bureau)) for bureau in Department.objects.bureaus()]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        return queryset.filter(parent=int(chosen)) if chosen.isdigit() else queryset


def _dated(bureau: Department) -> str:
    """A bureau that has ended says so: its name may be used again."""
    return bureau.name if bureau.valid_to is None else f"{bureau.name}(廃止)"


@admin.register(Department)
class DepartmentAdmin(TableAdmin):
    resource_classes = [DepartmentResource]
    list_display = ["code", "name", "kind", "parent", "nominates", "valid_from", "valid_to"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", "nominates", ("valid_to", GivenFilter), BureauFilter]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "short_name"]
    search_help_text = "所属コード、名称、略称で探します。"
    autocomplete_fields = ["parent"]
    date_hierarchy = "valid_from"
    fields = [
        "code", "name", "short_name", "kind", "parent", "nominates", "sort_order", "valid_from", "valid_to",
    ]  # fmt: skip

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Department.objects.bureaus()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Succession)
class SuccessionAdmin(CorrectionAdmin):
    """A wrong pair may go: what people remember of a department does not hang on it."""

    deletable = True
    list_display = ["on", "predecessor", "successor", "kind", "rank"]
    list_display_links = ["predecessor", "successor"]
    list_filter = ["kind", "on"]
    list_select_related = ["predecessor", "successor"]
    search_fields = ["predecessor__name", "predecessor__code", "successor__name", "successor__code"]
    search_help_text = "旧所属か新所属の名称、所属コードで探します。"
    autocomplete_fields = ["predecessor", "successor"]
    date_hierarchy = "on"
