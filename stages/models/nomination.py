"""推薦: a proposal to appoint a person for a fiscal year, by the department (推薦枠) or the person (自薦枠)."""

from typing import Any

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.fields import FiscalYearField
from staff.models import Department, Employee
from stages.models.promoter import Route
from stages.models.track import CareerTrack
from stages.querysets import NominationDeclineQuerySet, NominationQuerySet


class NominationStatus(models.TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "提出"
    ENDORSED = "endorsed", "同意"
    NOT_ENDORSED = "not_endorsed", "不同意"
    IN_REVIEW = "in_review", "審査中"
    RETURNED = "returned", "差戻し"
    ACCEPTED = "accepted", "決定"
    RESERVE = "reserve", "補欠"
    DECLINED = "declined", "不採用"
    WITHDRAWN = "withdrawn", "取下げ"
    TURNED_DOWN = "turned_down", "辞退"


LIVE = ("submitted", "endorsed", "in_review", "returned", "reserve", "accepted")
"""Rules 3 and 4: these hold a department's place and a person's. A draft holds nothing."""


class Proposal(models.TextChoices):
    """What the board proposes; nobody is told until it is confirmed (確定)."""

    ACCEPT = "accept", "採用"
    RESERVE = "reserve", "補欠"
    DECLINE = "decline", "不採用"


class Nomination(models.Model):
    """`department` is the one that nominates; for 自薦 the nominee's own on the day of submission.

    `place` is which of the department's places it takes. `clashes_with`: at the last attempt to submit, the person
    was nominated already by that one. `also_by`: the routes and departments merged into it. `due`: for one sent back
    the day by which it comes again, for a 補欠 who was asked the day by which to answer, for one that was turned down
    the day until which the department may name another. `cleared`: the codes of the contradictions that the office
    accepted, with why.
    """

    fiscal_year = FiscalYearField("年度")
    route = models.CharField("枠", max_length=12, choices=Route)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="nominations", verbose_name="推薦所属"
    )
    place = models.PositiveSmallIntegerField("枠番号", default=1)
    nominee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="nominations", verbose_name="候補者")
    status = models.CharField("状態", max_length=15, choices=NominationStatus, default=NominationStatus.DRAFT)
    reason = models.TextField("推薦理由", blank=True)
    motive = models.TextField("志望動機", blank=True)
    work_to_improve = models.TextField("改善したい業務", blank=True)
    wanted_track = models.ForeignKey(
        CareerTrack,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name="希望するキャリアプラン",
    )
    submitted_at = models.DateTimeField("提出日時", null=True, blank=True)
    opinion = models.TextField("所属長の意見", blank=True)
    comment = models.TextField("差戻し・決定の理由", blank=True)
    proposal = models.CharField("選考案", max_length=10, choices=Proposal, blank=True)
    proposal_reason = models.TextField("選考案の理由", blank=True)
    reserve_order = models.PositiveSmallIntegerField("補欠の順位", null=True, blank=True)
    score_first = models.PositiveSmallIntegerField("評点1", null=True, blank=True)
    score_second = models.PositiveSmallIntegerField("評点2", null=True, blank=True)
    decided_on = models.DateField("決定日", null=True, blank=True)
    due = models.DateField("期限", null=True, blank=True)
    clashes_with = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="clashes", verbose_name="重複する推薦"
    )
    also_by = models.JSONField("併合した推薦", default=list, blank=True)
    cleared = models.JSONField("確認済みの事項", default=dict, blank=True)

    gathered: Any = None
    """What the rules ask for, where it was read for many nominations at once (`rules.nomination.gather`)."""

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推薦"
        ordering = ["fiscal_year", "department__sort_order", "department__code", "pk"]
        constraints = [
            models.UniqueConstraint(  # rule 3
                fields=["department", "fiscal_year", "place"],
                condition=Q(route="recommended", status__in=LIVE),
                name="nomination_one_recommended_per_department_and_year",
                violation_error_message="この所属の推薦はすでに提出されています。",
            ),
            models.UniqueConstraint(  # rule 4
                fields=["nominee", "fiscal_year"],
                condition=Q(status__in=LIVE),
                name="nomination_one_per_person_and_year",
                violation_error_message="この職員はすでに推薦されています。",
            ),
            models.CheckConstraint(
                name="nomination_scores_up_to_100",
                condition=(Q(score_first__isnull=True) | Q(score_first__lte=100))
                & (Q(score_second__isnull=True) | Q(score_second__lte=100)),
                violation_error_message="評点は0点から100点までです。",
            ),
            models.CheckConstraint(
                name="nomination_place_is_numbered_from_1",
                condition=Q(place__gte=1),
                violation_error_message="枠番号は1以上にしてください。",
            ),
        ]
        indexes = [
            models.Index(fields=["fiscal_year", "status"], name="nomination_of_year"),
            models.Index(fields=["department", "fiscal_year"], name="nomination_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.nominee.name}({self.fiscal_year.short} {self.get_route_display()})"

    @property
    def is_live(self) -> bool:
        """It holds its place (rules 3 and 4)."""
        return self.status in LIVE


class DeclineReason(models.TextChoices):
    NOBODY = "nobody", "該当者なし"
    ALL_TRAINED = "all_trained", "全員育成済"
    ON_LEAVE = "on_leave", "育休・病休等"
    SMALL = "small", "少人数で業務に支障"
    OTHER = "other", "その他"


class NominationDecline(models.Model):
    """推薦なし: a department's reasoned answer that it has nobody. An answer, not a gap; it can be taken back."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="nomination_declines", verbose_name="所属"
    )
    fiscal_year = FiscalYearField("年度")
    reason_code = models.CharField("理由", max_length=15, choices=DeclineReason)
    note = models.TextField("説明", blank=True)
    declined_at = models.DateTimeField("回答日時")
    taken_back_at = models.DateTimeField("取消日時", null=True, blank=True)

    objects = NominationDeclineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推薦なしの回答"
        ordering = ["fiscal_year", "department__code", "-declined_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "fiscal_year"],
                condition=Q(taken_back_at__isnull=True),
                name="decline_one_per_department_and_year",
                violation_error_message="この所属はすでに「推薦なし」と回答しています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.fiscal_year.short} {self.get_reason_code_display()}"
