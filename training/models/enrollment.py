"""受講: one person in one run, on the waiting list or with a seat; and who waits for a run that does not exist yet."""

from django.db import models
from django.db.models import F, Q

from staff.models import Employee
from training.models.course import Course
from training.models.run import CourseRun
from training.querysets import EnrollmentQuerySet


class EnrollmentStatus(models.TextChoices):
    REQUESTED = "requested", "申込"
    CONFIRMED = "confirmed", "確定"
    WAITLISTED = "waitlisted", "キャンセル待ち"
    REJECTED = "rejected", "却下"
    CANCELLED = "cancelled", "取消"
    ATTENDED = "attended", "受講済"
    ABSENT = "absent", "欠席"
    COMPLETED = "completed", "修了"
    FAILED = "failed", "未修了"


BOOKED = ("requested", "confirmed", "waitlisted")
"""R43: at most one of these a person and course."""
SEATED = ("confirmed", "attended", "absent", "completed", "failed")
"""These hold a seat of the run (rule 6)."""


class Enrollment(models.Model):
    """Employee × CourseRun. First come, first served by `requested_at`, then by id.

    `answer_by`: who was moved up from the waiting list may decline until this day. `supplement`: what the person adds
    to the reason of a change (補足). `called_off_as`: what the booking was when the run was called off; `moved_from`:
    the booking of such a run in place of which this one is (E16). `substitutes`: the absence that this one makes up
    for (振替); its hours count once.
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="trainings", verbose_name="職員")
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="enrollments", verbose_name="開催回")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrollments", verbose_name="研修")
    status = models.CharField("状態", max_length=12, choices=EnrollmentStatus, default=EnrollmentStatus.REQUESTED)
    requested_at = models.DateTimeField("申込日時")
    confirmed_at = models.DateTimeField("確定日時", null=True, blank=True)
    answer_by = models.DateField("辞退できる最終日", null=True, blank=True)
    reason = models.TextField("取消・却下の理由", blank=True)
    supplement = models.TextField("補足", blank=True)
    called_off_as = models.CharField("中止のときの状態", max_length=12, choices=EnrollmentStatus, blank=True)
    moved_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_to", verbose_name="移動元"
    )
    score = models.PositiveSmallIntegerField("得点", null=True, blank=True)
    substitutes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="substitutions", verbose_name="振替元"
    )

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "受講"
        ordering = ["run", "requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "employee"],
                condition=~Q(status__in=["cancelled", "rejected"]),
                name="enrollment_once_per_run",
                violation_error_message="この開催回にはすでに申し込んでいます。",
            ),
            models.UniqueConstraint(  # R43
                fields=["course", "employee"],
                condition=Q(status__in=BOOKED),
                name="enrollment_one_booking_per_course",
                violation_error_message="この研修のほかの回にすでに申し込んでいます。",
            ),
            models.CheckConstraint(
                name="enrollment_substitutes_another",
                condition=Q(substitutes__isnull=True) | ~Q(substitutes=F("pk")),
                violation_error_message="振替元には別の受講を指定してください。",
            ),
        ]
        indexes = [models.Index(fields=["run", "status", "requested_at"], name="enrollment_in_line")]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.run}"


class Interest(models.Model):
    """Somebody would take a course of which there is no run; the officer sees how many wait."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="interests", verbose_name="職員")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="interests", verbose_name="研修")
    registered_at = models.DateTimeField("登録日時")
    withdrawn_at = models.DateTimeField("取消日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "受講の希望"
        ordering = ["registered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "course"],
                condition=Q(withdrawn_at__isnull=True),
                name="interest_once_per_course",
                violation_error_message="この研修の希望はすでに登録しています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.course}"
