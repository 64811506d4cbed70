"""年度の育成: a promoter's year in one stage."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from stages.models.curriculum import Curriculum
from stages.models.promoter import Promoter
from stages.models.stage import GrowthStage
from stages.models.track import CareerTrack
from stages.querysets import StageEnrollmentQuerySet


class StageStatus(models.TextChoices):
    IN_PROGRESS = "in_progress", "受講中"
    COMPLETED = "completed", "修了"
    NOT_COMPLETED = "not_completed", "未修了"
    SUSPENDED = "suspended", "中断"
    WITHDRAWN = "withdrawn", "辞退"


class StageOutcome(models.TextChoices):
    COMPLETED = "completed", "修了"
    REPEAT = "repeat", "再履修"
    CARRY_ON = "carry_on", "継続"
    SUSPENDED = "suspended", "中断"
    WITHDRAWN = "withdrawn", "辞退"
    RECOGNISED = "recognised", "認定"


class StageEnrollment(models.Model):
    """Promoter × fiscal year × stage. `status_on` is the day since which the status holds.

    `curriculum`: the version by which the promoter is judged (rule 8). `outcome`: the judgement of the year (R23), by
    whom and why; a draft that nobody is told of until it is decided on `judged_on`.
    """

    gathered: Any = None
    """What the rules ask for, where it was read for many years at once (`rules.progression.gather`)."""

    promoter = models.ForeignKey(
        Promoter, on_delete=models.PROTECT, related_name="enrollments", verbose_name="DX推進員"
    )
    fiscal_year = FiscalYearField("年度")
    stage = models.ForeignKey(
        GrowthStage, on_delete=models.PROTECT, related_name="enrollments", verbose_name="育成ステージ"
    )
    started_on = models.DateField("開始日")
    status = models.CharField("状態", max_length=15, choices=StageStatus, default=StageStatus.IN_PROGRESS)
    status_on = models.DateField("状態の日付")

    track = models.ForeignKey(
        CareerTrack,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enrollments",
        verbose_name="キャリアプラン",
    )
    curriculum = models.ForeignKey(
        Curriculum,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enrollments",
        verbose_name="カリキュラム",
    )
    outcome = models.CharField("判定", max_length=10, choices=StageOutcome, blank=True)
    outcome_reason = models.TextField("判定の理由", blank=True)
    judged_by_name = models.CharField("判定した人", max_length=100, blank=True)
    judged_on = models.DateField("判定日", null=True, blank=True)

    objects = StageEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度の育成"
        ordering = ["promoter", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(  # rule 9: one stage a fiscal year
                fields=["promoter", "fiscal_year"],
                name="enrollment_one_stage_a_year",
                violation_error_message="この年度の育成はすでに登録されています。",
            ),
            models.UniqueConstraint(  # a completed stage is not taken again
                fields=["promoter", "stage"],
                condition=Q(status="completed"),
                name="enrollment_stage_completed_once",
                violation_error_message="このステージはすでに修了しています。",
            ),
            models.CheckConstraint(
                name="enrollment_status_not_before_start",
                condition=Q(status_on__gte=F("started_on")),
                violation_error_message="状態の日付は開始日以後にしてください。",
            ),
        ]
        indexes = [models.Index(fields=["fiscal_year", "stage"], name="enrollment_of_year")]

    def __str__(self) -> str:
        return f"{self.promoter} {self.fiscal_year} {self.stage}"
