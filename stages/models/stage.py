"""育成ステージ: five by the policy, more by adding a row."""

from django.db import models


class GrowthStage(models.Model):
    """One step of the growth plan; `number` is its order, one a fiscal year."""

    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=50)
    description = models.TextField("内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "育成ステージ"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], name="stage_one_per_number", violation_error_message="同じ番号のステージがあります。"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """①業務効率化 (circled up to ⑳)"""
        sign = chr(0x2460 + self.number - 1) if self.number <= 20 else f"({self.number})"
        return f"{sign}{self.name}"
