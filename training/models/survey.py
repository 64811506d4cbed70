"""アンケート: what participants are asked after a run, who was asked, and what was answered; by whom is not kept."""

import uuid

from django.db import models
from django.db.models import Q

from training.models.course import Course
from training.models.enrollment import Enrollment
from training.models.run import CourseRun


class QuestionKind(models.TextChoices):
    SCALE = "scale", "5段階"
    YES_NO = "yes_no", "はい・いいえ"
    TEXT = "text", "自由記述"


SCALE = (
    (5, "とてもそう思う"),
    (4, "そう思う"),
    (3, "どちらともいえない"),
    (2, "あまりそう思わない"),
    (1, "そう思わない"),
)
YES_NO = ((1, "はい"), (0, "いいえ"))
CHOICES = {QuestionKind.SCALE: SCALE, QuestionKind.YES_NO: YES_NO}
"""What can be chosen, the best first."""
LONGEST_TEXT = 1000


class Questionnaire(models.Model):
    """One version of the questions, for all courses (`course` empty) or for one. A version is never rewritten.

    In force is the newest version of the course that is not put aside (`retired_at`), else the newest for all.
    """

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="questionnaires", verbose_name="研修"
    )
    version = models.PositiveSmallIntegerField("版")
    written_at = models.DateTimeField("作成日時")
    retired_at = models.DateTimeField("使用をやめた日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "アンケートの質問票"
        ordering = ["course__code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(course__isnull=True),
                name="questionnaire_version_for_all",
                violation_error_message="共通の質問票のこの版はすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["course", "version"],
                name="questionnaire_version_of_course",
                violation_error_message="この研修の質問票のこの版はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course.name if self.course else '共通'}の質問票 第{self.version}版"


class Question(models.Model):
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="questions", verbose_name="質問票"
    )
    position = models.PositiveSmallIntegerField("順番")
    kind = models.CharField("種類", max_length=6, choices=QuestionKind)
    text = models.CharField("質問", max_length=200)
    is_required = models.BooleanField("必須", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "アンケートの質問"
        ordering = ["questionnaire", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "position"],
                name="question_one_at_a_position",
                violation_error_message="この順番の質問はすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Survey(models.Model):
    """The survey of one run, with the questions as they were when it opened."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="surveys", verbose_name="開催回")
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="surveys", verbose_name="質問票"
    )
    opened_at = models.DateTimeField("開始日時")

    class Meta:
        verbose_name = verbose_name_plural = "アンケート"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                name="survey_one_of_a_run",
                violation_error_message="この開催回のアンケートはすでに始まっています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}のアンケート"


class SurveyInvitation(models.Model):
    """Who was asked, until when (`closes_on`, included), and whether she has answered; what she said stands elsewhere,
    without her name."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations", verbose_name="アンケート")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="surveys", verbose_name="受講")
    asked_on = models.DateField("依頼日")
    closes_on = models.DateField("締切日")
    answered_on = models.DateField("回答日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "アンケートの依頼"
        ordering = ["survey", "enrollment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                name="survey_asked_once",
                violation_error_message="この受講のアンケートはすでに依頼しています。",
            ),
        ]
        indexes = [models.Index(fields=["closes_on"], name="survey_unanswered", condition=Q(answered_on__isnull=True))]

    def __str__(self) -> str:
        return f"{self.enrollment}のアンケート"


class SurveyResponse(models.Model):
    """One sheet of answers. Neither who gave it nor when is kept, and its key tells no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses", verbose_name="アンケート")

    class Meta:
        verbose_name = verbose_name_plural = "アンケートの回答"
        ordering = ["survey", "id"]

    def __str__(self) -> str:
        return f"{self.survey}の回答"


class SurveyAnswer(models.Model):
    """`number`: 5 to 1, or 1 for はい and 0 for いいえ. A question that was passed over has no row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(SurveyResponse, on_delete=models.PROTECT, related_name="answers", verbose_name="回答")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers", verbose_name="質問")
    number = models.PositiveSmallIntegerField("選択", null=True, blank=True)
    text = models.TextField("記述", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "アンケートの回答の内容"
        ordering = ["question", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question"],
                name="survey_answer_once_a_question",
                violation_error_message="この質問にはすでに回答があります。",
            ),
            models.CheckConstraint(
                name="survey_answer_chosen_or_written",
                condition=Q(number__isnull=True) & ~Q(text="") | Q(number__isnull=False, number__lte=5, text=""),
                violation_error_message="回答は、選択か記述のどちらか一つにしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.text or self.number}"
