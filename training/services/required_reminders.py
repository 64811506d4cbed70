"""催促: required training that is not done. Each is told some working days before the due day and every so many after
it; the heads hear once a week; the office reminds by hand. Never twice a day, never somebody who is on leave (E5)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from aomori_dx.kernel import audit, locks, workdays
from aomori_dx.kernel.clock import day_of, start_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, Notice, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training import rates
from training.models import Obligation, Requirement
from training.obligation_states import TO_DO, ObligationQuerySet, OwedState

NOT_YOURS = "必修研修の催促を送れるのは、人財育成・人事担当とDX推進担当だけです。"
NOBODY = "催促する人がいません。全員が修了したか、休職中か、今日すでに催促しています。"
PREFIX, OF_HEADS = "required:", "required-head:"
CATCH_UP = 2
"""A reminder whose day was missed goes up to so many working days later."""
LOCK = "required reminders"


@dataclass(frozen=True)
class Sent:
    """How many people, and posts, were told."""

    people: int = 0
    heads: int = 0


@transaction.atomic
def send_due(*, at: datetime) -> Sent:
    """Remind where today is the day; on a day that is no working day nobody is.

    Run again, nothing is doubled: who was reminded since the day on which it was due, by hand too, is left out. Run a
    day late, nothing is lost.
    """
    on = day_of(at)
    if not workdays.is_working_day(on):
        return Sent()
    locks.hold(LOCK)
    return Sent(_remind_people(on, at), _tell_heads(on, at))


def days(due: date, *, until: date) -> list[date]:
    """The days until `until` on which a course due on `due` is spoken of, in the order of time."""
    found = {workdays.shift(due, -number) for number in settings.REQUIRED_REMIND_BEFORE}
    late = workdays.shift(due, settings.REQUIRED_REMIND_EVERY)
    while late <= until:
        found.add(late)
        late = workdays.shift(late, settings.REQUIRED_REMIND_EVERY)
    return sorted(day for day in found if day <= until)


def to_do(on: date) -> ObligationQuerySet:
    """What people who are at work have to finish in the rounds that run."""
    year = FiscalYear.containing(on)
    return Obligation.objects.of_rounds(year, on=on).in_service(on).with_state(on).filter(state__in=TO_DO)


def _remind_people(on: date, at: datetime) -> int:
    dues = to_do(on).order_by().values_list("due_on", flat=True).distinct()
    slots = {due: slot for due in dues if (slot := _slot(due, on)) is not None}
    if not slots:
        return 0
    told = _told_since(min(slots.values()))
    rows = to_do(on).filter(due_on__in=slots).select_related("employee", "requirement__course").order_by("pk")
    count = 0

    def messages() -> Iterator[Message]:
        nonlocal count
        for row in rows.iterator(chunk_size=2000):
            slot = slots[row.due_on]
            if row.obliged_on < slot and told.get(row.pk, date.min) < slot:
                count += 1
                title, body = wording(row.requirement, row.due_on, on=on)
                yield _message(row, slot, title, body)

    notices.write_all(messages(), at=at)
    return count


def _slot(due: date, on: date) -> date | None:
    newest = max(days(due, until=on), default=None)
    return newest if newest and on <= workdays.shift(newest, CATCH_UP) else None


def _told_since(day: date) -> dict[int, date]:
    """Obligation → the last day since `day` on which its person was reminded of it."""
    rows = Notice.objects.filter(key__startswith=PREFIX, written_at__gte=start_of(day)).order_by("written_at")
    return {int(key.split(":")[1]): day_of(written) for key, written in rows.values_list("key", "written_at")}


def _message(row: Any, day: date, title: str, body: str) -> Message:
    url = f"/courses/{row.requirement.course.code}/"
    return Message(f"{PREFIX}{row.pk}:{day}", row.employee, title, body, url, row.due_on)


def wording(requirement: Requirement, due: date, *, on: date) -> tuple[str, str]:
    """Title and body to a person whose course is due on `due`."""
    close = format_date(due)
    if on <= due:
        return (
            f"必修研修「{requirement.name}」の期限は{close}です。",
            f"まだ修了していません。{close}までに「{requirement.course.name}」を受講してください。",
        )
    return (
        f"【期限超過】必修研修「{requirement.name}」を受講してください。",
        f"期限({close})を過ぎましたが、まだ修了していません。「{requirement.course.name}」を早めに受講してください。",
    )


def _tell_heads(on: date, at: datetime) -> int:
    """Once a week, from its first working day on: how many of the department have not done what is due soon."""
    monday = on - timedelta(days=on.weekday())
    first = monday if workdays.is_working_day(monday) else workdays.shift(monday, 1)
    if not first <= on <= workdays.shift(first, CATCH_UP):
        return 0
    rows = to_do(on).filter(state__in=[OwedState.OVERDUE, OwedState.SOON])
    return _write_heads(rows, f"{monday}", on=on, at=at, text=_summary)


def _summary(people: int, late: int) -> tuple[str, str]:
    words = f"(うち期限超過{late}件)" if late else ""
    return (
        f"必修研修の未受講が{people}件あります{words}。",
        "所属の職員のうち、必修研修の期限が近いか、過ぎている人がいます。名前と期限を確認し、受講を促してください。",
    )


def _write_heads(
    rows: ObligationQuerySet, mark: str, *, on: date, at: datetime, text: Callable[[int, int], tuple[str, str]]
) -> int:
    """A message to the post of each department with such people. Returns how many had not been told yet."""
    counts = rates.with_place(rows, on).filter(place__isnull=False).order_by().values_list("place__department")
    late = Count("pk", filter=Q(due_on__lt=on))
    found = {place: (people, over) for place, people, over in counts.annotate(people=Count("pk"), over=late)}
    keys = {f"{OF_HEADS}{place}:{mark}" for place in found}
    known = set(Notice.objects.filter(key__startswith=OF_HEADS, key__endswith=f":{mark}").values_list("key", flat=True))
    places = Department.objects.in_bulk([place for place in found if f"{OF_HEADS}{place}:{mark}" not in known])
    notices.write_all(
        (
            Message(
                f"{OF_HEADS}{pk}:{mark}", place, *text(*found[pk]), f"/department/training/?department={place.code}"
            )
            for pk, place in sorted(places.items())
        ),
        at=at,
    )
    return len(keys - known)


@transaction.atomic
def send(
    requirement: Requirement, rows: ObligationQuerySet, *, to: str, title: str, body: str, by: User, at: datetime
) -> int:
    """Remind by hand those of `rows` (obligations with their state) who have it to do: themselves, or ("heads") the
    所属長 of their departments; returns how many were told.

    Who was reminded of it today is left out. Raises NotAllowed, or RuleBroken: no text, nobody is left.
    """
    on = day_of(at)
    if not may.edit_requirements(by, on):
        raise NotAllowed(NOT_YOURS)
    if not title.strip() or not body.strip():
        raise RuleBroken("件名と本文を入力してください。")
    locks.hold(LOCK)
    rows = rows.filter(state__in=TO_DO)
    text = (title.strip(), body.strip())
    if to == "heads":
        mark = f"{requirement.pk}:{on}"
        count = _write_heads(rows, mark, on=on, at=at, text=lambda people, late: text)
    else:
        told = _told_since(on)
        chosen = [row for row in rows.select_related("employee", "requirement__course") if row.pk not in told]
        notices.write_all((_message(row, on, *text) for row in chosen), at=at)
        count = len(chosen)
    if not count:
        raise RuleBroken(NOBODY)
    audit.record(requirement, "reminded", by=by, at=at, after={"件名": text[0], "送り先": to, "件数": count})
    return count


def call_off(employees: Iterable[int], *, at: datetime) -> None:
    """These people (ids) have finished something: what is done is spoken of no more, also not in a letter to come."""
    for part in _parts(sorted(set(employees))):
        rows = Notice.objects.kept().filter(employee__in=part, key__startswith=PREFIX)
        keys = {key: int(key.split(":")[1]) for key in rows.values_list("key", flat=True)}
        done = Obligation.objects.filter(pk__in=set(keys.values())).with_state(day_of(at)).filter(state=OwedState.DONE)
        finished = set(done.values_list("pk", flat=True))
        if gone := [key for key, pk in keys.items() if pk in finished]:
            notices.cancel(gone, at=at)


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[first : first + 1000] for first in range(0, len(ids), 1000))
