"""活用の確認: three months after a run the participant's head says whether it is used at work."""

from django.db import models
from django.db.models import Q

from staff.models import Department
from training.models.enrollment import Enrollment
from training.querysets import FollowUpQuerySet


class Usage(models.TextChoices):
    USED = "used", "使っている"
    PARTLY = "partly", "一部使っている"
    NOT_YET = "not_yet", "まだ使っていない"


class FollowUp(models.Model):
    """One participant. Asked is the post of `department`, where she worked on the day of asking; whoever holds it
    today answers, and changes the answer, until `closes_on` (included); `due_on` is the day that is asked for."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="follow_ups", verbose_name="受講")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="follow_ups", verbose_name="依頼先の所属"
    )
    asked_on = models.DateField("依頼日")
    due_on = models.DateField("期限")
    closes_on = models.DateField("受付の最終日")
    usage = models.CharField("活用の状況", max_length=8, choices=Usage, blank=True)
    words = models.TextField("補足", blank=True)
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活用の確認"
        ordering = ["-due_on", "enrollment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                name="follow_up_asked_once",
                violation_error_message="この受講の活用の確認はすでに依頼しています。",
            ),
            models.CheckConstraint(
                name="follow_up_answered_with_usage",
                condition=Q(answered_at__isnull=True, usage="", words="") | Q(answered_at__isnull=False) & ~Q(usage=""),
                violation_error_message="活用の状況を選んでください。",
            ),
        ]
        indexes = [models.Index(fields=["department", "closes_on"], name="follow_up_of_department")]

    def __str__(self) -> str:
        return f"{self.enrollment}の活用の確認"
