"""The plan and its stages in the admin."""

from django.contrib import admin

from aomori_dx.kernel.admin_base import CorrectionAdmin
from aomori_dx.kernel.table_admin import TableAdmin
from stages.admin.tables import AnnualTargetResource, ExemptionResource, GrowthStageResource
from stages.models import AnnualTarget, Exemption, GrowthStage, PlanRevision, TrainingPlan


@admin.register(TrainingPlan)
class TrainingPlanAdmin(CorrectionAdmin):
    list_display = ["name", "code", "first_year", "last_year", "source"]
    list_filter = ["first_year"]
    search_fields = ["name", "code", "source"]
    search_help_text = "名称、コード、根拠で探します。"


@admin.register(PlanRevision)
class PlanRevisionAdmin(CorrectionAdmin):
    list_display = ["plan", "number", "decided_on", "effective_from", "author"]
    list_display_links = ["plan", "number"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["plan__name", "reason", "author"]
    search_help_text = "計画の名称、改定の理由、決定者で探します。"
    autocomplete_fields = ["plan"]
    date_hierarchy = "effective_from"


@admin.register(AnnualTarget)
class AnnualTargetAdmin(TableAdmin):
    deletable = True
    resource_classes = [AnnualTargetResource]
    list_display = ["fiscal_year", "new_promoters", "reference_date", "revision"]
    list_filter = ["fiscal_year", "revision"]
    list_select_related = ["revision__plan"]
    search_fields = ["revision__plan__name"]
    search_help_text = "計画の名称で探します。"
    autocomplete_fields = ["revision"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("revision__plan")


@admin.register(GrowthStage)
class GrowthStageAdmin(TableAdmin):
    deletable = True
    resource_classes = [GrowthStageResource]
    list_display = ["number", "name", "description"]
    list_display_links = ["number", "name"]
    list_filter = ["number"]
    search_fields = ["name", "description"]
    search_help_text = "名称、内容で探します。"


@admin.register(Exemption)
class ExemptionAdmin(TableAdmin):
    deletable = True
    resource_classes = [ExemptionResource]
    list_display = ["fiscal_year", "department", "reason"]
    list_display_links = ["department"]
    list_filter = ["fiscal_year"]
    list_select_related = ["department"]
    search_fields = ["department__name", "department__code", "reason"]
    search_help_text = "所属の名称、所属コード、理由で探します。"
    autocomplete_fields = ["department"]
