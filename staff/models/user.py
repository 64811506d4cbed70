"""The login, and the roles that an office gives to a login."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from aomori_dx.kernel.periods import OneAtATime, Period, PeriodQuerySet, ends_after_it_starts
from staff.models import standing
from staff.models.employee import Employee
from staff.models.standing import OfficeRole, Roles


class User(AbstractUser):
    """A login; `username` is the 職員番号. What a person may do is asked of `permissions`, never of this row."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, null=True, blank=True, related_name="users", verbose_name="職員"
    )
    display_name = models.CharField(
        "表示名", max_length=100, blank=True, help_text="職員に結び付いていないアカウントの名前です。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "アカウント"
        constraints = [
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(employee__isnull=False),
                name="user_one_per_employee",
                violation_error_message="この職員のアカウントはすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.employee.name if self.employee else self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def roles_on(self, day: date) -> Roles:
        """Who this login is on `day`: one query for most people, none the second time for the same object."""
        known = self.__dict__.setdefault("_roles", {})
        if day not in known:
            known[day] = standing.load(self, day)
        return known[day]


class OfficeRoleGrant(Period):
    """A role given to a login for a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", verbose_name="アカウント")
    role = models.CharField("役割", max_length=12, choices=OfficeRole)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "役割の付与"
        ordering = ["user", "role", "valid_from"]
        constraints = [
            ends_after_it_starts("grant_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(valid_to__isnull=True),
                name="grant_one_open_per_role",
                violation_error_message="この役割はすでに付与されています。",
            ),
            OneAtATime(
                name="grant_one_at_a_time_per_role",
                per=["user", "role"],
                violation_error_message="同じ役割の期間が重なっています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
