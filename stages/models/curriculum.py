"""カリキュラム: what a stage asks for in a fiscal year, by career track and version, and its items."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.fields import FiscalYearField
from aomori_dx.kernel.text import fold
from stages.models.stage import GrowthStage
from stages.models.track import CareerTrack
from stages.querysets import CurriculumQuerySet
from training.models import Course


class CurriculumState(models.TextChoices):
    DRAFT = "draft", "作成中"
    PUBLISHED = "published", "公開"


class Curriculum(models.Model):
    """Stage × career track × fiscal year, in versions (R20, R21). Without `track` it is that of every track.

    A published version never changes; a revision is the next version, with `reason` and the day from which it is
    used. `electives`: how many of the elective items are asked for; `elective_hours`: how many hours of them.
    `deadline`: by when a promoter of the year finishes it.
    """

    stage = models.ForeignKey(
        GrowthStage, on_delete=models.PROTECT, related_name="curricula", verbose_name="育成ステージ"
    )
    track = models.ForeignKey(
        CareerTrack,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="curricula",
        verbose_name="キャリアプラン",
    )
    fiscal_year = FiscalYearField("年度")
    version = models.PositiveSmallIntegerField("版", default=1)
    state = models.CharField("公開の状態", max_length=10, choices=CurriculumState, default=CurriculumState.DRAFT)
    valid_from = models.DateField("適用日")
    deadline = models.DateField("修了の期限")
    electives = models.PositiveSmallIntegerField("選択項目の数", default=0)
    elective_hours = models.DecimalField("選択項目の時間数", max_digits=5, decimal_places=1, default=0)
    reason = models.TextField("改定の理由", blank=True)
    published_at = models.DateTimeField("公開日時", null=True, blank=True)

    objects = CurriculumQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "カリキュラム"
        ordering = ["fiscal_year", "stage__number", "track__sort_order", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "track", "fiscal_year", "version"],
                condition=Q(track__isnull=False),
                name="curriculum_one_per_track_and_version",
                violation_error_message="このカリキュラムの同じ版がすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["stage", "fiscal_year", "version"],
                condition=Q(track__isnull=True),
                name="curriculum_one_common_per_version",
                violation_error_message="このカリキュラムの同じ版がすでにあります。",
            ),
            models.CheckConstraint(
                name="curriculum_revised_with_reason",
                condition=Q(version=1) | ~Q(reason=""),
                violation_error_message="改定の理由を入力してください。",
            ),
            models.CheckConstraint(
                name="curriculum_version_from_one",
                condition=Q(version__gte=1),
                violation_error_message="版は1以上にしてください。",
            ),
        ]

    def __str__(self) -> str:
        track = f" {self.track}" if self.track else ""
        return f"{self.stage}{track} {self.fiscal_year.short} 第{self.version}版"

    @property
    def is_published(self) -> bool:
        return self.state == CurriculumState.PUBLISHED

    @property
    def for_whom(self) -> str:
        """業務改革型, or 共通 for every track."""
        return self.track.name if self.track else "共通"


class ItemKind(models.TextChoices):
    COURSE = "course", "研修"
    PRACTICE = "practice", "実践報告"
    EXAMINATION = "examination", "資格・検定"


class CurriculumItem(models.Model):
    """One thing that a curriculum asks for: a course, a practice report, an external examination.

    `title` is what people read; for a course its name on the day of writing. `due_on`: earlier than the curriculum's
    deadline where it is set. `skill`: the tag of the デジタルスキル標準.
    """

    curriculum = models.ForeignKey(
        Curriculum, on_delete=models.PROTECT, related_name="items", verbose_name="カリキュラム"
    )
    kind = models.CharField("種類", max_length=12, choices=ItemKind)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="curriculum_items", verbose_name="研修"
    )
    title = models.CharField("項目名", max_length=100)
    hours = models.DecimalField("時間数", max_digits=5, decimal_places=1, default=0)
    is_required = models.BooleanField("必修", default=True)
    due_on = models.DateField("期限", null=True, blank=True)
    skill = models.CharField("スキル標準", max_length=50, blank=True)
    position = models.PositiveSmallIntegerField("並び順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "カリキュラムの項目"
        ordering = ["curriculum", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["curriculum", "course"],
                condition=Q(course__isnull=False),
                name="item_course_once",
                violation_error_message="この研修はすでにカリキュラムにあります。",
            ),
            models.UniqueConstraint(
                fields=["curriculum", "kind", "title"],
                condition=Q(course__isnull=True),
                name="item_title_once",
                violation_error_message="同じ項目がすでにカリキュラムにあります。",
            ),
            models.CheckConstraint(
                name="item_course_where_it_is_one",
                condition=Q(kind="course", course__isnull=False) | (~Q(kind="course") & Q(course__isnull=True)),
                violation_error_message="研修の項目には研修を、ほかの項目には項目名だけを指定してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """What it asks for, the same in every version: a course, the practice report, an examination."""
        if self.kind == ItemKind.COURSE:
            return f"course:{self.course_id}"
        return "practice" if self.kind == ItemKind.PRACTICE else f"examination:{fold(self.title)}"

    @property
    def way(self) -> str:
        """How it is done, by its code: the course's method, or the kind of what is no course."""
        return self.course.method if self.course else self.kind

    @property
    def way_word(self) -> str:
        """eラーニング, 集合研修, …, 実践報告, 資格・検定"""
        return str(self.course.get_method_display() if self.course else self.get_kind_display())

    @property
    def pass_rule(self) -> str:
        """What counts as having done it, in words."""
        if self.course is None:
            return "報告の承認" if self.kind == ItemKind.PRACTICE else "合格の確認"
        mark = f"({self.course.pass_mark}点以上)" if self.course.pass_mark else ""
        return f"{self.course.get_completion_rule_display()}{mark}"
