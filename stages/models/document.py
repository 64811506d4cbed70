"""通知書: the wording of the notices that the office prints."""

from django.db import models


class DocumentKind(models.TextChoices):
    DECISION = "decision", "決定通知"
    APPOINTMENT = "appointment", "任命通知"
    DECLINED = "declined", "不採用通知"
    CALL = "call", "推薦依頼"


class DocumentText(models.Model):
    """What one kind of notice says, with placeholders like {氏名}. Without a row the wording of the code counts.

    `dated`: the day on the notice; without it the day of the decision, or on which the call was issued.
    """

    kind = models.CharField("種類", max_length=15, choices=DocumentKind)
    number = models.CharField("文書番号", max_length=100, blank=True)
    dated = models.DateField("文書の日付", null=True, blank=True)
    sender = models.CharField("発信者名", max_length=200)
    title = models.CharField("件名", max_length=200)
    body = models.TextField("本文")

    class Meta:
        verbose_name = verbose_name_plural = "通知書の文面"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                name="document_text_one_per_kind",
                violation_error_message="この通知書の文面はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
