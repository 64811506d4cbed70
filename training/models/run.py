"""開催回 and its dated meetings, and the seats that are kept for a department."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Department
from training.models.course import Course
from training.querysets import CourseRunQuerySet


class RunStatus(models.TextChoices):
    DRAFT = "draft", "準備中"
    OPEN = "open", "募集中"
    CLOSED = "closed", "締切"
    HELD = "held", "実施済"
    CANCELLED = "cancelled", "中止"


class CourseRun(models.Model):
    """One run of a course. `seats_taken` counts the confirmed; only `services.seats` writes it, holding this row.

    Bookings are taken from `opens_on` to `closes_on`, both included; people change or cancel by themselves until
    `change_until`, and the waiting list moves up until then: by itself, or by an officer's hand (`promotes_by_hand`).
    From then until `final_at` a change is asked of the office; later ones are told by telephone. Who was moved up may
    decline within `answer_days`. `invited_only`: only who has an `Invitation` may join.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs", verbose_name="研修")
    fiscal_year = FiscalYearField("年度")
    number = models.PositiveSmallIntegerField("回")
    venue = models.CharField("会場", max_length=100, blank=True)
    area = models.CharField("圏域", max_length=20, blank=True)
    is_online = models.BooleanField("オンライン", default=False)
    instructor = models.CharField("講師", max_length=100, blank=True)
    capacity = models.PositiveIntegerField("定員")
    minimum = models.PositiveIntegerField("最少催行人数", default=0)
    seats_taken = models.PositiveIntegerField("確定人数", default=0, editable=False)
    opens_on = models.DateField("申込開始日")
    closes_on = models.DateField("申込締切日")
    change_until = models.DateField("変更の締切日")
    final_at = models.DateTimeField("最終締切", null=True, blank=True)
    promotes_by_hand = models.BooleanField("手動で繰り上げる", default=False)
    answer_days = models.PositiveSmallIntegerField("繰上げ後に辞退できる日数", default=3)
    invited_only = models.BooleanField("案内した職員だけ", default=False)
    note = models.TextField("連絡事項", blank=True)
    status = models.CharField("状態", max_length=10, choices=RunStatus, default=RunStatus.DRAFT)

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "開催回"
        ordering = ["fiscal_year", "course__code", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "fiscal_year", "number"],
                name="run_numbered_in_its_year",
                violation_error_message="この研修の同じ回がすでにあります。",
            ),
            models.CheckConstraint(  # rule 6
                name="run_never_over_capacity",
                condition=Q(seats_taken__lte=F("capacity")),
                violation_error_message="定員を超えています。",
            ),
            models.CheckConstraint(
                name="run_closes_after_it_opens",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message="申込締切日は申込開始日以後にしてください。",
            ),
            models.CheckConstraint(
                name="run_minimum_within_capacity",
                condition=Q(minimum__lte=F("capacity")),
                violation_error_message="最少催行人数は定員以下にしてください。",
            ),
        ]
        indexes = [models.Index(fields=["status", "closes_on"], name="run_of_status")]

    def __str__(self) -> str:
        return f"{self.course.name} 第{self.number}回({self.fiscal_year.short})"

    @property
    def lacking(self) -> int:
        """How many more people it needs to take place."""
        return max(0, self.minimum - self.seats_taken)

    def takes_bookings_on(self, day: date) -> bool:
        """Open, and within the days of booking."""
        return self.status == RunStatus.OPEN and self.opens_on <= day <= self.closes_on


class RunSession(models.Model):
    """日程: one dated meeting of a run. `sequence` counts what changed of it, for the calendars that show it."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="sessions", verbose_name="開催回")
    starts_at = models.DateTimeField("開始日時")
    ends_at = models.DateTimeField("終了日時")
    venue = models.CharField("会場", max_length=100, blank=True, help_text="開催回の会場と違うときだけ入力します。")
    sequence = models.PositiveIntegerField("変更回数", default=0, editable=False)
    changed_at = models.DateTimeField("変更日時", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "日程"
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "starts_at"],
                name="session_once_at_a_time",
                violation_error_message="同じ日時の日程がすでにあります。",
            ),
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="終了日時は開始日時より後にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.starts_at:%Y-%m-%d}"

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class SeatHold(models.Model):
    """Seats of a run kept for a department until the day before `released_on`."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="holds", verbose_name="開催回")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="seat_holds", verbose_name="所属")
    seats = models.PositiveIntegerField("席数")
    released_on = models.DateField("開放日")

    class Meta:
        verbose_name = verbose_name_plural = "所属枠"
        ordering = ["run", "department__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "department"],
                name="hold_once_per_department",
                violation_error_message="この所属の枠はすでにあります。",
            ),
            models.CheckConstraint(
                name="hold_of_one_seat_or_more",
                condition=Q(seats__gt=0),
                violation_error_message="席数は1以上にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.department} {self.seats}席"
