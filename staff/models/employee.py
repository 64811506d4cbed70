"""A person, by 職員番号."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.text import fold
from staff.querysets import EmployeeQuerySet


class EmploymentType(models.TextChoices):
    REGULAR = "regular", "正規"
    REAPPOINTED = "reappointed", "再任用"
    FIXED_TERM = "fixed_term", "任期付"
    ANNUAL = "annual", "会計年度任用職員"
    SECONDED_IN = "seconded_in", "派遣受入"
    SECONDED_OUT = "seconded_out", "派遣出"


class Employee(models.Model):
    """A member of staff. The name stays as written; `*_key` are its folded forms, for search.

    In service (在職) from `hired_on` until the day before `left_on`, but for the gaps of who left and came back
    (`service_gaps`, E23): `rehired_on` is the day of the last return.
    """

    employee_number = models.CharField("職員番号", max_length=10)
    name = models.CharField("氏名", max_length=100)
    name_key = models.CharField(max_length=100, editable=False, db_index=True)
    kana = models.CharField("氏名カナ", max_length=100, blank=True)
    kana_key = models.CharField(max_length=100, editable=False, db_index=True)
    former_name = models.CharField("旧姓・旧氏名", max_length=100, blank=True)
    former_name_key = models.CharField(max_length=100, editable=False, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    employment_type = models.CharField("職員区分", max_length=15, choices=EmploymentType, blank=True)
    hired_on = models.DateField("採用年月日", null=True, blank=True)
    left_on = models.DateField("退職日", null=True, blank=True, help_text="この日から在職していません。")
    rehired_on = models.DateField(
        "再採用日", null=True, blank=True, editable=False, help_text="退職のあと、この日からまた在職しています。"
    )
    profile_as_of = models.DateField(
        "名簿の基準日", null=True, blank=True, help_text="氏名などをこの日付の名簿から読みました。"
    )

    place: Any = None
    """The primary posting of the day asked about (`with_place`); the join leaves it out where there is none."""

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "職員"
        ordering = ["employee_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee_number"],
                name="employee_one_per_number",
                violation_error_message="この職員番号はすでに登録されています。",
            ),
            models.CheckConstraint(
                name="employee_leaves_after_being_hired",
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gt=F("hired_on")),
                violation_error_message="退職日は採用年月日より後にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}({self.employee_number})"

    def clean(self) -> None:
        self.fold_names()

    def fold_names(self) -> "Employee":
        """Set the search keys from the names as written. Whoever writes a name calls this."""
        self.name_key, self.kana_key, self.former_name_key = fold(self.name), fold(self.kana), fold(self.former_name)
        return self

    def in_service_on(self, day: date) -> bool:
        """It asks the database only about days before somebody came back."""
        if (self.hired_on and day < self.hired_on) or (self.left_on and self.left_on <= day):
            return False
        if self.rehired_on is None or self.rehired_on <= day:
            return True
        return not any(gap.holds_on(day) for gap in self.service_gaps.all())
