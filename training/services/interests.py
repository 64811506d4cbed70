"""Who would take a course of which there is no run."""

from datetime import datetime

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed
from aomori_dx.kernel.wareki import format_date
from staff import roles
from staff.models import Employee, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import Course, CourseRun, Interest

NOT_YOURS = "受講の希望を登録できるのは、在職している職員です。"


@transaction.atomic
def register(course: Course, *, by: User, at: datetime) -> Interest:
    """Keep that the person would take it; a second time changes nothing. Raises NotAllowed."""
    me = roles.of(by, day_of(at)).employee_id
    if me is None or not may.book(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    person = Employee.objects.select_for_update().get(pk=me)
    row, created = Interest.objects.get_or_create(
        employee=person, course=course, withdrawn_at=None, defaults={"registered_at": at}
    )
    if created:
        audit.record(row, "created", by=by, at=at)
    return row


@transaction.atomic
def withdraw(course: Course, *, by: User, at: datetime) -> None:
    """Take the wish back; without one nothing happens."""
    rows = Interest.objects.filter(employee=roles.of(by, day_of(at)).employee_id, course=course, withdrawn_at=None)
    for row in rows.select_for_update():
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        audit.record(row, "taken_back", by=by, at=at)


def tell_of(run: CourseRun, *, at: datetime) -> None:
    """A run opens: who has waited for one is told, once a run. Of a run for invited people only those hear who are."""
    waiting = Interest.objects.filter(course=run.course, withdrawn_at__isnull=True).select_related("employee")
    if run.invited_only:
        return
    notices.write_all(
        (
            Message(
                key=f"wished-for:{row.pk}:{run.pk}",
                to=row.employee,
                title=f"{run}の募集が始まりました。",
                body=f"受講の希望を登録していた研修です。申込は{format_date(run.closes_on)}までです。",
                url=f"/courses/{run.course.code}/",
                due=run.closes_on,
            )
            for row in waiting
        ),
        at=at,
    )
