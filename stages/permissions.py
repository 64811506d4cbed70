"""Who may see and change the programme."""

from datetime import date, datetime

from aomori_dx.kernel.clock import day_of
from staff import roles
from staff.models import Department, OfficeRole, User
from stages import approvers
from stages.models import Curriculum, Nomination, PracticeReport, Rollover, Route, StageEnrollment


def see_promoters(user: User, on: date) -> bool:
    """All promoters and nominations: the offices and データ管理者."""
    return roles.of(user, on).is_office or roles.of(user, on).has(OfficeRole.ADMIN)


def import_promoters(user: User, on: date) -> bool:
    """Load lists of appointed promoters and of past years: DX推進担当, who appoints."""
    return roles.of(user, on).has(OfficeRole.DX)


def compute_quotas(user: User, on: date) -> bool:
    """Have the figures computed now: those who see them all."""
    return roles.of(user, on).is_office or roles.of(user, on).has(OfficeRole.ADMIN)


def judge_progress(user: User, enrollment: StageEnrollment, at: datetime) -> bool:
    """Start, complete, suspend or end a promoter's year in a stage: DX推進担当, who plans the stages."""
    return user is not None and roles.of(user, day_of(at)).has(OfficeRole.DX)


def see_years(user: User, on: date) -> bool:
    """Which fiscal years are closed, by whom and why: the offices, データ管理者 and 閲覧者 (part of the plan)."""
    return roles.of(user, on).is_office or roles.of(user, on).has(OfficeRole.ADMIN, OfficeRole.VIEWER)


def close_years(user: User, on: date) -> bool:
    """Close a fiscal year and open it again: DX推進担当, who answers for the plan's figures."""
    return roles.of(user, on).has(OfficeRole.DX)


def see_curricula(user: User, on: date) -> bool:
    """Published curricula: whoever is in service, and the offices."""
    return roles.of(user, on).is_known_here


def see_curriculum_drafts(user: User, on: date) -> bool:
    """What is being written, and revised: those who see the plan."""
    return see_years(user, on)


def edit_curricula(user: User, on: date) -> bool:
    """Write, publish and revise curricula, move people to a revision: DX推進担当."""
    return roles.of(user, on).has(OfficeRole.DX)


def publish_curriculum(user: User, curriculum: Curriculum, at: datetime) -> bool:
    """The move of a version: as `edit_curricula`."""
    return user is not None and edit_curricula(user, day_of(at))


def see_nominations(user: User, on: date) -> bool:
    """All nominations of a year and who has not answered: the offices and データ管理者."""
    return see_promoters(user, on)


def run_nominations(user: User, on: date) -> bool:
    """Write and issue the call, send reminders: DX推進担当."""
    return roles.of(user, on).has(OfficeRole.DX)


def answer_the_call(user: User, department: Department, on: date) -> bool:
    """Nominate for a department, or say that it has nobody: its head or deputy on the day."""
    return department.pk in Department.with_former_names(roles.of(user, on).headed)


def answer_calls(user: User, on: date) -> bool:
    """The pages of one's own department: whoever heads one on the day, in person or as 代理."""
    return roles.of(user, on).is_head


def read_calls(user: User, on: date) -> bool:
    """What is attached to a call: whom it asks, and those who see the answers."""
    return answer_calls(user, on) or see_nominations(user, on)


def apply_oneself(user: User, on: date) -> bool:
    """自薦: whoever is in service."""
    return roles.of(user, on).employee_id is not None


def nominate(user: User, nomination: Nomination, at: datetime) -> bool:
    """Submit and withdraw: the head or deputy for the department, the person for a 自薦."""
    if user is None:
        return False
    if nomination.route == Route.SELF:
        return nomination.nominee_id == roles.of(user, day_of(at)).employee_id
    return answer_the_call(user, nomination.department, day_of(at))


def endorse(user: User, nomination: Nomination, at: datetime) -> bool:
    """Give the department's word on a 自薦: its head or deputy, never the person."""
    if user is None or nomination.nominee_id == roles.of(user, day_of(at)).employee_id:
        return False
    return answer_the_call(user, nomination.department, day_of(at))


def select(user: User, nomination: Nomination, at: datetime) -> bool:
    """Review, decide, send back: DX推進担当."""
    return user is not None and roles.of(user, day_of(at)).has(OfficeRole.DX)


