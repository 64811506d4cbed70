"""Who has a seat in a meeting of the next working day is told of it, once a meeting (R71)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from aomori_dx.kernel import workdays
from aomori_dx.kernel.clock import TOKYO, day_of, start_of
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee, Notice
from staff.services import notices
from staff.services.notices import Message
from training.models import Enrollment, EnrollmentStatus, RunSession, RunStatus

PREFIX = "meeting:"


@transaction.atomic
def send_due(*, at: datetime) -> int:
    """Tell of meetings from now to the end of the next working day; on a day that is no working day of none.

    Whoever got the seat since the day before is told on the day itself. Again, nothing is doubled.
    """
    on = day_of(at)
    if not workdays.is_working_day(on):
        return 0
    until = start_of(workdays.shift(on, 1) + timedelta(days=1))
    meetings = RunSession.objects.filter(starts_at__gt=at, starts_at__lt=until, run__status__in=RUNNING)
    found: list[Message] = []
    for meeting in meetings.select_related("run__course").order_by("starts_at", "pk"):
        found += [_message(meeting, row) for row in _participants(meeting, on)]
    known = set(Notice.objects.filter(key__in=[row.key for row in found]).values_list("key", flat=True))
    new = [row for row in found if row.key not in known]
    notices.write_all(new, at=at)
    return len(new)


RUNNING = (RunStatus.OPEN, RunStatus.CLOSED)


def _participants(meeting: RunSession, on: date) -> QuerySet[Enrollment]:
    """Who has a seat, is in service and not on leave."""
    working = Employee.objects.in_service(on).at_work(on)
    rows = Enrollment.objects.filter(run=meeting.run_id, status=EnrollmentStatus.CONFIRMED, employee__in=working)
    return rows.select_related("employee").order_by("pk")


def _message(meeting: RunSession, row: Enrollment) -> Message:
    run, begins = meeting.run, meeting.starts_at.astimezone(TOKYO)
    ends = meeting.ends_at.astimezone(TOKYO)
    day = format_date(begins.date())
    where = "オンライン" if run.is_online else meeting.venue or run.venue or "会場は研修の案内を見てください"
    bring = f"持ち物: {run.course.to_bring}" if run.course.to_bring else ""
    lines = [f"{day} {begins:%-H:%M}から{ends:%-H:%M}まで、{where}", bring]
    return Message(
        f"{PREFIX}{row.pk}:{meeting.pk}:{begins:%Y%m%d%H%M}",
        row.employee,
        f"{day}は{run.course.name}の受講日です。",
        "\n".join(filter(None, lines)),
        f"/courses/{run.course.code}/",
    )
