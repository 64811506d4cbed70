"""Who may see and change people. Predicates read after `may`: `may.see_people(user, on)`."""

from datetime import date, datetime

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.tables.importing import KINDS
from staff import roles
from staff.models import ChangeSet, Department, OfficeRole, User

PAST = (
    "過去の日付の職員名簿と組織を表示できるのは、人財育成・人事担当、DX推進担当、情報政策担当とデータ管理者だけです。"
    "日付の指定を外すと、今日現在の内容を表示します。"
)
FUTURE = (
    "これから効力が生じる異動や組織改正を表示できるのは、人財育成・人事担当とDX推進担当だけです。"
    "日付の指定を外すと、今日現在の内容を表示します。"
)


def see_people(user: User, on: date) -> bool:
    """The roster and the organisation, whole, today and on past days."""
    return roles.of(user, on).sees_everybody


def see_plans(user: User, on: date) -> bool:
    """What is loaded for days to come (予定): HR and DX推進担当, who prepare the new year."""
    return roles.of(user, on).sees_plans


def see_directory(user: User, on: date) -> bool:
    """Names and departments of today: whoever is in service, and those who see the whole roster."""
    return roles.of(user, on).is_known_here


def see_own_people(user: User, on: date) -> bool:
    """The people of one's department, whole: its head or deputy."""
    return roles.of(user, on).is_head


def see_department_whole(user: User, department: Department, on: date) -> bool:
    """Its people with numbers and titles, who is away, and its promoters."""
    return see_people(user, on) or department.pk in roles.of(user, on).headed


def why_not_on(user: User, day: date, *, on: date) -> str:
    """Why `user` may not see the people and the organisation of `day`; empty where it is allowed."""
    if day > on and not see_plans(user, on):
        return FUTURE
    return PAST if day < on and not see_people(user, on) else ""


def horizon(user: User, on: date) -> date | None:
    """The last day of which `user` may know anything; None: no limit."""
    return None if see_plans(user, on) else on


def export_people(user: User, on: date) -> bool:
    """Take the roster away as a file: those who see it whole."""
    return see_people(user, on)


def set_deputy(user: User, department: Department, on: date) -> bool:
    """Lend a head's powers: HR and DX推進担当, and the head in person. A deputy does not pass them on."""
    who = roles.of(user, on)
    return who.has(OfficeRole.HR, OfficeRole.DX) or department.pk in who.headed_in_person


def name_anybody(user: User, on: date) -> bool:
    """Name a deputy from the whole staff; a head names one of the own people."""
    return roles.of(user, on).has(OfficeRole.HR, OfficeRole.DX)


def see_deputies(user: User, department: Department, on: date) -> bool:
    """All deputies of a department, also former ones and those to come."""
    return see_department_whole(user, department, on)


def see_vacancies(user: User, on: date) -> bool:
    """Which departments have no head at work: those who see the whole organisation."""
    return see_people(user, on)


def see_leave_reason(user: User, on: date) -> bool:
    """Why somebody is away: HR only; the others see that somebody is."""
    return roles.of(user, on).has(OfficeRole.HR)


def see_corrections(user: User, on: date) -> bool:
    """What was changed in a person's records, also for days to come, with why somebody was away: HR only."""
    return roles.of(user, on).has(OfficeRole.HR)


def import_people(user: User, on: date) -> bool:
    """Load rosters, transfers and the organisation: 人財育成・人事担当."""
    return roles.of(user, on).has(OfficeRole.HR)


def change_numbers(user: User, on: date) -> bool:
    """Give a person another 職員番号: 人財育成・人事担当."""
    return roles.of(user, on).has(OfficeRole.HR)


def reorganise(user: User, on: date) -> bool:
    """Rename, move, divide, merge, open and abolish departments by hand: 人財育成・人事担当."""
    return import_people(user, on)


def import_change_set(user: User, change_set: ChangeSet, at: datetime) -> bool:
    """Check, apply or undo a loaded file: who may load files of its kind."""
    return user is not None and KINDS[change_set.kind].who(user, day_of(at))


def see_imports(user: User, on: date) -> bool:
    """The import screen: who may load files of some kind."""
    return any(kind.who(user, on) for kind in KINDS.values())


def see_letters(user: User, on: date) -> bool:
    """The letters that wait, went or did not arrive, with their text: HR and DX推進担当."""
    return roles.of(user, on).has(OfficeRole.HR, OfficeRole.DX)


def cancel_letters(user: User, on: date) -> bool:
    """Call off a letter before it goes: DX推進担当, who tells people."""
    return roles.of(user, on).has(OfficeRole.DX)


def correct_records(user: User, on: date) -> bool:
    """Correct any record in the admin, with a reason."""
    return roles.of(user, on).has(OfficeRole.ADMIN)


def run_the_system(user: User, on: date) -> bool:
    """Accounts, roles and the state of the system (情報政策担当)."""
    return roles.of(user, on).has(OfficeRole.INFO, OfficeRole.ADMIN)


def open_admin(user: User, on: date) -> bool:
    """Look at records in the admin: 情報政策担当 (look only, but for accounts) and データ管理者."""
    return user.is_active and run_the_system(user, on)
