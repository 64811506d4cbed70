"""Where a person works, from when, as what."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.periods import OneAtATime, Period, ends_after_it_starts
from staff.models.department import Department
from staff.models.employee import Employee
from staff.querysets import PostingQuerySet


class Posting(Period):
    """Employee × Department × 補職名 for a time: the primary one, or a concurrent one (兼務)."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="postings", verbose_name="職員")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="postings", verbose_name="所属")
    title = models.CharField("補職名", max_length=50, blank=True)
    is_primary = models.BooleanField("主たる配属", default=True)
    is_head = models.BooleanField("所属長", default=False)
    is_manager = models.BooleanField("管理職", default=False)
    posted_on = models.DateField("所属異動年月日", null=True, blank=True, help_text="この所属に着任した日です。")

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "配属"
        ordering = ["employee", "valid_from"]
        constraints = [
            ends_after_it_starts("posting_ends_after_it_starts"),
            models.UniqueConstraint(  # rule 1, what both databases hold
                fields=["employee"],
                condition=Q(is_primary=True, valid_to__isnull=True),
                name="posting_one_open_primary",
                violation_error_message="主たる配属がすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["employee", "valid_from"],
                condition=Q(is_primary=True),
                name="posting_one_primary_per_first_day",
                violation_error_message="同じ日から始まる主たる配属がすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["employee", "department"],
                condition=Q(is_primary=False, valid_to__isnull=True),
                name="posting_one_open_concurrent_per_department",
                violation_error_message="この所属への兼務はすでにあります。",
            ),
            OneAtATime(  # rule 1
                name="posting_one_primary_at_a_time",
                per=["employee"],
                condition=Q(is_primary=True),
                violation_error_message="主たる配属の期間が重なっています。",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "valid_from"], name="posting_of_department"),
            models.Index(fields=["employee", "valid_from"], name="posting_of_employee"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.department}"
