"""The departments of a head: which one a page speaks of, and in which fiscal year."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, User
from stages import permissions as may
from stages.models import NominationCall

NOT_A_HEAD = (
    "この画面は、所属長と、その代理者のための画面です。所属長の権限は、発令の日(代理は期間の初日)から使えます。"
    "所属長になっているはずのときは、人財育成・人事担当に連絡してください。"
)


def departments_of(user: User, on: date) -> list[Department]:
    """Those whose head or 代理 `user` is on `on`, in official order. Known with the roles: no query."""
    who = roles.of(user, on)
    headed = {row.department_id: row.department for row in who.postings if row.is_head}
    lent = {row.place.pk: row.place for row in who.deputyships if row.place}
    return sorted({**lent, **headed}.values(), key=_official_order)


def _official_order(row: Department) -> tuple[int, int, str, int]:
    return row.bureau.sort_order, row.sort_order, row.code, row.pk


def chosen(user: User, code: str | None, *, on: date) -> tuple[Department, list[Department]]:
    """The department of that code, or (without one) the first; and all that this person heads.

    Raises PermissionDenied for who heads none, Http404 for a code that is none of theirs.
    """
    if not may.answer_calls(user, on):
        raise PermissionDenied(NOT_A_HEAD)
    departments = departments_of(user, on)
    if not code:
        return _first(user, departments, on), departments
    for department in departments:
        if department.code == code:
            return department, departments
    raise Http404


def _first(user: User, departments: list[Department], on: date) -> Department:
    """The own one where it is headed; else the first in official order."""
    primary = roles.of(user, on).primary
    mine = primary.department_id if primary else None
    return next((row for row in departments if row.pk == mine), departments[0])


def call_in_hand(on: date) -> tuple[FiscalYear, NominationCall | None]:
    """The fiscal year that answers are about, and its call: of the newest issued call that has begun, else the
    present year (with its call, if that is issued and has yet to begin)."""
    this_year = FiscalYear.containing(on)
    calls = NominationCall.objects.defer("attachment").filter(fiscal_year__gte=this_year, issued_at__isnull=False)
    rows = list(calls.order_by("-fiscal_year"))
    for call in rows:
        if call.opens_on <= on:
            return call.fiscal_year, call
    return this_year, next((call for call in rows if call.fiscal_year == this_year), None)
