"""What the personnel changes of a day mean: a registry that the floors above fill with what they know."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from staff.models import Department, Employee, Posting


@dataclass(frozen=True)
class Impact:
    """One consequence. `kind` groups them under `title`; `url` is where one acts on it."""

    kind: str
    title: str
    sentence: str
    url: str = ""


Finder = Callable[[date], Iterable[Impact]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add a finder: given a day, it compares the records of the day before with those of the day."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def find(on: date) -> list[Impact]:
    """Every consequence of what changes on `on`, in the order of the finders."""
    return [impact for finder in _finders for impact in finder(on)]


def moved_people(on: date, *, among: QuerySet) -> Iterator[tuple[Posting, Posting]]:
    """Those of `among` (ids of people) who have another primary department from `on`: the postings before and after."""
    before = {row.employee_id: row for row in _primary(on - timedelta(days=1)).filter(valid_to=on, employee__in=among)}
    for after in _primary(on).filter(valid_from=on, employee__in=among):
        if after.employee_id not in before:
            continue
        old = before[after.employee_id]
        if old.department_id != after.department_id:
            yield old, after


def _primary(day: date):
    return Posting.objects.primary().on(day).select_related("employee", "department")


@register
def dissolved_with_people(on: date) -> Iterator[Impact]:
    """People whose department was dissolved and who have no place yet."""
    waiting = Employee.objects.unplaced(on).order_by("employee_number")
    for person in waiting:
        yield Impact(
            "unplaced",
            "所属が決まっていない職員",
            f"{person.name}({person.employee_number})の新しい所属が決まっていません。",
            f"/people/{person.employee_number}/?on={on}",
        )


@register
def heads_that_change(on: date) -> Iterator[Impact]:
    """Departments that get another head, or have none any more."""
    day_before = on - timedelta(days=1)
    old = {row.department_id: row for row in _heads(day_before)}
    new = {row.department_id: row for row in _heads(on)}
    places = Department.objects.on(on).below_bureaus().filter(pk__in=old.keys() | new.keys()).in_official_order()
    for place in places:
        before, after = old.get(place.pk), new.get(place.pk)
        if after is None:
            sentence = f"{place.name}の所属長が不在になります。代理者を決めてください。"
            yield Impact("head_vacant", "所属長が不在になる所属", sentence, f"/departments/{place.code}/?on={on}")
        elif before and before.employee_id != after.employee_id:
            sentence = f"{place.name}の所属長が{before.employee.name}から{after.employee.name}に替わります。"
            yield Impact("head_changes", "所属長が替わる所属", sentence, f"/departments/{place.code}/?on={on}")


def _heads(day: date):
    return Posting.objects.heads().on(day).select_related("employee")
