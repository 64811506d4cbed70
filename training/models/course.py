"""研修: what is taught, how, to whom, and when somebody has finished it."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from training.querysets import CourseQuerySet


class Method(models.TextChoices):
    ELEARNING = "elearning", "eラーニング"
    CLASSROOM = "classroom", "集合研修"
    HANDS_ON = "hands_on", "ハンズオン研修"
    GROUPWARE = "groupware", "グループウェア操作研修"


class CompletionRule(models.TextChoices):
    ATTENDANCE = "attendance", "出席"
    SCORE = "score", "得点"
    MARK = "mark", "eラーニングの修了"


class Audience(models.TextChoices):
    EVERYBODY = "everybody", "全職員"
    MANAGERS = "managers", "管理職"


class Course(models.Model):
    """One course of the catalogue. `hours` is its length in hours.

    `level`: for which step of a programme it is meant, 1 the first; empty for all staff. `tracks`: codes of the career
    tracks that it serves, empty for all (`training.tracks` knows their names). `employment_types`: 職員区分 that may
    take it, empty for all. `most_missed`: the share of the hours that may be missed (R49), `pass_mark`: the
    score that is needed. `retired_on`: the first day on which it is no longer offered.
    """

    code = models.CharField("研修コード", max_length=20)
    name = models.CharField("研修名", max_length=100)
    method = models.CharField("方法", max_length=12, choices=Method)
    hours = models.DecimalField("時間数", max_digits=5, decimal_places=1)
    level = models.PositiveSmallIntegerField("段階", null=True, blank=True)
    tracks = models.JSONField("キャリアプラン", default=list, blank=True)
    audience = models.CharField("対象", max_length=12, choices=Audience, default=Audience.EVERYBODY)
    employment_types = models.JSONField("対象の職員区分", default=list, blank=True)
    description = models.TextField("内容", blank=True)
    provider = models.CharField("実施者", max_length=100, blank=True)
    to_bring = models.TextField("持ち物・準備", blank=True)
    url = models.CharField("リンク", max_length=300, blank=True, validators=[URLValidator(["https", "http"])])
    completion_rule = models.CharField("修了の条件", max_length=12, choices=CompletionRule)
    most_missed = models.DecimalField("欠席できる割合", max_digits=3, decimal_places=2, default=0.25)
    pass_mark = models.PositiveSmallIntegerField("合格点", null=True, blank=True)
    retired_on = models.DateField("終了日", null=True, blank=True, help_text="この日から案内しません。")

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "研修"
        ordering = ["level", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="course_one_per_code", violation_error_message="この研修コードは使われています。"
            ),
            models.CheckConstraint(
                name="course_has_hours",
                condition=Q(hours__gt=0),
                violation_error_message="時間数は0より大きくしてください。",
            ),
            models.CheckConstraint(
                name="course_share_of_missed_hours",
                condition=Q(most_missed__gte=0, most_missed__lt=1),
                violation_error_message="欠席できる割合は0以上1未満にしてください。",
            ),
            models.CheckConstraint(
                name="course_pass_mark_where_scored",
                condition=~Q(completion_rule="score") | Q(pass_mark__isnull=False),
                violation_error_message="得点で修了を判定する研修には合格点が必要です。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
