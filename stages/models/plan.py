"""育成計画: what the policy promises, revision by revision. 200 and 1,000 are rows here, not constants."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from stages.querysets import TrainingPlanQuerySet


class TrainingPlan(models.Model):
    """The plan of a policy period (R6–R10)."""

    code = models.SlugField("コード", max_length=40)
    name = models.CharField("名称", max_length=100)
    first_year = FiscalYearField("初年度")
    last_year = FiscalYearField("最終年度")
    source = models.CharField("根拠", max_length=200, blank=True)

    objects = TrainingPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "育成計画"
        ordering = ["first_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="plan_one_per_code", violation_error_message="同じコードの計画があります。"
            ),
            models.CheckConstraint(
                name="plan_ends_after_it_starts",
                condition=Q(last_year__gte=F("first_year")),
                violation_error_message="最終年度は初年度以後にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanRevisionQuerySet(models.QuerySet):
    def in_force(self, day: date):
        """Revisions in force on `day`, newest first: the first is the one that counts."""
        return self.filter(effective_from__lte=day).order_by("-effective_from", "-number")


class PlanRevision(models.Model):
    """The plan as decided on a day, with its reason (随時見直し). Older revisions stay."""

    plan = models.ForeignKey(TrainingPlan, on_delete=models.PROTECT, related_name="revisions", verbose_name="計画")
    number = models.PositiveSmallIntegerField("版")
    decided_on = models.DateField("決定日")
    effective_from = models.DateField("適用日")
    reason = models.TextField("理由")
    author = models.CharField("決定者", max_length=100)

    objects = PlanRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "計画の改定"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="revision_numbered_once",
                violation_error_message="この版はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} 第{self.number}版"


class AnnualTarget(models.Model):
    """What a revision plans for one fiscal year. `new_promoters` counts people newly appointed: stage ①'s plan."""

    revision = models.ForeignKey(
        PlanRevision, on_delete=models.PROTECT, related_name="targets", verbose_name="計画の改定"
    )
    fiscal_year = FiscalYearField("年度")
    new_promoters = models.PositiveIntegerField("新規任命の目標(人)")
    reference_date = models.DateField(
        "推薦所属の基準日", null=True, blank=True, help_text="空欄のときは年度の4月1日です。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "年度目標"
        ordering = ["revision", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "fiscal_year"],
                name="target_one_per_year",
                violation_error_message="この年度の目標はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.new_promoters}人"
