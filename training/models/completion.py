"""修了: the fact that somebody finished a course. It is never deleted; a wrong one is revoked with its reason."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Employee
from training.models.course import Course
from training.models.enrollment import Enrollment
from training.querysets import CompletionQuerySet


class CompletionSource(models.TextChoices):
    ATTENDANCE = "attendance", "出席"
    ELEARNING = "elearning", "eラーニング"
    ENTERED = "entered", "担当による登録"


class Completion(models.Model):
    """Employee × course × fiscal year, counted once.

    `completed_on`: the day on which it became true, as its source says (R57). `fiscal_year`: the year for which it
    counts; work that is finished in April may count for the year before (E25). `hours`: the hours that count.
    `started_on`: when the work began, where the source says so; else the first meeting tells.
    `platform`: which system said so, for e-learning. `reason`: why, where a person entered it.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="completions", verbose_name="職員")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions", verbose_name="研修")
    fiscal_year = FiscalYearField("年度")
    completed_on = models.DateField("修了日")
    started_on = models.DateField("開始日", null=True, blank=True)
    source = models.CharField("根拠", max_length=10, choices=CompletionSource)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, blank=True, related_name="completions", verbose_name="受講"
    )
    hours = models.DecimalField("時間数", max_digits=5, decimal_places=1)
    score = models.PositiveSmallIntegerField("得点", null=True, blank=True)
    platform = models.CharField("システム", max_length=40, blank=True)
    reason = models.TextField("理由", blank=True)
    recorded_at = models.DateTimeField("登録日時")
    revoked_at = models.DateTimeField("取消日時", null=True, blank=True)
    revoked_reason = models.TextField("取消の理由", blank=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "修了"
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "course", "fiscal_year"],
                condition=Q(revoked_at__isnull=True),
                name="completion_once_a_year",
                violation_error_message="この年度の修了はすでに登録されています。",
            ),
            models.CheckConstraint(
                name="completion_entered_with_reason",
                condition=~Q(source="entered") | ~Q(reason=""),
                violation_error_message="修了を登録する理由を入力してください。",
            ),
        ]
        indexes = [models.Index(fields=["course", "fiscal_year", "completed_on"], name="completion_of_course")]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.course}({self.fiscal_year.short})"
