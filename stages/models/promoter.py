"""DX推進員: an appointed person, once in a lifetime."""

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Department, Employee
from stages.querysets import PromoterQuerySet


class Route(models.TextChoices):
    RECOMMENDED = "recommended", "推薦枠"
    SELF = "self", "自薦枠"


class Promoter(models.Model):
    """`cohort` is the fiscal year of appointment and never changes; `department` is the one that nominated."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="promotions", verbose_name="職員")
    cohort = FiscalYearField("任命年度")
    route = models.CharField("枠", max_length=12, choices=Route)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="promoters", verbose_name="推薦所属"
    )
    appointed_on = models.DateField("任命年月日")
    withdrawn_on = models.DateField("辞退日", null=True, blank=True)
    withdrawal_reason = models.TextField("辞退の理由", blank=True)

    objects = PromoterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "DX推進員"
        ordering = ["cohort", "department__sort_order", "department__code", "employee__employee_number"]
        constraints = [
            models.UniqueConstraint(  # rule 2
                fields=["employee"],
                name="promoter_once_in_a_lifetime",
                violation_error_message="この職員はすでにDX推進員に任命されています。",
            ),
            models.CheckConstraint(
                name="promoter_withdraws_after_appointment",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("appointed_on")),
                violation_error_message="辞退日は任命年月日以後にしてください。",
            ),
        ]
        indexes = [models.Index(fields=["cohort", "route"], name="promoter_of_cohort")]

    def __str__(self) -> str:
        return f"{self.employee.name}({self.cohort.short})"
