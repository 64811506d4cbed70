"""A person's and a department's line of time: a registry that the floors above fill with what they know."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.wareki import short_date
from staff import permissions as may
from staff.models import Absence, Department, Deputy, Employee, Posting, User

NAME_FIELDS = ("氏名", "name")
"""What imports and corrections call the name in their records."""
NUMBER, SWITCHED_ON = "職員番号", "切替日"
"""What `services.numbers` calls the number, and the day it is used from."""


@dataclass(frozen=True)
class Entry:
    """Something that happened on a day, or lasted from `on` until the day before `until`.

    `lasting` without `until`: it goes on. `kind` is the word of its badge.
    """

    on: date
    until: date | None
    title: str
    detail: str = ""
    url: str = ""
    kind: str = ""
    lasting: bool = False

    @property
    def last_day(self) -> date | None:
        return self.until - timedelta(days=1) if self.until else None

    def as_known_on(self, horizon: date | None) -> "Entry":
        """The entry as it looks to somebody who knows nothing of the days after `horizon`."""
        if horizon is None or self.until is None or self.until <= horizon:
            return self
        return replace(self, until=None)


PersonFinder = Callable[[Employee], Iterable[Entry]]
PlaceFinder = Callable[[Sequence[Department]], Iterable[Entry]]
_of_people: list[PersonFinder] = []
_of_departments: list[PlaceFinder] = []


def register(finder: PersonFinder) -> PersonFinder:
    """Add a finder: given an employee, it says what it knows of the person. The order is ours to make."""
    if finder not in _of_people:
        _of_people.append(finder)
    return finder


def register_for_departments(finder: PlaceFinder) -> PlaceFinder:
    """Add a finder: given the rows of one place (its names over time), it says what it knows of them."""
    if finder not in _of_departments:
        _of_departments.append(finder)
    return finder


def of_employee(employee: Employee, own: Iterable[Entry], *, user: User, on: date) -> list[Entry]:
    """What `user` may know on `on` of a person whose record he or she may open, newest first.

    `own`: what the page has read already, the postings and absences.
    """
    found = [*own, *(entry for finder in _of_people for entry in finder(employee))]
    return _known(found, user, on)


def of_departments(departments: Sequence[Department], own: Iterable[Entry], *, user: User, on: date) -> list[Entry]:
    """What is known of these rows of one place, newest first. `own`: what the page has read already."""
    found = [*own, *(entry for finder in _of_departments for entry in finder(departments))]
    return _known(found, user, on)


def _known(entries: list[Entry], user: User, on: date) -> list[Entry]:
    """Nothing beyond the horizon; addresses of the floors above only for those who may open everything there."""
    horizon = may.horizon(user, on)
    known = [entry.as_known_on(horizon) for entry in entries if horizon is None or entry.on <= horizon]
    if not may.see_people(user, on):
        known = [replace(entry, url="") for entry in known]
    return sorted(known, key=lambda entry: entry.on)[::-1]


def of_postings(postings: Iterable[Posting]) -> Iterable[Entry]:
    for row in postings:
        bureau = f"{row.department.parent.name} " if row.department.parent else ""
        remarks = [row.title, "所属長" if row.is_head else "", "管理職" if row.is_manager else ""]
        if row.posted_on and row.posted_on < row.valid_from:
            remarks.append(f"{short_date(row.posted_on)}着任")
        detail = "、".join(filter(None, remarks))
        kind = "配属" if row.is_primary else "兼務"
        yield Entry(row.valid_from, row.valid_to, f"{bureau}{row.department.name}", detail, kind=kind, lasting=True)


def of_absences(absences: Iterable[Absence], *, reasons: bool) -> Iterable[Entry]:
    """`reasons`: the reader may know why."""
    for row in absences:
        title = row.get_reason_display() if reasons else "休職等"
        yield Entry(row.valid_from, row.valid_to, title, kind="休職等", lasting=True)


def of_heads(postings: Iterable[Posting]) -> Iterable[Entry]:
    """Who was 所属長, and under which name of the department."""
    for row in postings:
        title = f"{row.title or '所属長'} {row.employee.name}"
        yield Entry(row.valid_from, row.valid_to, title, row.department.name, kind="所属長", lasting=True)


@register
def coming_and_going(employee: Employee) -> Iterable[Entry]:
    if employee.hired_on:
        yield Entry(employee.hired_on, None, "採用", kind="採用")
    if employee.rehired_on:
        for gap in employee.service_gaps.all():
            words = "この間は在職していません。"  # nothing of a return that is still to come
            yield Entry(gap.valid_from, gap.valid_to, "退職", words, kind="退職", lasting=True)
        yield Entry(employee.rehired_on, None, "再採用", kind="採用")
    if employee.left_on:
        yield Entry(employee.left_on, None, "退職", "この日から在職していません。", kind="退職")


@register
def names_and_numbers(employee: Employee) -> Iterable[Entry]:
    """Every other name, on the day on which it was recorded, and every other 職員番号, on the day it is used from."""
    for event in audit.history_of(employee).exclude(action="viewed"):
        before, after = event.before, event.after
        if not (isinstance(before, dict) and isinstance(after, dict)):
            continue
        for field in NAME_FIELDS:
            if change := _change(before, after, field):
                yield Entry(day_of(event.at), None, "氏名の変更", change, kind="氏名")
        if (change := _change(before, after, NUMBER)) and after.get(SWITCHED_ON):
            yield Entry(date.fromisoformat(after[SWITCHED_ON]), None, "職員番号の切替", change, kind="番号")


def _change(before: dict, after: dict, field: str) -> str:
    """髙橋　葵 → 工藤　葵; empty where nothing became something else."""
    old, new = before.get(field), after.get(field)
    return f"{old} → {new}" if old and new and old != new else ""


@register
def deputyships(employee: Employee) -> Iterable[Entry]:
    for row in Deputy.objects.kept().filter(employee=employee).select_related("department"):
        title = f"{row.department.name} 所属長の代理"
        yield Entry(row.valid_from, row.valid_to, title, kind="代理", lasting=True)
