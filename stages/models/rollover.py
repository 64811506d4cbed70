"""年度更新: the turn of the year as a whole, and every promoter's move in it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from aomori_dx.kernel.fields import FiscalYearField
from stages.models.promoter import Promoter
from stages.models.stage import GrowthStage


class RolloverState(models.TextChoices):
    PLANNED = "planned", "確認待ち"
    RUNNING = "running", "実行中"
    DONE = "done", "完了"
    DISCARDED = "discarded", "破棄"


class Rollover(models.Model):
    """One turn of the year into `fiscal_year`: the dry run with every move, then its application, batch by batch.

    `digest`: of all moves as they were shown. `counts`: moves by kind. `silence_pauses`: whether who did not answer
    the 意向確認 pauses (見送り); else a person has to look. `note`: what the end of it found to say.
    """

    fiscal_year = FiscalYearField("年度")
    state = models.CharField("進行", max_length=10, choices=RolloverState, default=RolloverState.PLANNED)
    digest = models.CharField("要約値", max_length=64)
    counts = models.JSONField("件数", default=dict, blank=True, encoder=DjangoJSONEncoder)
    silence_pauses = models.BooleanField("意向が未回答の人は見送りとする", default=False)
    note = models.TextField("結果", blank=True)
    planned_by_name = models.CharField("確認した人", max_length=100)
    planned_at = models.DateTimeField("確認日時")
    started_by_name = models.CharField("実行した人", max_length=100, blank=True)
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    finished_at = models.DateTimeField("完了日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度更新"
        ordering = ["-fiscal_year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year"],
                condition=Q(state="running"),
                name="rollover_one_at_a_time",
                violation_error_message="この年度への年度更新は、いま実行されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}への年度更新"


class MoveKind(models.TextChoices):
    CLIMB = "climb", "次のステージへ"
    REPEAT = "repeat", "再履修"
    CARRY_ON = "carry_on", "継続"
    PAUSE = "pause", "見送り"
    RESUME = "resume", "再開"
    FINISH = "finish", "全ステージ修了"
    END = "end", "終了"
    EXCEPTION = "exception", "要確認"


class RolloverMove(models.Model):
    """What the turn of the year means for one promoter, and why. `done_at`: applied."""

    rollover = models.ForeignKey(Rollover, on_delete=models.PROTECT, related_name="moves", verbose_name="年度更新")
    promoter = models.ForeignKey(
        Promoter, on_delete=models.PROTECT, related_name="rollover_moves", verbose_name="DX推進員"
    )
    kind = models.CharField("動き", max_length=10, choices=MoveKind)
    stage = models.ForeignKey(
        GrowthStage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rollover_moves",
        verbose_name="新年度のステージ",
    )
    why = models.CharField("理由", max_length=300)
    done_at = models.DateTimeField("実行日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度更新の明細"
        ordering = ["rollover", "promoter"]
        constraints = [
            models.UniqueConstraint(
                fields=["rollover", "promoter"],
                name="rollover_moves_a_promoter_once",
                violation_error_message="この推進員の動きはすでにあります。",
            ),
        ]
        indexes = [models.Index(fields=["rollover", "kind"], name="rollover_move_of_kind")]

    def __str__(self) -> str:
        return f"{self.promoter} {self.get_kind_display()}"
