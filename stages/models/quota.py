"""枠: who need not nominate, and what the quota job computed."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Department
from stages.models.plan import PlanRevision
from stages.querysets import QuotaSnapshotQuerySet


class Exemption(models.Model):
    """A department that owes no nomination in a fiscal year, with the reason (小規模所属 and the like)."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="exemptions", verbose_name="所属")
    fiscal_year = FiscalYearField("年度")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "推薦の免除"
        ordering = ["fiscal_year", "department__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "fiscal_year"],
                name="exemption_once_per_year",
                violation_error_message="この年度の免除はすでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.fiscal_year}"


class QuotaSnapshot(models.Model):
    """The figures of one fiscal year as of a day, computed from facts whose digest it keeps.

    The same facts give the same row: `confirmed_at` then says when they were last looked at.
    """

    revision = models.ForeignKey(
        PlanRevision, on_delete=models.PROTECT, related_name="snapshots", verbose_name="計画の改定"
    )
    fiscal_year = FiscalYearField("年度")
    as_of = models.DateField("基準日")
    inputs_digest = models.CharField("入力の要約値", max_length=64)
    figures = models.JSONField("数値", encoder=DjangoJSONEncoder)
    computed_at = models.DateTimeField("計算日時")
    confirmed_at = models.DateTimeField("最終確認日時")

    objects = QuotaSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "枠の計算結果"
        ordering = ["-as_of", "-confirmed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "fiscal_year", "as_of", "inputs_digest"],
                name="quota_same_facts_same_snapshot",
                violation_error_message="同じ入力の計算結果がすでにあります。",
            ),
        ]
        indexes = [models.Index(fields=["fiscal_year", "-as_of", "-confirmed_at"], name="quota_newest_of_year")]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.as_of}"
