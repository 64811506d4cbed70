"""Progress in a stage: what people decided about it (a fact), and what was computed from the facts (kept for lists)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from stages.models.curriculum import CurriculumItem
from stages.models.enrollment import StageEnrollment
from stages.querysets import StageProgressQuerySet


class RulingKind(models.TextChoices):
    EXEMPT = "exempt", "免除"
    ACCEPT = "accept", "認定"
    DENY = "deny", "不認定"


class ProgressRuling(models.Model):
    """A person's decision about an item of somebody's curriculum, or about the whole stage (no `item`): rule 10.

    免除: need not be done. 認定: counts as done (prior learning). 不認定: does not count, whatever the facts say.
    It is taken back, never deleted; the newest that stands wins.
    """

    enrollment = models.ForeignKey(
        StageEnrollment, on_delete=models.PROTECT, related_name="rulings", verbose_name="年度の育成"
    )
    item = models.ForeignKey(
        CurriculumItem, on_delete=models.PROTECT, null=True, blank=True, related_name="rulings", verbose_name="項目"
    )
    kind = models.CharField("判断", max_length=10, choices=RulingKind)
    ruled_on = models.DateField("判断日")
    reason = models.TextField("理由")
    by_name = models.CharField("判断した人", max_length=100)
    recorded_at = models.DateTimeField("登録日時")
    revoked_at = models.DateTimeField("取消日時", null=True, blank=True)
    revoked_reason = models.TextField("取消の理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "進み具合についての判断"
        ordering = ["enrollment", "recorded_at"]
        constraints = [
            models.CheckConstraint(
                name="ruling_has_reason", condition=~Q(reason=""), violation_error_message="理由を入力してください。"
            ),
            models.CheckConstraint(
                name="ruling_exempts_from_an_item",
                condition=~Q(kind="exempt") | Q(item__isnull=False),
                violation_error_message="免除する項目を選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} {self.get_kind_display()}"


class Standing(models.TextChoices):
    MET = "met", "要件を満たしています"
    ON_TRACK = "on_track", "順調"
    BEHIND = "behind", "遅れ"
    STUCK = "stuck", "停滞"
    CONTRADICTORY = "contradictory", "矛盾"
    NO_CURRICULUM = "no_curriculum", "カリキュラム未設定"


class StageProgress(models.Model):
    """What the fold of the facts says of one year in a stage; written by the recomputation alone.

    `met_on`: the day on which the last thing asked for became true (rule 7). `missing`: what is still asked for, in
    words and by item; `conditions`: the same by kind of condition (`folding.conditions`), for the judgement.
    `proposal`: what the checker proposes to do.
    """

    enrollment = models.ForeignKey(
        StageEnrollment, on_delete=models.PROTECT, related_name="progress", verbose_name="年度の育成"
    )
    done = models.PositiveSmallIntegerField("済んだ項目", default=0)
    asked = models.PositiveSmallIntegerField("求められる項目", default=0)
    hours_done = models.DecimalField("済んだ時間数", max_digits=6, decimal_places=1, default=0)
    hours_asked = models.DecimalField("求められる時間数", max_digits=6, decimal_places=1, default=0)
    met_on = models.DateField("要件を満たした日", null=True, blank=True)
    missing = models.JSONField("残り", default=list, blank=True, encoder=DjangoJSONEncoder)
    conditions = models.JSONField("修了の条件", default=list, blank=True, encoder=DjangoJSONEncoder)
    standing = models.CharField("見立て", max_length=15, choices=Standing, default=Standing.ON_TRACK)
    proposal = models.CharField("提案", max_length=300, blank=True)
    last_fact_on = models.DateField("最後に進んだ日", null=True, blank=True)
    computed_at = models.DateTimeField("計算日時")

    objects = StageProgressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "進み具合"
        ordering = ["enrollment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                name="progress_once_an_enrollment",
                violation_error_message="この年度の進み具合はすでに計算されています。",
            ),
        ]
        indexes = [models.Index(fields=["standing"], name="progress_of_standing")]

    def __str__(self) -> str:
        return f"{self.enrollment} {self.done}/{self.asked}"
