"""The departments over which a login has a head's powers, for the pages of a department."""

from datetime import date

from django.http import Http404

from staff import roles
from staff.models import Department, User


def departments_of(user: User, on: date) -> list[Department]:
    """Those whose head or 代理 `user` is on `on`, in official order. Known with the roles: no query."""
    who = roles.of(user, on)
    headed = {row.department_id: row.department for row in who.postings if row.is_head}
    lent = {row.place.pk: row.place for row in who.deputyships if row.place}
    return sorted({**lent, **headed}.values(), key=_official_order)


def _official_order(row: Department) -> tuple[int, int, str, int]:
    return row.bureau.sort_order, row.sort_order, row.code, row.pk


def chosen(user: User, code: str | None, *, on: date) -> tuple[Department, list[Department]]:
    """The department of that code, or (without one) the own one, else the first; and all that this person heads.

    For somebody who heads at least one. Raises Http404 for a code that is none of theirs.
    """
    departments = departments_of(user, on)
    if not code:
        primary = roles.of(user, on).primary
        mine = primary.department_id if primary else None
        return next((row for row in departments if row.pk == mine), departments[0]), departments
    for department in departments:
        if department.code == code:
            return department, departments
    raise Http404
