"""お知らせ: what the application tells somebody; to a person, to a post (the head of a 所属) or to an office."""

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.models import OutboxMessage
from staff.models.department import Department
from staff.models.employee import Employee
from staff.models.standing import OfficeRole
from staff.models.user import User
from staff.querysets import NoticeQuerySet

TO_ONE = (
    Q(employee__isnull=False, department__isnull=True, office="")
    | Q(employee__isnull=True, department__isnull=False, office="")
    | Q(employee__isnull=True, department__isnull=True) & ~Q(office="")
)


class Notice(models.Model):
    """One message. What is addressed to a post belongs to whoever holds it on the day of reading.

    `key` says what it is about: the same key a second time changes nothing. `digested_at`: since when the digest is
    done with it, in a letter (`NoticeLetter`) or because nobody needed one. One that was taken back (`cancelled_at`)
    is shown to nobody.
    """

    key = models.CharField("識別名", max_length=120)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="宛先の職員"
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="宛先の所属",
        help_text="この所属の所属長(代理を含む)に届きます。",
    )
    office = models.CharField("宛先の担当", max_length=20, choices=OfficeRole, blank=True)
    title = models.CharField("件名", max_length=200)
    body = models.TextField("本文", blank=True)
    url = models.CharField("リンク先", max_length=200, blank=True)
    due = models.DateField("期限", null=True, blank=True)
    written_at = models.DateTimeField("作成日時", db_index=True)
    digested_at = models.DateTimeField("まとめメールの処理日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消日時", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "お知らせ"
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="notice_once_per_key", violation_error_message="同じお知らせがすでにあります。"
            ),
            models.CheckConstraint(
                name="notice_to_one",
                condition=TO_ONE,
                violation_error_message="宛先は、職員、所属、担当のどれか一つにしてください。",
            ),
        ]
        indexes = [
            models.Index(fields=["office"], name="notice_of_office", condition=~Q(office="")),
            models.Index(fields=["written_at"], name="notice_undigested", condition=Q(digested_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeReading(models.Model):
    """That a login opened a notice, and when first."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="readings", verbose_name="お知らせ")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="readings", verbose_name="利用者")
    read_at = models.DateTimeField("既読日時")

    class Meta:
        verbose_name = verbose_name_plural = "お知らせの既読"
        ordering = ["-read_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "user"],
                name="notice_read_once",
                violation_error_message="このお知らせはすでに既読です。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.user}"


class NoticeLetter(models.Model):
    """That a notice stands in a digest letter."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="letters", verbose_name="お知らせ")
    letter = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="notices", verbose_name="メール")

    class Meta:
        verbose_name = verbose_name_plural = "まとめメールのお知らせ"
        ordering = ["letter", "notice"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "letter"],
                name="notice_once_per_letter",
                violation_error_message="このお知らせは、このメールにすでに載っています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.letter.to}"
