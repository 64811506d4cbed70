"""受講者への連絡: a notice to the people of a run, kept with who sent it, when and to how many."""

from datetime import datetime

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import Employee, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import SEATED, CourseRun, EnrollmentStatus, Recipients, RunMessage

NOT_YOURS = "受講者に連絡できるのは、人財育成・人事担当とDX推進担当だけです。"
NOBODY = "あて先に当てはまる人がいません。"
WHOM = {
    Recipients.SEATED: SEATED,
    Recipients.WAITING: (EnrollmentStatus.WAITLISTED,),
    Recipients.ALL: (*SEATED, EnrollmentStatus.WAITLISTED),
}


@transaction.atomic
def send(run_id: int, *, to: str, subject: str, body: str, by: User, at: datetime) -> RunMessage:
    """Tell the people of a run something: in the application at once, by the next digest as well.

    Raises NotAllowed, or RuleBroken: there is nobody to tell.
    """
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    run = CourseRun.objects.select_for_update(of=("self",)).select_related("course").get(pk=run_id)
    bookings = run.enrollments.filter(status__in=WHOM[Recipients(to)])
    people = list(Employee.objects.filter(pk__in=bookings.values("employee")).order_by("pk"))
    if not people:
        raise RuleBroken(NOBODY)
    row = RunMessage.objects.create(
        run=run, to=to, subject=subject, body=body, number=len(people), sent_at=at, sent_by_name=str(by)
    )
    audit.record(row, "created", by=by, at=at, after={"to": to, "subject": subject, "number": len(people)})
    notices.write_all(
        (
            Message(
                key=f"run-message:{row.pk}:{person.pk}",
                to=person,
                title=f"{run}: {subject}",
                body=body,
                url=f"/courses/{run.course.code}/",
            )
            for person in people
        ),
        at=at,
    )
    return row
