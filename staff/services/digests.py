"""The digest: one letter a person and day with what is new, waiting for a while so that it can be called off."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from aomori_dx.kernel import locks, outbox, workdays
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.models import LetterState, OutboxMessage
from aomori_dx.kernel.wareki import format_date
from staff import posts
from staff.letters import SIGNATURE
from staff.models import Department, Employee, Notice, NoticeLetter, NoticeReading, OfficeRoleGrant

WAITS_FOR_A_READER = timedelta(days=30)
"""A notice to a post that nobody holds waits this long for somebody; it stays in the list of notices afterwards."""
NOTHING_LEFT = "載っていたお知らせが、すべて取り消されたため"


@dataclass
class _Mail:
    """What stands in the letters of this run."""

    by_person: dict[Employee, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    done: list[Notice] = field(default_factory=list)


@transaction.atomic
def write_all(*, at: datetime) -> int:
    """Write today's letters; returns their number. On a day that is no working day there are none.

    A notice goes into the letter of everybody who has to do with it on the day, has an e-mail address and has not
    opened it. Where one of them has had today's letter already, it waits for the next day's. Run again, or killed and
    run again, nothing is doubled and nothing lost: letters and marks are written together, a key once.
    """
    on = day_of(at)
    if not workdays.is_working_day(on):
        return 0
    locks.hold("digests")
    new = Notice.objects.kept().filter(digested_at__isnull=True, written_at__lte=at)
    held = new.select_for_update(of=("self",))  # who takes one back meanwhile waits, and then finds the letter
    notices = list(held.select_related("employee").order_by("written_at", "pk"))
    if not notices:
        return 0
    mail = _sort(notices, on, at)
    going = at + timedelta(minutes=settings.DIGEST_DELAY_MINUTES)
    letters = {
        employee.pk: OutboxMessage(
            key=_key(employee.pk, on), to=employee.email, written_at=at, not_before=going, **_text(employee, rows)
        )
        for employee, rows in mail.by_person.items()
    }
    outbox.write_new(list(letters.values()))
    pairs = ((row, letters[employee.pk]) for employee, rows in mail.by_person.items() for row in rows)
    NoticeLetter.objects.bulk_create((NoticeLetter(notice=row, letter=letter) for row, letter in pairs), batch_size=500)
    Notice.objects.filter(pk__in=[row.pk for row in mail.done]).update(digested_at=at)
    return len(letters)


def _sort(notices: list[Notice], on: date, at: datetime) -> _Mail:
    """Who is told of what today, and which notices are then done with."""
    readers = _Readers(on)
    told = {row.pk: readers.of(row) for row in notices}
    everybody = {person.pk for people in told.values() for person in people}
    keys = [_key(pk, on) for pk in everybody]
    written = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    opened = set(NoticeReading.objects.filter(notice__in=notices).values_list("notice", "user__employee"))
    mail = _Mail()
    for row in notices:
        people = told[row.pk]
        if any(_key(person.pk, on) in written for person in people):
            continue
        if not people and row.employee is None and row.written_at > at - WAITS_FOR_A_READER:
            continue
        mail.done.append(row)
        for person in people:
            if person.email and (row.pk, person.pk) not in opened:
                mail.by_person[person].append(row)
    return mail


class _Readers:
    """Whom a notice concerns on a day. The same few queries for any number of notices."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.holders = posts.holders(on)
        self.names = Department.present_names(self.holders.keys())
        self.offices: dict[str, list[Employee]] = defaultdict(list)
        grants = OfficeRoleGrant.objects.on(on).filter(user__is_active=True, user__employee__isnull=False)
        for grant in grants.select_related("user__employee").order_by("pk"):
            if (person := grant.user.employee) and person.in_service_on(on):
                self.offices[grant.role].append(person)

    def of(self, notice: Notice) -> list[Employee]:
        if notice.employee is not None:
            return [notice.employee] if notice.employee.in_service_on(self.on) else []
        if notice.office:
            return self.offices[notice.office]
        place = self.names.get(notice.department_id or 0, 0)
        return [holder.employee for holder in self.holders.get(place, ())]


@transaction.atomic
def leave_out(notices: Collection[int], *, at: datetime) -> None:
    """These notices (ids) were taken back: letters that have not gone yet are written anew without them, and one in
    which nothing is left does not go. A deliverer that holds a letter is waited for."""
    concerned = NoticeLetter.objects.filter(notice__in=notices).values("letter")
    waiting = OutboxMessage.objects.in_state(LetterState.WAITING).filter(pk__in=concerned)
    for letter in waiting.select_for_update().order_by("pk"):
        left = Notice.objects.kept().filter(letters__letter=letter).order_by("written_at", "pk")
        person = Employee.objects.get(pk=int(letter.key.split(":")[1]))
        if left:
            text = _text(person, left)
            letter.subject, letter.body = text["subject"], text["body"]
        else:
            letter.cancelled_at, letter.cancel_reason = at, NOTHING_LEFT
        letter.save(update_fields=["subject", "body", "cancelled_at", "cancel_reason"])


def _key(employee_id: int, on: date) -> str:
    return f"digest:{employee_id}:{on}"


def _text(employee: Employee, notices: Iterable[Notice]) -> dict[str, str]:
    """Subject and body. Without SITE_URL the letter says where to look instead of a link."""
    rows = list(notices)
    way = (
        f"お知らせの一覧: {settings.SITE_URL}/notices/"
        if settings.SITE_URL
        else "システムにログインし、「お知らせ」を開いてください。"
    )
    parts = [f"{employee.name}さん", f"新しいお知らせが{len(rows)}件あります。", *map(_paragraph, rows), way, SIGNATURE]
    return {"subject": f"DX推進員育成: お知らせ{len(rows)}件", "body": "\n\n".join(parts) + "\n"}


def _paragraph(row: Notice) -> str:
    lines = [f"■ {row.title}"]
    if row.body.strip():
        lines.append(row.body.strip())
    if row.due:
        lines.append(f"期限: {format_date(row.due)}")
    if settings.SITE_URL:
        lines.append(f"{settings.SITE_URL}/notices/{row.pk}/")
    return "\n".join(lines)
