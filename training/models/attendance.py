"""出欠: how long somebody was present at one meeting."""

from django.db import models
from django.db.models import Q

from training.models.enrollment import Enrollment
from training.models.run import RunSession


class Presence(models.TextChoices):
    PRESENT = "present", "出席"
    LATE = "late", "遅刻"
    LEFT_EARLY = "left_early", "早退"
    PARTIAL = "partial", "一部"
    ABSENT = "absent", "欠席"
    HANDOUT = "handout", "資料配付のみ"


NOT_PRESENT = ("absent", "handout")
"""R48: whoever only got the handout was not there."""


class Attendance(models.Model):
    """Enrollment × meeting. `minutes`: how long the person was there, 0 for who was not (R46, R48)."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="attendances", verbose_name="受講"
    )
    session = models.ForeignKey(RunSession, on_delete=models.PROTECT, related_name="attendances", verbose_name="日程")
    presence = models.CharField("出欠", max_length=10, choices=Presence)
    minutes = models.PositiveSmallIntegerField("出席した分数")
    note = models.CharField("備考", max_length=200, blank=True)
    recorded_at = models.DateTimeField("記録日時")

    class Meta:
        verbose_name = verbose_name_plural = "出欠"
        ordering = ["session", "enrollment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "session"],
                name="attendance_once_a_meeting",
                violation_error_message="この日程の出欠はすでに記録されています。",
            ),
            models.CheckConstraint(
                name="attendance_minutes_only_of_who_was_there",
                condition=~Q(presence__in=NOT_PRESENT) | Q(minutes=0),
                violation_error_message="欠席と資料配付のみの分数は0です。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} {self.get_presence_display()}"