def answer_in_person(user: User, nomination: Nomination, at: datetime) -> bool:
    """Say yes or no after the decision: the nominee, or the head who nominated (推薦枠)."""
    if user is None:
        return False
    if nomination.nominee_id == roles.of(user, day_of(at)).employee_id:
        return True
    return nomination.route == Route.RECOMMENDED and answer_the_call(user, nomination.department, day_of(at))


def answer(user: User, nomination: Nomination, at: datetime) -> bool:
    """As `answer_in_person`; also DX推進担当 on their word."""
    return answer_in_person(user, nomination, at) or select(user, nomination, at)


def let_lapse(user: User | None, nomination: Nomination, at: datetime) -> bool:
    """Pass on a 補欠 who did not answer in time: the nightly job, or DX推進担当."""
    return user is None or select(user, nomination, at)


def edit_documents(user: User, on: date) -> bool:
    """Word the notices that are printed: DX推進担当."""
    return roles.of(user, on).has(OfficeRole.DX)


def print_all_documents(user: User, on: date) -> bool:
    """Print anybody's notices: DX推進担当 and the personnel office; the others their own and their department's."""
    return roles.of(user, on).has(OfficeRole.DX, OfficeRole.HR)


def end_with_promoter(user: User, enrollment: StageEnrollment, at: datetime) -> bool:
    """End the year of a promoter who withdrew: whoever may say no for her (`answer`)."""
    if user is None:
        return False
    who, promoter = roles.of(user, day_of(at)), enrollment.promoter
    if promoter.employee_id == who.employee_id or who.has(OfficeRole.DX):
        return True
    return promoter.route == Route.RECOMMENDED and answer_the_call(user, promoter.department, day_of(at))


def write_practice(user: User, report: PracticeReport, at: datetime) -> bool:
    """Write, hand in, withdraw: the promoter, while in service."""
    if user is None:
        return False
    return report.enrollment.promoter.employee_id == roles.of(user, day_of(at)).employee_id


def approve_practice(user: User, report: PracticeReport, at: datetime) -> bool:
    """R59: the head or 代理 of the promoter's 所属 of the day; DX推進担当 where nobody else holds that post.

    Nobody approves the own work: a head's own theme goes to the deputy, or to the office.
    """
    if user is None:
        return False
    on = day_of(at)
    who = roles.of(user, on)
    person = report.enrollment.promoter.employee_id
    if who.employee_id == person:
        return False
    place = approvers.place_of(person, on)
    if place is not None and place.pk in who.headed:
        return True
    return who.has(OfficeRole.DX) and not approvers.others(place, person, on)


def run_practice(user: User, on: date) -> bool:
    """Extend deadlines, remind, take an approval back: DX推進担当."""
    return roles.of(user, on).has(OfficeRole.DX)


def run_practice_report(user: User, report: PracticeReport, at: datetime) -> bool:
    """As `run_practice`, for one report; not for the own one."""
    if user is None:
        return False
    own = report.enrollment.promoter.employee_id == roles.of(user, day_of(at)).employee_id
    return run_practice(user, day_of(at)) and not own


def see_library(user: User, on: date) -> bool:
    """事例集: everyone in service, and the offices."""
    return roles.of(user, on).is_known_here


def take_library(user: User, on: date) -> bool:
    """The library as a file: the offices and データ管理者."""
    return roles.of(user, on).sees_everybody


def own_practice(user: User, on: date) -> bool:
    """The own pages about practice and examinations: whoever is in service; who is no promoter finds nothing there."""
    return roles.of(user, on).employee_id is not None


def see_rollover(user: User, on: date) -> bool:
    """The turn of the year with every promoter's move: the offices and データ管理者."""
    return see_promoters(user, on)


def roll_over(user: User, on: date) -> bool:
    """Turn the year: DX推進担当, who plans the stages."""
    return roles.of(user, on).has(OfficeRole.DX)


def turn_this_year(user: User | None, rollover: Rollover, at: datetime) -> bool:
    """Start or put aside a turn of the year; the command on the server acts for the system."""
    return user is None or roll_over(user, day_of(at))


def end_the_turn(user: User | None, rollover: Rollover, at: datetime) -> bool:
    """The process that has made every move ends it, as the system: whoever started it may have left the office."""
    return user is None


def judge_year(user: User, on: date) -> bool:
    """修了判定 and the 意向確認 of a year: DX推進担当; the other offices look on (`see_promoters`)."""
    return roles.of(user, on).has(OfficeRole.DX)
