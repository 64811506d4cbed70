"""職員番号 that a person had before: the person stays the same, whatever the number (会計年度→正規、退職→再任用)."""

from django.db import models

from staff.models.employee import Employee


class FormerNumber(models.Model):
    """A number that its owner gave up on a day. Nobody else is given it: old papers still mean this person."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="former_numbers", verbose_name="職員")
    number = models.CharField("以前の職員番号", max_length=10)
    until = models.DateField("切替日", help_text="この日から新しい職員番号を使っています。")

    class Meta:
        verbose_name = verbose_name_plural = "以前の職員番号"
        ordering = ["employee", "until"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "until"],
                name="former_number_one_per_day",
                violation_error_message="この職員の職員番号は、その日にすでに切り替わっています。",
            ),
        ]
        indexes = [models.Index(fields=["number"], name="former_number_by_number")]

    def __str__(self) -> str:
        return f"{self.number} → {self.employee}"
