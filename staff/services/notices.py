"""Telling people within the application: written with its cause, once a key, to a person, a post or an office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from aomori_dx.kernel import bulk
from staff.models import Department, Employee, Notice, User
from staff.models.notice import NoticeReading
from staff.services import digests

BATCH = 1000
MANY = 200
"""From so many on the short way pays."""


@dataclass(frozen=True)
class Message:
    """What is to be told. `to`: a person, the head of a department (the post), or an office role's code."""

    key: str
    to: Employee | Department | str
    title: str
    body: str = ""
    url: str = ""
    due: date | None = None


def write_all(messages: Iterable[Message], *, at: datetime) -> None:
    """Write notices in the transaction of their cause. A key that is there already changes nothing."""
    rows = [_row(row, at) for row in messages]
    if len(rows) < MANY or not _inserted(rows):
        Notice.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _inserted(rows: Sequence[Notice]) -> bool:
    """Whether they went in the short way of `kernel.bulk`, which knows no conflict."""
    keys = [row.key for row in rows]
    known = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    new = {row.key: row for row in reversed(rows) if row.key not in known}
    try:
        with transaction.atomic():
            bulk.insert_all(Notice, new.values(), keyed=False)
    except IntegrityError:  # somebody else has written one of them meanwhile
        return False
    return True


def write(message: Message, *, at: datetime) -> None:
    """`write_all` for one."""
    write_all([message], at=at)


def _row(message: Message, at: datetime) -> Notice:
    row = Notice(
        key=message.key, title=message.title, body=message.body, url=message.url, due=message.due, written_at=at
    )
    if isinstance(message.to, Employee):
        row.employee = message.to
    elif isinstance(message.to, Department):
        row.department = message.to
    else:
        row.office = message.to
    return row


@transaction.atomic
def cancel(keys: Iterable[str], *, at: datetime) -> int:
    """Take notices back whose cause is gone: nobody sees them any more. Returns how many there were.

    A digest that has not gone yet is written anew without them.
    """
    gone = list(Notice.objects.kept().filter(key__in=list(keys)).values_list("pk", flat=True))
    count = Notice.objects.filter(pk__in=gone).update(cancelled_at=at)
    digests.leave_out(gone, at=at)
    return count


def mark_read(rows: Iterable[Notice], *, user: User, at: datetime) -> None:
    """`user` opened these. A second time changes nothing."""
    NoticeReading.objects.bulk_create(
        (NoticeReading(notice=row, user=user, read_at=at) for row in rows), ignore_conflicts=True
    )
