"""Who holds a post (所属長, 代理) on a day, for many departments at once; and what a former name is called today."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from staff.models import Absence, Deputy, Employee, Posting, Succession
from staff.models.department import SAME_PLACE


@dataclass(frozen=True)
class Holder:
    """A person with a head's powers over a department. `away`: 休職等 on the day."""

    employee: Employee
    title: str
    is_deputy: bool
    away: bool

    @property
    def name(self) -> str:
        return f"{self.employee.name}(代理)" if self.is_deputy else self.employee.name


def holders(day: date) -> dict[int, list[Holder]]:
    """All posts of `day` by department id: the heads in service, behind them the deputy. Two or three queries.

    The same people to whom `User.roles_on(day).headed` gives the department.
    """
    absent = Exists(Absence.objects.on(day).filter(employee=OuterRef("employee")))
    serving = Employee.objects.in_service(day)
    found: dict[int, list[Holder]] = defaultdict(list)
    heads = Posting.objects.heads().on(day).filter(employee__in=serving).annotate(away=absent)
    for row in heads.select_related("employee").order_by("-is_primary", "pk"):
        found[row.department_id].append(Holder(row.employee, row.title, is_deputy=False, away=row.away))
    deputies = Deputy.objects.filter(employee__in=serving).annotate(away=absent).placed_on(day)
    for row in deputies:
        here = found[row.place.pk]
        if all(holder.employee != row.employee for holder in here):
            here.append(Holder(row.employee, "代理", is_deputy=True, away=row.away))
    return dict(found)


def present_names(departments: Collection[int]) -> dict[int, int]:
    """Every id under which these departments were known (by another name, in another bureau) → their own id.

    One query for each time one of them was renamed, and one more.
    """
    names = {pk: pk for pk in departments}
    latest = dict(names)
    while latest:
        steps = Succession.objects.filter(successor__in=latest, kind__in=SAME_PLACE)
        found = {old: latest[new] for old, new in steps.values_list("predecessor_id", "successor_id")}
        latest = {old: pk for old, pk in found.items() if old not in names}
        names |= latest
    return names
