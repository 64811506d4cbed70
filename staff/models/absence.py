"""休職・育休・派遣: dated, the reason as a category only."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.periods import OneAtATime, Period, ends_after_it_starts
from staff.models.employee import Employee
from staff.querysets import AbsenceQuerySet


class AbsenceReason(models.TextChoices):
    LEAVE = "leave", "休職"
    CHILDCARE = "childcare", "育児休業"
    SECONDMENT = "secondment", "派遣"
    SICK = "sick", "病気休暇"


class Absence(Period):
    """A time in which a person does not work here. It stops deadlines and leaves denominators."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="absences", verbose_name="職員")
    reason = models.CharField("区分", max_length=12, choices=AbsenceReason)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "休職等"
        ordering = ["employee", "valid_from"]
        constraints = [
            ends_after_it_starts("absence_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(valid_to__isnull=True),
                name="absence_one_open",
                violation_error_message="終了していない休職等がすでにあります。",
            ),
            OneAtATime(
                name="absence_one_at_a_time",
                per=["employee"],
                violation_error_message="休職等の期間が重なっています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.get_reason_display()}"
