"""A person's training as iCalendar (RFC 5545), for calendars that subscribe to it or load it once.

Every meeting keeps its UID for good; SEQUENCE rises with every change of the meeting and every move of the booking,
so that a calendar takes the newest. What was called off stays for a while as CANCELLED: then calendars drop it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from icalendar import Calendar, Event

from aomori_dx.kernel.clock import TOKYO, day_of, start_of
from aomori_dx.kernel.models import AuditEvent
from staff.models import Employee
from training import own_requirements
from training.models import SEATED, DroppedMeeting, Enrollment, EnrollmentStatus, RunSession, RunStatus

DOMAIN = "aomori-dx"
TENTATIVE = (EnrollmentStatus.REQUESTED, EnrollmentStatus.WAITLISTED)
PAST, GONE = timedelta(days=180), timedelta(days=30)
"""How long meetings that are over are shown, and those that were called off."""
UPDATE_EVERY = timedelta(hours=4)


@dataclass(frozen=True)
class News:
    """What was recorded about the bookings of one person in one run: how often, and when for the last time."""

    times: int
    last: datetime


def of(person: Employee, *, site: str, at: datetime) -> bytes:
    """Everything: meetings of booked runs, and the days by which required courses must be finished."""
    bookings = Enrollment.objects.filter(employee=person)
    events = [*_meetings(list(_read(bookings)), site, at), *_due_days(person, site, at)]
    return _calendar(events, name=f"研修({person.name})")


def of_run(person: Employee, run_id: int, *, site: str, at: datetime) -> bytes | None:
    """The meetings of one booked run, to be loaded once; None where the person has no booking in it."""
    rows = list(_read(Enrollment.objects.filter(employee=person, run=run_id)))
    return _calendar(list(_meetings(rows, site, at)), name=str(rows[-1].run)) if rows else None


def _read(rows: Any) -> Any:
    """The newest booking of a run comes last."""
    return rows.select_related("run__course").prefetch_related("run__sessions", "run__dropped").order_by("pk")


def _calendar(events: Sequence[Event], *, name: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//青森県//aomori_dx//JA")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Tokyo")
    calendar.add("refresh-interval", UPDATE_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _meetings(bookings: list[Enrollment], site: str, at: datetime) -> Iterator[Event]:
    news = _news(bookings)
    for booking in {row.run_id: row for row in bookings}.values():
        shown = _status(booking)
        heard = news.get(booking.run_id, News(0, booking.requested_at))
        for meeting in booking.run.sessions.all():
            if meeting.ends_at >= at - (GONE if shown == "CANCELLED" else PAST):
                yield _event(meeting, meeting.pk, booking, shown, heard, site)
        for dropped in booking.run.dropped.all():
            if dropped.starts_at >= at - GONE or dropped.dropped_at >= at - GONE:
                yield _event(dropped, dropped.meeting, booking, "CANCELLED", heard, site)


def _news(bookings: Iterable[Enrollment]) -> dict[int, News]:
    """Run → what was recorded of all bookings of the person in it. Every move leaves a record, so it only grows."""
    runs = {str(row.pk): row.run_id for row in bookings}
    events = AuditEvent.objects.filter(model=Enrollment._meta.label_lower, object_pk__in=list(runs)).order_by()
    found: dict[int, News] = {}
    for pk, times, last in events.values_list("object_pk").annotate(Count("pk"), Max("at")):
        before = found.get(runs[pk], News(0, last))
        found[runs[pk]] = News(before.times + times, max(before.last, last))
    return found


def _status(booking: Enrollment) -> str:
    if booking.run.status == RunStatus.CANCELLED:
        return "CANCELLED"
    if booking.status in TENTATIVE:
        return "TENTATIVE"
    return "CONFIRMED" if booking.status in SEATED else "CANCELLED"


def _event(
    meeting: RunSession | DroppedMeeting, number: int, booking: Enrollment, status: str, news: News, site: str
) -> Event:
    run, course = booking.run, booking.run.course
    changed = meeting.changed_at if isinstance(meeting, RunSession) else meeting.dropped_at
    last = max(filter(None, [news.last, booking.requested_at, booking.confirmed_at, changed]))
    waiting = "【キャンセル待ち】" if status == "TENTATIVE" else ""
    event = Event()
    event.add("uid", f"meeting-{number}@{DOMAIN}")
    event.add("sequence", meeting.sequence + news.times)
    event.add("summary", f"{waiting}{course.name}")
    event.add("dtstart", meeting.starts_at.astimezone(TOKYO))
    event.add("dtend", meeting.ends_at.astimezone(TOKYO))
    event.add("location", _place(meeting, run))
    event.add("description", _description(booking, site))
    event.add("url", f"{site}/courses/{course.code}/")
    event.add("status", status)
    event.add("transp", "OPAQUE" if status == "CONFIRMED" else "TRANSPARENT")
    event.add("class", "PRIVATE")
    _date(event, last)
    return event


def _date(event: Event, moment: datetime) -> None:
    """DTSTAMP is when it was changed, not when it was asked for: the same facts are the same file."""
    event.add("dtstamp", moment)
    event.add("last-modified", moment)


def _place(meeting: RunSession | DroppedMeeting, run: Any) -> str:
    own = meeting.venue if isinstance(meeting, RunSession) else ""
    return own or run.venue or ("オンライン" if run.is_online else "会場未定")


def _description(booking: Enrollment, site: str) -> str:
    run, course = booking.run, booking.run.course
    lines = [
        f"{course.name} 第{run.number}回({booking.get_status_display()})",
        f"講師: {run.instructor}" if run.instructor else "",
        f"持ち物・準備: {course.to_bring}" if course.to_bring else "",
        f"連絡事項: {run.note}" if run.note else "",
        f"内容の確認と取消: {site}/courses/{course.code}/",
    ]
    return "\n".join(line for line in lines if line)


def _due_days(person: Employee, site: str, at: datetime) -> Iterator[Event]:
    """As whole days: Outlook does not show VTODO of a calendar that it subscribes to. What is done is cancelled."""
    on = day_of(at)
    for own in own_requirements.of(person, on):
        if own.due < on - GONE and not own.to_do:
            continue
        event = Event()
        event.add("uid", f"required-{own.code}-{int(own.fiscal_year)}@{DOMAIN}")
        event.add("sequence", 0 if own.to_do else 1)
        event.add("summary", f"【必修研修の期限】{own.name}")
        event.add("dtstart", own.due)
        event.add("dtend", own.due + timedelta(days=1))
        event.add("description", f"{own.course}を、この日までに修了してください。\n{site}{own.href}")
        event.add("url", f"{site}{own.href}")
        event.add("status", "CONFIRMED" if own.to_do else "CANCELLED")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        _date(event, start_of(_changed_on(own)))
        yield event


def _changed_on(own: Any) -> date:
    return own.done_on or own.fiscal_year.first_day
