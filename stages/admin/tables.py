"""The tables of the programme."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from import_export.fields import Field

from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.resources import Cell, CorrectionResource
from staff.admin.cells import DepartmentCell, employee_cell
from staff.services.corrections import hold_people
from stages.effects import appointment
from stages.models import AnnualTarget, Exemption, GrowthStage, PlanRevision, Promoter

COHORT_STAYS = "任命年度は、いちど決まると変わりません。"


def _revision(value: object) -> PlanRevision:
    code, _, number = cells.text(value).rpartition("/")
    found = PlanRevision.objects.filter(plan__code=code, number=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise ValueError("「計画のコード/版の番号」(例: r6-r10/1)で、登録されている改定を指定してください。")
    return found


def _first_day(value: object) -> date:
    return cells.fiscal_year(value).first_day


class AnnualTargetResource(CorrectionResource):
    """年度目標, by revision and year."""

    natural_key = ("revision", "fiscal_year")
    revision = Field(
        "revision", "計画の改定", Cell(_revision, lambda revision: f"{revision.plan.code}/{revision.number}", None)
    )

    class Meta:
        model = AnnualTarget
        fields = ("id", "revision", "fiscal_year", "new_promoters", "reference_date")
        skip_unchanged = True
        clean_model_instances = True


class GrowthStageResource(CorrectionResource):
    """育成ステージ, by number."""

    natural_key = ("number",)

    class Meta:
        model = GrowthStage
        fields = ("id", "number", "name", "description")
        skip_unchanged = True
        clean_model_instances = True


class ExemptionResource(CorrectionResource):
    """推薦の免除, by department and year."""

    natural_key = ("department", "fiscal_year")
    department = Field("department", "所属コード", DepartmentCell("年度", _first_day))
    department_name = Field("department__name", "所属名", readonly=True)

    class Meta:
        model = Exemption
        fields = ("id", "department", "department_name", "fiscal_year", "reason")
        skip_unchanged = True
        clean_model_instances = True


class PromoterResource(CorrectionResource):
    """DX推進員, by person. A new row is an appointment, with all that an appointment brings."""

    natural_key = ("employee",)
    records_new = False
    employee = Field("employee", "職員番号", employee_cell())
    employee_name = Field("employee__name", "氏名", readonly=True)
    department = Field("department", "所属コード", DepartmentCell("任命年月日"))
    department_name = Field("department__name", "推薦所属名", readonly=True)

    class Meta:
        model = Promoter
        fields = (
            "id", "employee", "employee_name", "cohort", "route", "department", "department_name", "appointed_on",
            "withdrawn_on", "withdrawal_reason",
        )  # fmt: skip
        skip_unchanged = True
        clean_model_instances = True

    def import_instance(self, instance, row, **kwargs):
        cohort = instance.cohort if instance.pk else None
        super().import_instance(instance, row, **kwargs)
        if cohort is not None and instance.cohort != cohort:
            raise ValidationError({"cohort": COHORT_STAYS})

    def lock(self, instance):
        hold_people([instance.employee_id])

    def save_instance(self, instance, is_create, row, **kwargs):
        if not is_create:
            super().save_instance(instance, is_create, row, **kwargs)
            return
        with constraints_as_rules(), transaction.atomic():
            appoint(instance, by=kwargs["by"], at=kwargs["at"], reason=kwargs["reason"])


def appoint(promoter: Promoter, *, by, at, reason: str) -> None:
    """One appointment, with stage ①. Raises RuleBroken where the stages are not there yet."""
    if not GrowthStage.objects.filter(number=1).exists():
        raise RuleBroken("育成ステージ①が登録されていません。先に育成ステージを登録してください。")
    appointment.appoint_all([promoter], by=by, at=at, reason=reason)
