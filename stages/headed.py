"""The departments of a head: which one a page speaks of, and in which fiscal year."""

from datetime import date

from django.core.exceptions import PermissionDenied

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import headed
from staff.headed import departments_of
from staff.models import Department, User
from stages import permissions as may
from stages.models import NominationCall

__all__ = ["NOT_A_HEAD", "call_in_hand", "chosen", "departments_of"]

NOT_A_HEAD = (
    "この画面は、所属長と、その代理者のための画面です。所属長の権限は、発令の日(代理は期間の初日)から使えます。"
    "所属長になっているはずのときは、人財育成・人事担当に連絡してください。"
)


def chosen(user: User, code: str | None, *, on: date) -> tuple[Department, list[Department]]:
    """The department of that code, or (without one) the first; and all that this person heads.

    Raises PermissionDenied for who heads none, Http404 for a code that is none of theirs.
    """
    if not may.answer_calls(user, on):
        raise PermissionDenied(NOT_A_HEAD)
    return headed.chosen(user, code, on=on)


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
