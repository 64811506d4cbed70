"""Whose figures may be seen."""

from datetime import date

from staff import roles
from staff.models import OfficeRole, User


def see_dashboard(user: User, on: date) -> bool:
    """The figures of the whole prefecture: the offices, viewers (aggregates) and データ管理者."""
    return roles.of(user, on).is_office or roles.of(user, on).has(OfficeRole.VIEWER, OfficeRole.ADMIN)


def see_jobs(user: User, on: date) -> bool:
    """Whether background work stands still: those who start it and those who look after it."""
    return roles.of(user, on).is_office or roles.of(user, on).has(OfficeRole.ADMIN)


def see_unplaced(user: User, on: date) -> bool:
    """People whose department was dissolved: HR loads the transfers that place them."""
    return roles.of(user, on).has(OfficeRole.HR)
