"""A file of the office on its way into the records: checked, shown, applied as a whole, undone as a whole."""

from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from aomori_dx.kernel.journal import Page


class ChangeSetState(models.TextChoices):
    CHECKING = "checking", "確認中"
    READY = "ready", "適用できます"
    REFUSED = "refused", "エラーあり"
    APPLIED = "applied", "適用済み"
    UNDONE = "undone", "取り消し済み"
    DISCARDED = "discarded", "破棄"


class ChangeSet(models.Model):
    """One file. `as_of` is the day it is about; one in the future takes effect on that day by itself (予定).

    `options` is what the officer chose (encoding, columns, what a missing person means). `checked` is what was
    found: counts, recognised form and columns, a digest of the changes, and consequences.
    """

    kind = models.CharField("種類", max_length=30)
    file_name = models.CharField("ファイル名", max_length=200)
    sha256 = models.CharField("ファイルの要約値", max_length=64)
    header_digest = models.CharField(max_length=64, blank=True, editable=False)
    as_of = models.DateField("基準日")
    options = models.JSONField("読み方", default=dict, blank=True)
    state = models.CharField("状態", max_length=10, choices=ChangeSetState, default=ChangeSetState.CHECKING)
    checked = models.JSONField("確認の結果", default=dict, blank=True, encoder=DjangoJSONEncoder)
    uploaded_by_id = models.BigIntegerField("取込者ID", null=True, blank=True)
    uploaded_by_name = models.CharField("取込者", max_length=100)
    uploaded_at = models.DateTimeField("取込日時")
    applied_at = models.DateTimeField("適用日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "取込"
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["kind", "header_digest"], name="change_set_of_form")]

    def __str__(self) -> str:
        return self.file_name

    def is_planned(self, on: date) -> bool:
        """Whether something in it is still to come on `on` (予定)."""
        return any(day > on.isoformat() for day in self.checked.get("days", ()))


class ChangeSetFile(models.Model):
    """The bytes of the file, in the database: one transaction, one backup, readable by every worker."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="files", verbose_name="取込")
    content = models.BinaryField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "取込ファイル"
        constraints = [
            models.UniqueConstraint(
                fields=["change_set"], name="change_set_one_file", violation_error_message="ファイルは1つです。"
            ),
        ]

    def __str__(self) -> str:
        return str(self.change_set)


class LineOutcome(models.TextChoices):
    ERROR = "error", "エラー"
    WARNING = "warning", "注意"
    CREATED = "created", "新規"
    CHANGED = "changed", "変更"
    ENDED = "ended", "終了"
    UNCHANGED = "unchanged", "変更なし"


class ChangeLine(models.Model):
    """One line of the preview: what happens to one record, or what is wrong with one cell."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="lines", verbose_name="取込")
    position = models.PositiveIntegerField("順番")
    row = models.PositiveIntegerField("行", null=True, blank=True)
    outcome = models.CharField("結果", max_length=10, choices=LineOutcome)
    key = models.CharField("番号", max_length=40, blank=True)
    label = models.CharField("対象", max_length=200, blank=True)
    fields = models.JSONField("内容", default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField("理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "取込の明細"
        ordering = ["position"]
        indexes = [models.Index(fields=["change_set", "outcome", "position"], name="line_of_outcome")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.label}"


class ChangePage(Page):
    """A page of the journal of an applied change set."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="pages", verbose_name="取込")

    class Meta(Page.Meta):
        verbose_name = verbose_name_plural = "取込の記録"
        constraints = [
            models.UniqueConstraint(
                fields=["change_set", "sequence"],
                name="change_page_once",
                violation_error_message="この記録はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_set} {self.sequence}"
