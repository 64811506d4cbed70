"""来年度に向けて: what a promoter wants, and which external examinations were passed."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from stages.models.promoter import Promoter
from stages.models.track import CareerTrack
from stages.practice_querysets import ExaminationQuerySet


class WishCall(models.Model):
    """意向確認: when the promoters are asked whether they go on in the fiscal year to come. Issued once."""

    fiscal_year = FiscalYearField("年度")
    opens_on = models.DateField("受付開始日")
    closes_on = models.DateField("締切日")
    words = models.TextField("案内文", blank=True)
    issued_at = models.DateTimeField("案内日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "意向確認"
        ordering = ["-fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year"],
                name="wish_call_once_a_year",
                violation_error_message="この年度の意向確認はすでにあります。",
            ),
            models.CheckConstraint(
                name="wish_call_closes_after_it_opens",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message="締切日は受付開始日以後にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}に向けた意向確認"

    def is_open_on(self, day: date) -> bool:
        """Answers are taken on `day`."""
        return self.issued_at is not None and self.opens_on <= day <= self.closes_on


class WishAnswer(models.TextChoices):
    YES = "yes", "継続する"
    NOT_THIS_YEAR = "not_this_year", "今年度は見送る"
    NO = "no", "継続しない"


class ContinuationWish(models.Model):
    """意向確認: one answer a promoter and fiscal year to come; it may be changed until the year begins."""

    promoter = models.ForeignKey(Promoter, on_delete=models.PROTECT, related_name="wishes", verbose_name="DX推進員")
    fiscal_year = FiscalYearField("年度")
    answer = models.CharField("意向", max_length=15, choices=WishAnswer)
    track = models.ForeignKey(
        CareerTrack,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wishes",
        verbose_name="キャリアプラン",
    )
    words = models.TextField("ひとこと", blank=True)
    answered_at = models.DateTimeField("回答日時")

    class Meta:
        verbose_name = verbose_name_plural = "継続の意向"
        ordering = ["fiscal_year", "promoter"]
        constraints = [
            models.UniqueConstraint(
                fields=["promoter", "fiscal_year"],
                name="wish_once_a_year",
                violation_error_message="この年度の意向はすでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promoter} {self.fiscal_year} {self.get_answer_display()}"


class ProofState(models.TextChoices):
    REPORTED = "reported", "確認待ち"
    CONFIRMED = "confirmed", "確認済み"
    REFUSED = "refused", "確認できません"


class ExaminationResult(models.Model):
    """R26: an external examination that was passed (ITパスポート など), with its proof; counts once it is confirmed."""

    promoter = models.ForeignKey(
        Promoter, on_delete=models.PROTECT, related_name="examinations", verbose_name="DX推進員"
    )
    name = models.CharField("資格・検定", max_length=100)
    passed_on = models.DateField("合格日")
    result = models.CharField("結果", max_length=100, blank=True)
    proof_name = models.CharField("証明のファイル名", max_length=200, blank=True)
    proof_type = models.CharField("証明の形式", max_length=100, blank=True)
    proof = models.BinaryField("証明", null=True, blank=True)
    state = models.CharField("確認", max_length=10, choices=ProofState, default=ProofState.REPORTED)
    note = models.CharField("確認の理由", max_length=200, blank=True)
    reported_at = models.DateTimeField("報告日時")
    confirmed_on = models.DateField("確認日", null=True, blank=True)
    confirmed_by_name = models.CharField("確認した人", max_length=100, blank=True)

    objects = ExaminationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "資格・検定の結果"
        ordering = ["-passed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["promoter", "name", "passed_on"],
                condition=~Q(state="refused"),
                name="examination_once_a_day",
                violation_error_message="この資格・検定はすでに報告されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promoter} {self.name}"
