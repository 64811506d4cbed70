"""Who holds a post (所属長, 代理) on a day, for many departments at once; and what a former name is called today."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from staff.models import Absence, Deputy, Employee, Posting


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
