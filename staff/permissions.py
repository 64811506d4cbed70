"""Who may see and change people. Predicates read after `may`: `may.see_people(user, on)`."""

from datetime import date, datetime

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.tables.importing import KINDS
from staff import roles
from staff.models import ChangeSet, OfficeRole, User


def see_people(user: User, on: date) -> bool:
    """The roster and the organisation, whole."""
    return roles.of(user, on).is_office or roles.of(user, on).has(OfficeRole.ADMIN)


def see_leave_reason(user: User, on: date) -> bool:
    """Why somebody is away: HR only; the others see that somebody is."""
    return roles.of(user, on).has(OfficeRole.HR)


def import_people(user: User, on: date) -> bool:
    """Load rosters, transfers and the organisation: 人財育成・人事担当."""
    return roles.of(user, on).has(OfficeRole.HR)


def import_change_set(user: User, change_set: ChangeSet, at: datetime) -> bool:
    """Check, apply or undo a loaded file: who may load files of its kind."""
    return user is not None and KINDS[change_set.kind].who(user, day_of(at))


def see_imports(user: User, on: date) -> bool:
    """The import screen: who may load files of some kind."""
    return any(kind.who(user, on) for kind in KINDS.values())


def correct_records(user: User, on: date) -> bool:
    """Correct any record in the admin, with a reason."""
    return roles.of(user, on).has(OfficeRole.ADMIN)


def run_the_system(user: User, on: date) -> bool:
    """Accounts, roles and the state of the system (情報政策担当)."""
    return roles.of(user, on).has(OfficeRole.INFO, OfficeRole.ADMIN)


def open_admin(user: User, on: date) -> bool:
    """Look at records in the admin: 情報政策担当 (look only, but for accounts) and データ管理者."""
    return user.is_active and run_the_system(user, on)
