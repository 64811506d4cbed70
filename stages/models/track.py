"""キャリアプラン: what a promoter of stage ② and later aims at."""

from django.db import models


class CareerTrack(models.Model):
    """A direction of growth. Reference data: the office may add or rename."""

    code = models.SlugField("コード", max_length=20, db_index=False)
    name = models.CharField("名称", max_length=50)
    description = models.TextField("内容", blank=True)
    sort_order = models.PositiveSmallIntegerField("並び順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "キャリアプラン"
        ordering = ["sort_order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="track_one_per_code",
                violation_error_message="同じコードのキャリアプランがあります。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
