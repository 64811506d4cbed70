"""案内: who may join a run that is not for everybody."""

from django.db import models

from staff.models import Employee
from training.models.run import CourseRun


class Invitation(models.Model):
    """Employee × CourseRun. `source`: how the person came on the list, in words. Taken back ones are kept."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="invitations", verbose_name="開催回")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="invitations", verbose_name="職員")
    source = models.CharField("追加の方法", max_length=100, blank=True)
    invited_at = models.DateTimeField("案内日時")
    withdrawn_at = models.DateTimeField("取消日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "案内"
        ordering = ["run", "employee"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "employee"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="invitation_once_per_run",
                violation_error_message="この職員はすでに案内しています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.employee.name}"
