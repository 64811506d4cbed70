"""修了証: numbered, verifiable. One that was wrong is revoked; the next issue replaces it (再発行)."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Employee
from training.models.completion import Completion
from training.querysets import CertificateQuerySet


class Certificate(models.Model):
    """What was certified, in the words of the day of issue.

    `subject`: what it certifies, the same for every issue (`completion:12`; floors above have words of their own).
    `code`: what the verify page is asked. `issue`: 1, and one more for every 再発行. `number` counts within the year.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="certificates", verbose_name="職員")
    subject = models.CharField("証明する内容", max_length=60)
    completion = models.ForeignKey(
        Completion, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates", verbose_name="修了"
    )
    fiscal_year = FiscalYearField("年度")
    number = models.PositiveIntegerField("番号")
    issue = models.PositiveSmallIntegerField("発行回", default=1)
    code = models.CharField("確認コード", max_length=20)
    name = models.CharField("氏名", max_length=100)
    title = models.CharField("研修名・ステージ", max_length=150)
    hours = models.DecimalField("時間数", max_digits=5, decimal_places=1, null=True, blank=True)
    completed_on = models.DateField("修了日")
    issued_on = models.DateField("発行日")
    revoked_on = models.DateField("失効日", null=True, blank=True)
    revoked_reason = models.CharField("失効の理由", max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "修了証"
        ordering = ["-fiscal_year", "-number", "-issue"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "number", "issue"],
                name="certificate_numbered_in_its_year",
                violation_error_message="この番号の修了証はすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                name="certificate_one_per_code",
                violation_error_message="この確認コードはすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(revoked_on__isnull=True),
                name="certificate_one_valid_per_subject",
                violation_error_message="有効な修了証がすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year.short}-{self.number:05}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_on is None

    @property
    def spaced_code(self) -> str:
        """The code in groups of four, as people read it out."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))


class CertificateText(models.Model):
    """What the certificates of one kind say, with placeholders like {氏名}. Without a row the words of the code count.

    `kind`: the first word of `Certificate.subject`.
    """

    kind = models.CharField("種類", max_length=20)
    title = models.CharField("表題", max_length=60)
    body = models.TextField("本文")
    issuer = models.CharField("発行者", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "修了証の文面"
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                name="certificate_text_one_per_kind",
                violation_error_message="この種類の修了証の文面はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return self.title
