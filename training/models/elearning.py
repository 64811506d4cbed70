"""What the offices have said about e-learning platforms: which course a title is, whose account an address is."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Employee
from training.models.completion import Completion
from training.models.course import Course


class CourseAlias(models.Model):
    """What a platform calls a course. Without a course its results are not kept (対象外).

    `key`: the title without the mark of a fiscal year, folded, so that next year's title is known too.
    """

    platform = models.CharField("システム", max_length=40)
    title = models.CharField("研修の名称", max_length=200)
    key = models.CharField(max_length=200, editable=False)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="aliases", verbose_name="研修"
    )
    said_at = models.DateTimeField("登録日時")
    said_by_name = models.CharField("登録者", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "研修の別名"
        ordering = ["platform", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "key"],
                name="alias_one_per_title",
                violation_error_message="このシステムのこの名称は、すでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.title}"


class PlatformAccount(models.Model):
    """Whose account on a platform this is, as an officer has said; without a person it is set aside, with why.

    A decision that was taken back stays, with `ended_at`.
    """

    platform = models.CharField("システム", max_length=40)
    account = models.CharField("アカウント", max_length=254)
    key = models.CharField(max_length=254, editable=False)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name="職員"
    )
    reason = models.CharField("理由", max_length=200, blank=True)
    decided_at = models.DateTimeField("決定日時")
    decided_by_name = models.CharField("決定者", max_length=100)
    ended_at = models.DateTimeField("取消日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "システムのアカウント"
        ordering = ["platform", "account", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "key"],
                condition=Q(ended_at__isnull=True),
                name="account_of_one_person",
                violation_error_message="このアカウントは、すでに照合されています。",
            ),
            models.CheckConstraint(
                name="account_set_aside_with_reason",
                condition=Q(employee__isnull=False) | ~Q(reason=""),
                violation_error_message="対象外にする理由を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.account}"


class UnmatchedState(models.TextChoices):
    WAITING = "waiting", "未照合"
    MATCHED = "matched", "照合済み"
    SET_ASIDE = "set_aside", "対象外"


class UnmatchedResult(models.Model):
    """A finished course of a file whose person is not known: what the file says, and what became of it.

    `completion` is set where the match has written one. `why`: what stood against finding the person.
    """

    platform = models.CharField("システム", max_length=40)
    account = models.CharField("アカウント", max_length=254)
    key = models.CharField(max_length=254, editable=False)
    number = models.CharField("職員番号(ファイル)", max_length=40, blank=True)
    name = models.CharField("氏名(ファイル)", max_length=100, blank=True)
    kana = models.CharField("氏名カナ(ファイル)", max_length=100, blank=True)
    why = models.CharField("理由", max_length=200, blank=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="unmatched", verbose_name="研修")
    fiscal_year = FiscalYearField("年度")
    completed_on = models.DateField("修了日")
    started_on = models.DateField("開始日", null=True, blank=True)
    score = models.PositiveSmallIntegerField("得点", null=True, blank=True)
    file_name = models.CharField("ファイル", max_length=200, blank=True)
    row = models.PositiveIntegerField("行")
    recorded_at = models.DateTimeField("取込日時")
    state = models.CharField("状態", max_length=10, choices=UnmatchedState, default=UnmatchedState.WAITING)
    decision = models.ForeignKey(
        PlatformAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="results", verbose_name="決定"
    )
    completion = models.ForeignKey(
        Completion, on_delete=models.PROTECT, null=True, blank=True, related_name="unmatched", verbose_name="修了"
    )

    class Meta:
        verbose_name = verbose_name_plural = "未照合の結果"
        ordering = ["platform", "account", "completed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "key", "course", "fiscal_year"],
                name="unmatched_once_a_year",
                violation_error_message="このアカウントのこの年度の修了は、すでに控えてあります。",
            ),
            models.CheckConstraint(
                name="unmatched_decided_by_somebody",
                condition=Q(state="waiting") | Q(decision__isnull=False),
                violation_error_message="照合か対象外の決定がありません。",
            ),
        ]
        indexes = [models.Index(fields=["state", "platform", "key"], name="unmatched_of_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.course.name}({self.fiscal_year.short})"
