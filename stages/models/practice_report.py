"""実践テーマ・実践報告: what a promoter changed at work; its comments and attachments."""

from django.db import models
from django.db.models import Q

from staff.models import Department
from stages.models.enrollment import StageEnrollment
from stages.practice_querysets import PracticeAttachmentQuerySet, PracticeReportQuerySet


class PracticeStatus(models.TextChoices):
    DRAFT = "draft", "テーマ作成中"
    THEME_SUBMITTED = "theme_submitted", "テーマ承認待ち"
    THEME_RETURNED = "theme_returned", "テーマ差戻し"
    WORKING = "working", "実践中"
    SUBMITTED = "submitted", "報告の承認待ち"
    RETURNED = "returned", "報告の差戻し"
    APPROVED = "approved", "承認済み"
    WITHDRAWN = "withdrawn", "取下げ"


class PracticeReport(models.Model):
    """One improvement in one year's stage: first its theme, which the head approves, then its report (R59–R62).

    `minutes_before` / `minutes_after`: what the work takes in a month, in all. `people`: how many it concerns. `cost`:
    in yen. `extended_to`: an own deadline, given by the office. `is_private`: not shown in the library.
    `department`: the 所属 on the day of handing in, under which the library keeps it; who approves goes by the posting
    of the day. `approved_by_name`: who approved the report, with 代理 or 代行 behind the name. `as_returned`: what it
    said when it was sent back, so that the next reading shows what changed. `search_key`: its words, folded.
    """

    enrollment = models.ForeignKey(
        StageEnrollment, on_delete=models.PROTECT, related_name="practice_reports", verbose_name="年度の育成"
    )
    status = models.CharField("状態", max_length=16, choices=PracticeStatus, default=PracticeStatus.DRAFT)
    title = models.CharField("実践テーマ", max_length=100)
    current_work = models.TextField("現在の業務")
    tool = models.CharField("手段・ツール", max_length=100)
    expected_effect = models.TextField("見込む効果")
    minutes_before = models.PositiveIntegerField("改善前(分/月)", null=True, blank=True)
    minutes_after = models.PositiveIntegerField("改善後(分/月)", null=True, blank=True)
    people = models.PositiveIntegerField("関係する人数", null=True, blank=True)
    cost = models.PositiveIntegerField("費用(円)", null=True, blank=True)
    is_reusable = models.BooleanField("ほかの所属でも使える", default=False)
    reuse = models.TextField("ほかの所属での使い方", blank=True)
    lessons = models.TextField("気づき・工夫", blank=True)
    is_private = models.BooleanField("事例集に載せない", default=False)
    extended_to = models.DateField("延長した期限", null=True, blank=True)
    extension_reason = models.CharField("延長の理由", max_length=200, blank=True)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practice_reports",
        verbose_name="提出時の所属",
    )
    submitted_at = models.DateTimeField("提出日時", null=True, blank=True)
    theme_approved_on = models.DateField("テーマの承認日", null=True, blank=True)
    approved_on = models.DateField("承認日", null=True, blank=True)
    approved_by_name = models.CharField("承認した人", max_length=150, blank=True)
    as_returned = models.JSONField("差戻し時の内容", null=True, blank=True)
    search_key = models.TextField("検索キー", blank=True)
    changed_at = models.DateTimeField("更新日時")

    objects = PracticeReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "実践報告"
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=~Q(status="withdrawn"),
                name="practice_one_per_enrollment",
                violation_error_message="この年度の実践テーマはすでに登録されています。",
            ),
            models.CheckConstraint(
                name="practice_measured_where_reported",
                condition=~Q(status__in=["submitted", "approved"])
                | Q(minutes_before__isnull=False, minutes_after__isnull=False, people__isnull=False),
                violation_error_message="改善前と改善後の時間と、関係する人数を入力してください。",
            ),
            models.CheckConstraint(
                name="practice_approved_on_a_day",
                condition=~Q(status="approved") | Q(approved_on__isnull=False),
                violation_error_message="承認日を入力してください。",
            ),
        ]
        indexes = [models.Index(fields=["status"], name="practice_of_status")]

    def __str__(self) -> str:
        return self.title or "実践テーマ(未記入)"

    @property
    def hours_saved(self) -> float | None:
        """削減時間: hours a year, 12 months of the difference; below 0 where it takes longer. None until measured."""
        if self.minutes_before is None or self.minutes_after is None:
            return None
        return (self.minutes_before - self.minutes_after) * 12 / 60

    @property
    def hours_before(self) -> float | None:
        """What the work took in a month, in hours."""
        return None if self.minutes_before is None else self.minutes_before / 60

    @property
    def hours_after(self) -> float | None:
        """What the work takes in a month now, in hours."""
        return None if self.minutes_after is None else self.minutes_after / 60


class PracticeComment(models.Model):
    """A word on a theme or report, in the order of time; never changed."""

    report = models.ForeignKey(
        PracticeReport, on_delete=models.PROTECT, related_name="comments", verbose_name="実践報告"
    )
    text = models.TextField("コメント")
    by_name = models.CharField("書いた人", max_length=100)
    by_employee_id = models.BigIntegerField("書いた職員", null=True, blank=True)
    written_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "実践報告へのコメント"
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.report} {self.by_name}"


class PracticeAttachment(models.Model):
    """A file beside a report, in the database. Taken away with `removed_at`; the row stays."""

    report = models.ForeignKey(
        PracticeReport, on_delete=models.PROTECT, related_name="attachments", verbose_name="実践報告"
    )
    name = models.CharField("ファイル名", max_length=200)
    content_type = models.CharField("形式", max_length=100)
    size = models.PositiveIntegerField("大きさ(バイト)")
    sha256 = models.CharField("要約値", max_length=64)
    content = models.BinaryField("内容")
    added_at = models.DateTimeField("追加日時")
    removed_at = models.DateTimeField("削除日時", null=True, blank=True)

    objects = PracticeAttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "実践報告の添付ファイル"
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="attachment_once_a_report",
                violation_error_message="同じファイルがすでに添付されています。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
