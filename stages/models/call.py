"""推薦依頼: what the office asks of every nominating department for a fiscal year."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import EmploymentType

NOMINATED_TYPES = (EmploymentType.REGULAR, EmploymentType.REAPPOINTED, EmploymentType.FIXED_TERM)


def nominated_types() -> list[str]:
    """職員区分 that may be nominated unless a call says otherwise (E9)."""
    return [str(value) for value in NOMINATED_TYPES]


class Consent(models.TextChoices):
    REQUIRED = "required", "必要"
    OPTIONAL = "optional", "任意"
    NONE = "none", "不要"


class NominationCall(models.Model):
    """One a fiscal year, to the posts: whoever is 所属長 on the day answers.

    Answers are taken from `opens_on` to `closes_on`, both included, once it is issued. `self_counts`: whether 自薦
    counts inside the year's target. `consent`: the 所属長's word on 自薦. `answer_days`: days a 補欠 has to answer.
    """

    fiscal_year = FiscalYearField("年度")
    title = models.CharField("件名", max_length=100)
    body = models.TextField("依頼文")
    document_number = models.CharField("文書番号", max_length=50, blank=True)
    opens_on = models.DateField("受付開始日")
    closes_on = models.DateField("締切日")
    places = models.PositiveSmallIntegerField("所属ごとの推薦人数", default=1)
    self_counts = models.BooleanField("自薦を目標人数に含める", default=True)
    consent = models.CharField("自薦への所属長の同意", max_length=10, choices=Consent, default=Consent.OPTIONAL)
    employment_types = models.JSONField("対象の職員区分", default=nominated_types)
    answer_days = models.PositiveSmallIntegerField("補欠の回答期間(日)", default=7)
    attachment = models.BinaryField("添付ファイル", null=True, blank=True)
    attachment_name = models.CharField("添付ファイル名", max_length=200, blank=True)
    issued_at = models.DateTimeField("発出日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推薦依頼"
        ordering = ["-fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year"],
                name="call_one_per_year",
                violation_error_message="この年度の推薦依頼はすでにあります。",
            ),
            models.CheckConstraint(
                name="call_closes_after_it_opens",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message="締切日は受付開始日以後にしてください。",
            ),
            models.CheckConstraint(
                name="call_asks_for_somebody",
                condition=Q(places__gte=1, places__lte=9),
                violation_error_message="所属ごとの推薦人数は1人から9人までです。",
            ),
            models.CheckConstraint(
                name="call_gives_time_to_answer",
                condition=Q(answer_days__gte=1, answer_days__lte=60),
                violation_error_message="補欠の回答期間は1日から60日までです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.title}"

    def is_open_on(self, day: date) -> bool:
        """Answers are taken on `day`."""
        return self.issued_at is not None and self.opens_on <= day <= self.closes_on
