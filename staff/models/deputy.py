"""代理: the powers of a 所属長, lent to another person for a time."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.periods import OneAtATime, Period, ends_after_it_starts
from staff.models.department import Department
from staff.models.employee import Employee
from staff.querysets import DeputyQuerySet


class Deputy(Period):
    """Who acts for the head of a department, from when until when, and why.

    The powers begin and end at 00:00 in Japan. One is never deleted: one that was called off before its first
    day was over keeps its dates and says when (`cancelled_at`); it holds on no day.
    """

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="deputies", verbose_name="所属")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="deputyships", verbose_name="代理者")
    reason = models.CharField("理由", max_length=200)
    cancelled_at = models.DateTimeField("取消日時", null=True, blank=True)

    place: Department | None = None
    """The department it stands for on the day that was asked about (`placed_on`)."""

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "所属長の代理"
        ordering = ["department", "valid_from"]
        constraints = [
            ends_after_it_starts("deputy_ends_after_it_starts"),
            models.CheckConstraint(
                name="deputy_has_an_end",
                condition=Q(valid_to__isnull=False),
                violation_error_message="代理の期間には終わりの日が必要です。",
            ),
            models.UniqueConstraint(
                fields=["department", "valid_from"],
                condition=Q(cancelled_at__isnull=True),
                name="deputy_one_per_department_and_first_day",
                violation_error_message="この所属には、同じ日から始まる代理者がすでにいます。",
            ),
            OneAtATime(
                name="deputy_one_at_a_time",
                per=["department"],
                condition=Q(cancelled_at__isnull=True),
                violation_error_message="この所属には、期間の重なる代理者がすでにいます。",
            ),
        ]
        indexes = [models.Index(fields=["employee", "valid_from"], name="deputy_of_employee")]

    @property
    def last_day(self) -> date | None:
        """The last day with the powers."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    def __str__(self) -> str:
        return f"{self.department} {self.employee.name}(代理)"
