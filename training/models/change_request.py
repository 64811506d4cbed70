"""変更の申出: what a person asks of the office when the day of one's own changes is over (R45)."""

from django.db import models
from django.db.models import Q

from training.models.enrollment import Enrollment
from training.models.run import CourseRun


class ChangeRequest(models.Model):
    """One wish of one booking: to give it up, or (`to_run`) to take another run. Settled once, by the office."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="change_requests", verbose_name="受講"
    )
    to_run = models.ForeignKey(
        CourseRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wished_changes",
        verbose_name="希望する回",
    )
    reason = models.TextField("理由")
    supplement = models.TextField("補足", blank=True)
    asked_at = models.DateTimeField("申出日時")
    settled_at = models.DateTimeField("処理日時", null=True, blank=True)
    granted = models.BooleanField("承認", null=True, blank=True)
    answer = models.TextField("回答", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "変更の申出"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(settled_at__isnull=True),
                name="change_request_one_open_per_booking",
                violation_error_message="この受講の変更は、すでに申し出ています。",
            ),
            models.CheckConstraint(
                name="change_request_has_reason",
                condition=~Q(reason=""),
                violation_error_message="変更の理由を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} {'変更' if self.to_run_id else '取消'}の申出"
