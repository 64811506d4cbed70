"""離職期間: the time between a 退職 and a 再採用 of the same person (E23)."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.periods import OneAtATime, Period, PeriodQuerySet, ends_after_it_starts
from staff.models.employee import Employee


class ServiceGap(Period):
    """From the day of leaving until the day of coming back; on these days the person was not in service."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="service_gaps", verbose_name="職員")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "離職期間"
        ordering = ["employee", "valid_from"]
        constraints = [
            ends_after_it_starts("service_gap_ends_after_it_starts"),
            models.CheckConstraint(
                name="service_gap_is_over",
                condition=Q(valid_to__isnull=False),
                violation_error_message="離職期間には、再採用の日が必要です。",
            ),
            OneAtATime(
                name="service_gap_one_at_a_time",
                per=["employee"],
                violation_error_message="離職期間が重なっています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.valid_from}"
