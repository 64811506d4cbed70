"""Who may see and change the programme."""

from datetime import date, datetime

from aomori_dx.kernel.clock import TOKYO
from staff import roles
from staff.models import OfficeRole, User
from stages.models import StageEnrollment


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
    return user is not None and roles.of(user, at.astimezone(TOKYO).date()).has(OfficeRole.DX)


def see_years(user: User, on: date) -> bool:
    """Which fiscal years are closed, by whom and why: the offices."""
    return roles.of(user, on).is_office


def close_years(user: User, on: date) -> bool:
    """Close a fiscal year and open it again: DX推進担当, who answers for the plan's figures."""
    return roles.of(user, on).has(OfficeRole.DX)
