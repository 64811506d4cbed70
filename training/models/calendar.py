"""What calendars of other programs are told: who may read which feed, and which meetings are no more."""

from django.db import models
from django.db.models import Q

from staff.models import Employee
from training.models.run import CourseRun


class CalendarFeed(models.Model):
    """The address under which programs read a person's calendar. Only a hash of its token is kept."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="feeds", verbose_name="職員")
    token_hash = models.CharField("トークンのハッシュ", max_length=64, editable=False)
    created_at = models.DateTimeField("作成日時")
    revoked_at = models.DateTimeField("停止日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "カレンダーの配信"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"],
                name="feed_one_per_token",
                violation_error_message="このトークンはすでに使われています。",
            ),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(revoked_at__isnull=True),
                name="feed_one_open_per_person",
                violation_error_message="カレンダーの配信はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.created_at:%Y-%m-%d}"


class DroppedMeeting(models.Model):
    """A meeting that was taken out of its run: calendars that know it (`meeting`, its id) are told so."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="dropped", verbose_name="開催回")
    meeting = models.BigIntegerField("日程のID")
    starts_at = models.DateTimeField("開始日時")
    ends_at = models.DateTimeField("終了日時")
    sequence = models.PositiveIntegerField("変更回数")
    dropped_at = models.DateTimeField("取りやめた日時")

    class Meta:
        verbose_name = verbose_name_plural = "取りやめた日程"
        ordering = ["-dropped_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                name="dropped_meeting_once",
                violation_error_message="この日程はすでに取りやめています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.starts_at:%Y-%m-%d}"
