"""May this person take this run: each function says why not, or None. Warnings say what to think of first."""

from collections.abc import Iterator
from datetime import datetime

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee, EmploymentType, Posting
from training.models import BOOKED, Audience, Course, CourseRun, Enrollment, RunSession, RunStatus

TO_THE_OFFICE = "変更が必要なときは、研修の担当に連絡してください。"


def run_takes_bookings(enrollment: Enrollment, at: datetime) -> str | None:
    """Open, and within the days of booking."""
    run, on = enrollment.run, day_of(at)
    if run.status != RunStatus.OPEN:
        return f"この回は「{run.get_status_display()}」のため、申し込めません。"
    if on < run.opens_on:
        return f"申込は{format_date(run.opens_on)}からです。"
    if on > run.closes_on:
        return f"申込は{format_date(run.closes_on)}に締め切りました。{TO_THE_OFFICE}"
    return None


def run_has_not_begun(enrollment: Enrollment, at: datetime) -> str | None:
    """Nobody comes in after the start."""
    begins = first_meeting(enrollment.run)
    return None if begins is None or at < begins else "この回はすでに始まっています。"


def in_service(enrollment: Enrollment, at: datetime) -> str | None:
    """Who has left takes no course."""
    return None if enrollment.employee.in_service_on(day_of(at)) else "在職していません。"


def audience_fits(enrollment: Enrollment, at: datetime) -> str | None:
    """E9: 職員区分 and 管理職 as the course says."""
    course, kind = enrollment.course, enrollment.employee.employment_type
    if course.employment_types and kind and kind not in course.employment_types:
        return f"職員区分({EmploymentType(kind).label})は、この研修の対象ではありません。"
    if course.audience == Audience.MANAGERS and not _is_manager(enrollment, at):
        return "この研修の対象は管理職です。"
    return None


def _is_manager(enrollment: Enrollment, at: datetime) -> bool:
    return Posting.objects.managers().on(day_of(at)).filter(employee=enrollment.employee_id).exists()


def may_still_change(enrollment: Enrollment, at: datetime) -> str | None:
    """R45: by oneself until the run's day; afterwards by the office."""
    until = enrollment.run.change_until
    if day_of(at) <= until:
        return None
    return f"変更と取消は{format_date(until)}までです。{TO_THE_OFFICE}"


def year_is_open(enrollment: Enrollment, at: datetime) -> str | None:
    """A closed fiscal year stays as it is."""
    return closing.hold().why_not(enrollment.run.fiscal_year)


def waiting_list_moves(run: CourseRun, at: datetime) -> bool:
    """Up to the last day of changes, and never after the start."""
    begins = first_meeting(run)
    running = run.status in (RunStatus.OPEN, RunStatus.CLOSED)
    return running and day_of(at) <= run.change_until and (begins is None or at < begins)


def first_meeting(run: CourseRun) -> datetime | None:
    """When the run begins; None without meetings. A run that was read with its sessions costs no query."""
    return min((meeting.starts_at for meeting in run.sessions.all()), default=None)


def other_meetings(employee: Employee, course: Course) -> list[RunSession]:
    """The meetings that the person has booked in other courses."""
    mine = RunSession.objects.filter(run__enrollments__employee=employee, run__enrollments__status__in=BOOKED)
    return list(mine.exclude(run__course=course).select_related("run__course"))


def clashes(run: CourseRun, others: list[RunSession]) -> Iterator[str]:
    """R43: meetings at the same time as one of the run's, a line for each. A warning, no refusal."""
    for meeting in run.sessions.all():
        for other in others:
            if meeting.starts_at < other.ends_at and other.starts_at < meeting.ends_at:
                yield f"{other.run.course.name}({format_date(day_of(other.starts_at))})と時間が重なっています。"
