"""Who may see and change courses, runs and bookings."""

from datetime import date, datetime

from aomori_dx.kernel.clock import day_of
from staff import posts, roles
from staff.models import OfficeRole, User
from training.models import Completion, CourseRun, Enrollment, FollowUp, SurveyInvitation, UnmatchedResult


def see_catalogue(user: User, on: date) -> bool:
    """Courses and their runs: whoever is in service, and the offices."""
    return roles.of(user, on).is_known_here


def see_runs(user: User, on: date) -> bool:
    """Rosters and waiting lists of all runs: the offices and データ管理者."""
    return roles.of(user, on).sees_everybody


def see_completions(user: User, on: date) -> bool:
    """The list of who finished what: the offices and データ管理者 everybody's, a head those of the department."""
    who = roles.of(user, on)
    return who.sees_everybody or who.is_head


def edit_runs(user: User, on: date) -> bool:
    """Courses, runs, bookings of others: 人財育成・人事担当 and DX推進担当."""
    return roles.of(user, on).has(OfficeRole.HR, OfficeRole.DX)


def edit_requirements(user: User, on: date) -> bool:
    """The rules of required training and reminders of it: 人財育成・人事担当 and DX推進担当."""
    return roles.of(user, on).has(OfficeRole.HR, OfficeRole.DX)


def see_requirements(user: User, on: date) -> bool:
    """The rates of required training everywhere, and who has not done it (R70): the offices and データ管理者."""
    return roles.of(user, on).sees_everybody


def see_own_unfinished(user: User, on: date) -> bool:
    """Who has not done it in one's own department: its head or deputy (R70)."""
    return roles.of(user, on).is_head


def book(user: User, on: date) -> bool:
    """A seat for oneself: whoever is in service."""
    return roles.of(user, on).employee_id is not None


def run_the_run(user: User, run: CourseRun, at: datetime) -> bool:
    """Open, close, hold and cancel."""
    return user is not None and edit_runs(user, day_of(at))


def give_seat(user: User | None, enrollment: Enrollment, at: datetime) -> bool:
    """Confirm and queue: the system by the order of arrival, or the office."""
    return user is None or edit_runs(user, day_of(at))


def run_bookings(user: User, enrollment: Enrollment, at: datetime) -> bool:
    """Reject, cancel for somebody, say how it ended."""
    return user is not None and edit_runs(user, day_of(at))


def say_what_came(user: User | None, enrollment: Enrollment, at: datetime) -> bool:
    """Attended or absent: the system from the attendance on record, or the office."""
    return user is None or edit_runs(user, day_of(at))


def change_own(user: User, enrollment: Enrollment, at: datetime) -> bool:
    """Cancel by oneself."""
    return user is not None and enrollment.employee_id == roles.of(user, day_of(at)).employee_id


def answer_survey(user: User, invitation: SurveyInvitation, at: datetime) -> bool:
    """The own sheet: who was asked, in person."""
    return user is not None and invitation.enrollment.employee_id == roles.of(user, day_of(at)).employee_id


def see_survey_results(user: User, on: date) -> bool:
    """What was answered, without names (E27): the offices and データ管理者; no head."""
    return roles.of(user, on).sees_everybody


def edit_questionnaires(user: User, on: date) -> bool:
    """Write the questions: 人財育成・人事担当 and DX推進担当."""
    return roles.of(user, on).has(OfficeRole.HR, OfficeRole.DX)


def answer_follow_ups(user: User, on: date) -> bool:
    """The page of 活用の確認: whoever heads a department on the day, in person or as 代理."""
    return roles.of(user, on).is_head


def answer_follow_up(user: User, follow_up: FollowUp, at: datetime) -> bool:
    """Say how one person uses it: whoever holds the post that was asked or its heir; never about oneself."""
    who = roles.of(user, day_of(at))
    if follow_up.enrollment.employee_id == who.employee_id:
        return False
    return follow_up.department_id in posts.inherited(who.headed, day_of(at))


def issue_certificates(user: User, on: date) -> bool:
    """Issue 修了証 for others, issue them again, word them: 人財育成・人事担当 and DX推進担当."""
    return edit_runs(user, on)


def have_certificate(user: User, completion: Completion, at: datetime) -> bool:
    """Let the certificate of a completion be issued: the person who finished, and the office."""
    on = day_of(at)
    return completion.employee_id == roles.of(user, on).employee_id or issue_certificates(user, on)


def see_certificates(user: User, on: date) -> bool:
    """The list: whoever is in service sees the own, a head those of the department, the offices all."""
    return roles.of(user, on).is_known_here


def settle_result(user: User, result: UnmatchedResult, at: datetime) -> bool:
    """Say whose result of a platform it is, or nobody's: as `edit_runs`."""
    return user is not None and edit_runs(user, day_of(at))
