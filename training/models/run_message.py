"""受講者への連絡: what an officer wrote to the people of a run, kept with who and when."""

from django.db import models

from training.models.run import CourseRun


class Recipients(models.TextChoices):
    SEATED = "confirmed", "受講者(確定)"
    WAITING = "waitlisted", "キャンセル待ちの人"
    ALL = "all", "受講者とキャンセル待ちの人"


class RunMessage(models.Model):
    """One message as it was sent; `number`: to how many people."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="messages", verbose_name="開催回")
    to = models.CharField("あて先", max_length=12, choices=Recipients)
    subject = models.CharField("件名", max_length=100)
    body = models.TextField("本文")
    number = models.PositiveIntegerField("人数")
    sent_at = models.DateTimeField("送信日時")
    sent_by_name = models.CharField("送信者", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "受講者への連絡"
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.run} {self.subject}"
