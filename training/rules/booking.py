"""May this person take this run: each function says why not, or None. Warnings say what to think of first."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee, EmploymentType, Posting
from training.models import BOOKED, Audience, Course, CourseRun, Enrollment, Method, RunSession, RunStatus

Rule = Callable[[Enrollment, datetime], str | None]
TO_THE_OFFICE = "変更が必要なときは、研修の担当に連絡してください。"
NOT_INVITED = "この回に申し込めるのは、案内を受けた職員だけです。"


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


def run_is_alive(enrollment: Enrollment, at: datetime) -> str | None:
    """Nobody joins what was held or called off, the office neither."""
    run = enrollment.run
    if run.status in (RunStatus.HELD, RunStatus.CANCELLED):
        return f"この回は「{run.get_status_display()}」のため、登録できません。"
    return None


def is_invited(enrollment: Enrollment, at: datetime) -> str | None:
    """A run for invited people is for those on its list. The office puts somebody there before it books."""
    run = enrollment.run
    if not run.invited_only or run.invitations.filter(employee=enrollment.employee_id, withdrawn_at=None).exists():
        return None
    return NOT_INVITED


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


def may_ask_for_a_change(enrollment: Enrollment, at: datetime) -> str | None:
    """R42, R45: after the day of one's own changes the office is asked, until the run's final moment."""
    run = enrollment.run
    if day_of(at) <= run.change_until:
        return f"{format_date(run.change_until)}までは、ご自身で変更と取消ができます。"
    if run.final_at is not None and at > run.final_at:
        return f"変更の申出は{moment(run.final_at)}に締め切りました。研修の担当に電話で連絡してください。"
    return None


def was_moved_up(enrollment: Enrollment, at: datetime) -> str | None:
    """Declining is for who came from the waiting list; the others cancel."""
    return None if enrollment.answer_by else "キャンセル待ちから繰り上がった受講だけ、辞退できます。"


def may_still_decline(enrollment: Enrollment, at: datetime) -> str | None:
    """E14: within the days of the answer, whatever the run's day of changes."""
    until = enrollment.answer_by
    if until is None or day_of(at) <= until:
        return None
    return f"辞退できるのは{format_date(until)}まででした。{TO_THE_OFFICE}"


def answer_by(run: CourseRun, at: datetime) -> date:
    """Until when somebody who is moved up now may decline: some days at least, and as long as others may cancel."""
    return max(run.change_until, day_of(at) + timedelta(days=run.answer_days))


def moment(at: datetime) -> str:
    """令和8年12月14日 17:00"""
    local = at.astimezone(TOKYO)
    return f"{format_date(local.date())} {local:%-H:%M}"


def year_is_open(enrollment: Enrollment, at: datetime) -> str | None:
    """A closed fiscal year stays as it is."""
    return closing.hold().why_not(enrollment.run.fiscal_year)


def by_elearning(enrollment: Enrollment, at: datetime) -> str | None:
    """Only e-learning is finished by what a platform says."""
    return None if enrollment.course.method == Method.ELEARNING else "eラーニングの研修ではありません。"


def waiting_list_moves(run: CourseRun, at: datetime) -> bool:
    """By itself up to the last day of changes, and never after the start; not where an officer moves it."""
    return not run.promotes_by_hand and day_of(at) <= run.change_until and why_not_promote(run, at) is None


def why_not_promote(run: CourseRun, at: datetime) -> str | None:
    """Nobody is moved up after the start, or in a run that is not on."""
    begins = first_meeting(run)
    if run.status not in (RunStatus.OPEN, RunStatus.CLOSED):
        return f"この回は「{run.get_status_display()}」のため、繰り上げられません。"
    return None if begins is None or at < begins else "この回はすでに始まっているため、繰り上げられません。"


def promoted_before_the_start(enrollment: Enrollment, at: datetime) -> str | None:
    """The same, asked of the one who is moved up."""
    return why_not_promote(enrollment.run, at)


def in_line_words(run: CourseRun, rank: int, at: datetime) -> list[str]:
    """R44: the place in line and why, in words: the rule, what stops it, who moves it."""
    words = [f"キャンセル待ちの{rank}番目です。先に申し込んだ人から順に席が決まります。"]
    until = format_date(run.change_until)
    if (reason := why_not_promote(run, at)) is not None:
        return [*words, reason]
    if run.promotes_by_hand:
        words.append("この回は、席が空いたときに、研修の担当が順番に繰り上げます。")
    elif day_of(at) <= run.change_until:
        words.append(f"{until}までに席が空くと、自動で確定し、お知らせします。")
    else:
        words.append(f"自動の繰上げは{until}に終わりました。席が空いたときは、研修の担当が順番に繰り上げます。")
    return words


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
