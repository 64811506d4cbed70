"""必修: which course whom obliges, in which fiscal years; and who is obliged until when."""

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Employee
from training.models.course import Course
from training.obligation_states import ObligationQuerySet


class Obliged(models.TextChoices):
    EVERYBODY = "everybody", "全職員"
    MANAGERS = "managers", "管理職"
    NEW_HIRES = "new_hires", "新規採用職員"


class Requirement(models.Model):
    """A rule (R67, R69): `obliges` must finish `course`, every `every_years` fiscal years from `first_year` on.

    Due on `due_month`/`due_day` of the fiscal year; who becomes obliged later has at least `grace_days` days, within
    the fiscal year. `employment_types`: 職員区分 that it obliges, empty for all.
    """

    name = models.CharField("名称", max_length=100)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements", verbose_name="研修")
    obliges = models.CharField("対象", max_length=10, choices=Obliged)
    employment_types = models.JSONField("対象の職員区分", default=list, blank=True)
    first_year = FiscalYearField("開始年度")
    last_year = FiscalYearField("最終年度", null=True, blank=True)  # type: ignore[misc]  # the stubs know no nullable one
    every_years = models.PositiveSmallIntegerField("何年度ごと", default=1)
    due_month = models.PositiveSmallIntegerField("期限の月")
    due_day = models.PositiveSmallIntegerField("期限の日")
    grace_days = models.PositiveSmallIntegerField("途中から対象になった人の日数", default=60)

    class Meta:
        verbose_name = verbose_name_plural = "必修研修"
        ordering = ["first_year", "course__code", "obliges"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "obliges", "first_year"],
                name="requirement_once_from_a_year",
                violation_error_message="この研修の同じ対象の必修は、この年度からすでに登録されています。",
            ),
            models.CheckConstraint(
                name="requirement_every_year_or_more",
                condition=Q(every_years__gte=1),
                violation_error_message="何年度ごとは1以上にしてください。",
            ),
            models.CheckConstraint(
                name="requirement_ends_after_it_begins",
                condition=Q(last_year__isnull=True) | Q(last_year__gte=F("first_year")),
                violation_error_message="最終年度は開始年度以後にしてください。",
            ),
            models.CheckConstraint(
                name="requirement_due_on_a_day",
                condition=Q(due_month__gte=1, due_month__lte=12, due_day__gte=1, due_day__lte=31),
                violation_error_message="期限の月日が正しくありません。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Obligation(models.Model):
    """A person's required course of one fiscal year. Whether it is done is asked of the completions.

    `obliged_on`: since when (joined, promoted to 管理職). `lifted_on`: from which day on it is no more, with why.
    `counts_from` and `counts_until`: the round; a completion of any of its fiscal years fulfils it. `present_from`:
    the first day of work since `obliged_on` in the fiscal year; empty where the leave that it began with goes on.
    """

    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, related_name="obligations", verbose_name="必修研修"
    )
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="obligations", verbose_name="職員")
    fiscal_year = FiscalYearField("年度")
    counts_from = FiscalYearField("修了を数える最初の年度")
    counts_until = FiscalYearField("修了を数える最後の年度")
    obliged_on = models.DateField("対象になった日")
    due_on = models.DateField("期限")
    present_from = models.DateField("対象になってから最初に勤務した日", null=True, blank=True)
    lifted_on = models.DateField("対象外になった日", null=True, blank=True)
    lifted_reason = models.CharField("対象外の理由", max_length=200, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "必修の受講義務"
        ordering = ["fiscal_year", "due_on", "employee"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "employee", "fiscal_year"],
                name="obligation_once_a_round",
                violation_error_message="この年度の受講義務はすでに登録されています。",
            ),
            models.CheckConstraint(
                name="obligation_due_after_it_begins",
                condition=Q(due_on__gte=F("obliged_on")),
                violation_error_message="期限は対象になった日以後にしてください。",
            ),
            models.CheckConstraint(
                name="obligation_within_its_round",
                condition=Q(counts_from__lte=F("fiscal_year"), counts_until__gte=F("fiscal_year")),
                violation_error_message="修了を数える年度は、この年度を含めてください。",
            ),
        ]
        indexes = [
            models.Index(fields=["fiscal_year", "due_on"], name="obligation_of_year"),
            models.Index(fields=["employee", "counts_until"], name="obligation_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.requirement}({self.fiscal_year.short})"
