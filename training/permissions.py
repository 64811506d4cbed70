"""Who may see and change courses, runs and bookings."""

from datetime import date, datetime

from aomori_dx.kernel.clock import day_of
from staff import roles
from staff.models import OfficeRole, User
from training.models import CourseRun, Enrollment


def see_catalogue(user: User, on: date) -> bool:
    """Courses and their runs: whoever is in service, and the offices."""
    return roles.of(user, on).is_known_here


def see_runs(user: User, on: date) -> bool:
    """Rosters and waiting lists of all runs: the offices and データ管理者."""
    return roles.of(user, on).sees_everybody


def edit_runs(user: User, on: date) -> bool:
    """Courses, runs, bookings of others: 人財育成・人事担当 and DX推進担当."""
    return roles.of(user, on).has(OfficeRole.HR, OfficeRole.DX)


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
    """Reject, cancel for somebody, say who came."""
    return user is not None and edit_runs(user, day_of(at))


def change_own(user: User, enrollment: Enrollment, at: datetime) -> bool:
    """Cancel by oneself."""
    return user is not None and enrollment.employee_id == roles.of(user, day_of(at)).employee_id
