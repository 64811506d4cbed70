"""What the personnel changes of a day mean: a registry that the floors above fill with what they know."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from staff.models import Department, Deputy, Employee, Posting, Succession
from staff.models.department import SAME_PLACE


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
    """Those of `among` (ids of people) who have another primary department from `on`: the postings before and after.

    Whose department only has another name or bureau has not moved.
    """
    origins = same_places(on)
    before = {row.employee_id: row for row in _primary(on - timedelta(days=1)).filter(valid_to=on, employee__in=among)}
    for after in _primary(on).filter(valid_from=on, employee__in=among):
        if after.employee_id not in before:
            continue
        old = before[after.employee_id]
        if old.department_id not in {after.department_id, origins.get(after.department_id)}:
            yield old, after


def same_places(on: date) -> dict[int, int]:
    """Departments that on `on` only get another name, code or bureau: the new one's id → the old one's.

    What keeps its code when a part is split off is the same place too.
    """
    same = Q(kind__in=SAME_PLACE) | Q(successor__code=F("predecessor__code"))
    rows = Succession.objects.filter(same, on=on)
    return dict(rows.values_list("successor_id", "predecessor_id"))


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
    """Departments that get another head, or have none any more; new ones with people and without a head."""
    day_before = on - timedelta(days=1)
    old = {row.department_id: row for row in _heads(day_before)}
    new = {row.department_id: row for row in _heads(on)}
    origins = same_places(on)
    begun = Department.objects.filter(valid_from=on, pk__in=_primary(on).filter(valid_from=on).values("department"))
    asked = {*old, *new, *begun.values_list("pk", flat=True)}
    for place in Department.objects.on(on).below_bureaus().filter(pk__in=asked).in_official_order():
        before, after = old.get(origins.get(place.pk, place.pk)), new.get(place.pk)
        if before is None and place.pk in origins:
            continue  # it had no head under its former name either
        if after is None:
            sentence = f"{place.name}の所属長が不在になります。代理者を決めてください。"
            yield Impact("head_vacant", "所属長が不在になる所属", sentence, f"/departments/{place.code}/?on={on}")
        elif before and before.employee_id != after.employee_id:
            sentence = f"{place.name}の所属長が{before.employee.name}から{after.employee.name}に替わります。"
            yield Impact("head_changes", "所属長が替わる所属", sentence, f"/departments/{place.code}/?on={on}")


def _heads(day: date):
    return Posting.objects.heads().on(day).select_related("employee")


@register
def deputies_that_end(on: date) -> Iterator[Impact]:
    """Deputies whose department is dissolved, divided or merged: their powers end with it."""
    ended = Deputy.objects.on(on).filter(department__valid_to=on).select_related("department", "employee")
    for deputy in ended.order_by("department__code"):
        if deputy.department.continued_on(on) is None:
            sentence = f"{deputy.department.name}の代理者({deputy.employee.name})の代理が終わります。"
            yield Impact("deputy_ends", "代理が終わる所属", sentence)
