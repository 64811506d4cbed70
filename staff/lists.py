"""Which people a list shows: what was asked for, within what the person who asks may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from aomori_dx.kernel.text import fold
from staff import permissions as may
from staff import roles
from staff.models import Employee, User

EVERYBODY, OWN = "all", "own"
ROSTER_ORDERS: Mapping[str, Sequence[str]] = {
    "number": ("employee_number",),
    "name": ("kana_key", "employee_number"),
    "place": (),
    "title": ("place__title", "employee_number"),
    "employment": ("employment_type", "employee_number"),
}
"""What a column sorts by; the official order of the departments is the queryset's own. The first is the usual one."""
DIRECTORY_ORDERS: Mapping[str, Sequence[str]] = {"name": ("kana_key", "pk"), "place": ()}


@dataclass(frozen=True)
class Conditions:
    """What a list was asked for. Empty: no condition."""

    q: str = ""
    bureau: str = ""
    department: str = ""
    employment: str = ""
    leave: str = ""
    flags: Sequence[str] = field(default=())


def roster(user: User, day: date, asked: Conditions, *, sort: str = "", on: date) -> Any:
    """Whole records of `day`: of everybody for those who see everybody, else of the people of one's departments.

    In order, with the place of each; `shown` reads the rest of those that a page shows.

    `on` is today, by which the rights are judged. Nobody may ask for a day that `may.why_not_on` refuses.
    """
    rows = Employee.objects.visible_to(user, on).in_service(day)
    if not may.see_people(user, on):
        rows = rows.posted_to(roles.of(user, on).headed, on)
    rows = rows.search(asked.q) if fold(asked.q) else rows
    rows = _narrowed(_in_places(rows.with_place(day), asked), day, asked)
    return _sorted(rows, sort, ROSTER_ORDERS)


def directory(user: User, asked: Conditions, *, sort: str = "", on: date) -> Any:
    """Names and departments of today, for everybody who works here. Other conditions do not count: they would tell."""
    if not may.see_directory(user, on):
        return Employee.objects.none()
    rows = Employee.objects.in_service(on)
    rows = rows.search_directory(asked.q) if fold(asked.q) else rows
    return _sorted(_in_places(rows.with_place(on), asked), sort, DIRECTORY_ORDERS)


def keys(rows: Any) -> Any:
    """The keys of a list in its order: what a page is cut from. A thousandth page reads no thousand records."""
    return rows.values_list("pk", flat=True)


def shown(chosen: Iterable[int], day: date, *, whole: bool, reasons: bool = False) -> list[Employee]:
    """The people of these keys as a page shows them, in the same order; `whole`: with leave and 兼務."""
    chosen = list(chosen)
    rows = Employee.objects.filter(pk__in=chosen).with_place(day)
    found = {row.pk: row for row in (rows.with_state(day, reasons=reasons) if whole else rows)}
    return [found[key] for key in chosen]


def _in_places(rows: Any, asked: Conditions) -> Any:
    if asked.bureau:
        below, itself = Q(place__department__parent__name=asked.bureau), Q(place__department__name=asked.bureau)
        rows = rows.filter(below | itself & Q(place__department__parent__isnull=True))
    if text := asked.department.strip():
        rows = rows.filter(Q(place__department__name__contains=text) | Q(place__department__code=text))
    return rows


def _narrowed(rows: Any, day: date, asked: Conditions) -> Any:
    if asked.employment:
        rows = rows.filter(employment_type=asked.employment)
    if asked.leave:
        rows = rows.away(day) if asked.leave == "yes" else rows.at_work(day)
    for flag in asked.flags:
        rows = _flagged(rows, day, flag)
    return rows


def _flagged(rows: Any, day: date, flag: str) -> Any:
    if flag == "unplaced":
        return rows.filter(place__isnull=True)
    what = {"head": {"is_head": True}, "manager": {"is_manager": True}, "concurrent": {"is_primary": False}}
    return rows.holding(day, **what[flag])


def _sorted(rows: Any, sort: str, orders: Mapping[str, Sequence[str]]) -> Any:
    name, turned = sort.removeprefix("-"), sort.startswith("-")
    name, turned = (name, turned) if name in orders else (next(iter(orders)), False)
    if name == "place":
        return rows.by_place(descending=turned)
    first, *rest = orders[name]
    return rows.order_by(f"-{first}" if turned else first, *rest)
