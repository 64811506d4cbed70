"""Rows of the ground floor: what happened, what is to be sent, what is being worked on."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fields import FiscalYearField

FINAL = "操作記録は、変更も削除もできません。"


class AppendOnlyQuerySet(models.QuerySet):
    """Rows are added and read; the rest is refused, in bulk too."""

    def update(self, **kwargs):
        raise RuleBroken(FINAL)

    def bulk_update(self, *args, **kwargs):
        raise RuleBroken(FINAL)

    def delete(self):
        raise RuleBroken(FINAL)

    def bulk_create(self, objs, *args, **kwargs):
        if kwargs.get("update_conflicts"):
            raise RuleBroken(FINAL)
        return super().bulk_create(objs, *args, **kwargs)


class AuditEvent(models.Model):
    """Who did what to which object, when, from what to what. Written once, never changed.

    It keeps the name of the actor and of the object as they were on that day, and no foreign key.
    """

    at = models.DateTimeField("日時", db_index=True)
    by_id = models.BigIntegerField("操作者ID", null=True, blank=True)
    by_name = models.CharField("操作者", max_length=100)
    action = models.CharField("操作", max_length=60, db_index=True)
    model = models.CharField("対象の種類", max_length=60)
    object_pk = models.CharField("対象ID", max_length=40)
    object_label = models.CharField("対象", max_length=200)
    before = models.JSONField("変更前", null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField("変更後", null=True, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField("理由", blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作記録"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "object_pk"], name="audit_of_object")]

    def __str__(self) -> str:
        return f"{self.action}: {self.object_label}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise RuleBroken(FINAL)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise RuleBroken(FINAL)


class FiscalYearClosing(models.Model):
    """A fiscal year was closed, or opened again: by whom, when, why. The newest row of a year counts."""

    class Act(models.TextChoices):
        CLOSED = "closed", "締め"
        REOPENED = "reopened", "締めの解除"

    fiscal_year = FiscalYearField("年度")
    number = models.PositiveSmallIntegerField("順番")
    act = models.CharField("操作", max_length=10, choices=Act)
    at = models.DateTimeField("日時")
    by_id = models.BigIntegerField("操作者ID", null=True, blank=True)
    by_name = models.CharField("操作者", max_length=100)
    reason = models.TextField("理由")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度の締め"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "number"],
                name="closing_numbered_once",
                violation_error_message="この年度は、ほかの人がたった今、締めたか、締めを解除しました。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.get_act_display()}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise RuleBroken(FINAL)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise RuleBroken(FINAL)


ATTEMPTS = 10
"""A letter that the mail server refused this often is given up; it stays, with the server's last word."""


class LetterState(models.TextChoices):
    WAITING = "waiting", "送信待ち"
    SENT = "sent", "送信済み"
    FAILED = "failed", "送信できず"
    CANCELLED = "cancelled", "取消"


class OutboxQuerySet(models.QuerySet):
    def in_state(self, state: str):
        """The letters that `OutboxMessage.state` calls so."""
        gone = Q(sent_at__isnull=False)
        called_off = Q(cancelled_at__isnull=False)
        given_up = Q(attempts__gte=ATTEMPTS) & ~gone & ~called_off
        conditions = {
            LetterState.SENT: gone,
            LetterState.CANCELLED: called_off,
            LetterState.FAILED: given_up,
            LetterState.WAITING: ~gone & ~called_off & Q(attempts__lt=ATTEMPTS),
        }
        return self.filter(conditions[LetterState(state)])


class OutboxMessage(models.Model):
    """A letter written in the same transaction as its cause, sent later.

    One with `not_before` waits until then, to be read and called off (`cancelled_at`, with why) before it goes.
    """

    key = models.CharField("識別キー", max_length=150)
    to = models.EmailField("宛先")
    subject = models.CharField("件名", max_length=200)
    body = models.TextField("本文")
    written_at = models.DateTimeField("作成日時")
    not_before = models.DateTimeField("送信予定日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消日時", null=True, blank=True)
    cancel_reason = models.CharField("取消の理由", max_length=500, blank=True, default="")
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    last_error = models.TextField("直近のエラー", blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送信箱"
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="outbox_one_per_key", violation_error_message="この通知はすでに作成されています。"
            ),
        ]
        indexes = [models.Index(fields=["written_at"], name="outbox_unsent", condition=Q(sent_at__isnull=True))]

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> LetterState:
        if self.sent_at:
            return LetterState.SENT
        if self.cancelled_at:
            return LetterState.CANCELLED
        return LetterState.FAILED if self.attempts >= ATTEMPTS else LetterState.WAITING


class JobState(models.TextChoices):
    QUEUED = "queued", "待機中"
    RUNNING = "running", "実行中"
    DONE = "done", "完了"
    FAILED = "failed", "失敗"


class Job(models.Model):
    """A piece of background work. This row, not the broker, says what is to be done and how far it is."""

    kind = models.CharField("種類", max_length=40)
    key = models.CharField("識別キー", max_length=150)
    params = models.JSONField("入力", default=dict, blank=True, encoder=DjangoJSONEncoder)
    state = models.CharField("状態", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("済んだ数", default=0)
    total = models.PositiveIntegerField("全体の数", default=0)
    message = models.CharField("進捗", max_length=200, blank=True)
    result = models.JSONField("結果", null=True, blank=True, encoder=DjangoJSONEncoder)
    error = models.TextField("失敗の理由", blank=True)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    requested_by_id = models.BigIntegerField("依頼者ID", null=True, blank=True)
    requested_by_name = models.CharField("依頼者", max_length=100)
    queued_at = models.DateTimeField("依頼日時")
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最終応答", null=True, blank=True)
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "ジョブ"
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state=JobState.QUEUED),
                name="job_one_waiting_per_key",
                violation_error_message="同じジョブがすでに待っています。",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-queued_at"], name="job_newest_of_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}


class Heartbeat(models.Model):
    """The last sign of life of a part of the system (the worker)."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "稼働記録"

    def __str__(self) -> str:
        return self.name


class CacheEntry(models.Model):
    """The table of Django's database cache (login limits), so that `migrate` makes it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kernel_cache"
        verbose_name = verbose_name_plural = "キャッシュ"

    def __str__(self) -> str:
        return self.cache_key
