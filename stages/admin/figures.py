"""The computed figures in the admin, and the wish for new ones when a fact was corrected."""

from datetime import datetime
from typing import Any

from django.contrib import admin

from aomori_dx.kernel.admin import pretty
from aomori_dx.kernel.admin_base import LookOnlyAdmin
from aomori_dx.kernel.corrections import corrected
from staff.models import Absence, Department, Employee, Posting, Succession
from stages.models import (
    AnnualTarget,
    Exemption,
    GrowthStage,
    PlanRevision,
    Promoter,
    QuotaSnapshot,
    StageEnrollment,
    TrainingPlan,
)
from stages.services import quotas

FACTS = (
    Absence, AnnualTarget, Department, Employee, Exemption, GrowthStage, PlanRevision, Posting, Promoter,
    StageEnrollment, Succession, TrainingPlan,
)  # fmt: skip
"""What the figures are computed from."""


def ask_for_figures(sender: type, *, by: Any, at: datetime, **_: Any) -> None:
    """A corrected fact makes the figures old: have them computed again."""
    quotas.request(by=by, at=at)


for _fact in FACTS:
    corrected.connect(ask_for_figures, sender=_fact, dispatch_uid=f"figures:{_fact.__name__}")


@admin.register(QuotaSnapshot)
class QuotaSnapshotAdmin(LookOnlyAdmin):
    """What the job computed. A wrong figure is put right by correcting the fact behind it."""

    list_display = ["fiscal_year", "as_of", "revision", "computed_at", "confirmed_at"]
    list_display_links = ["fiscal_year", "as_of"]
    list_filter = ["fiscal_year", "as_of"]
    list_select_related = ["revision__plan"]
    search_fields = ["revision__plan__name", "inputs_digest"]
    search_help_text = "計画の名称、入力の要約値で探します。"
    date_hierarchy = "as_of"
    fields = ["fiscal_year", "as_of", "revision", "figures_text", "inputs_digest", "computed_at", "confirmed_at"]

    @admin.display(description="数値")
    def figures_text(self, snapshot):
        return pretty(snapshot.figures)
