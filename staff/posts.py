"""Who holds a post (所属長, 代理) on a day, for many departments at once; and what a former name is called today."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from aomori_dx.kernel.memo import recall
from staff.models import Absence, Deputy, Employee, Posting, Succession, SuccessionKind
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


def inherited(ids: Collection[int], on: date) -> dict[int, int]:
    """Every department whose post has come to one of these by `on` (another name or bureau, a merger, the first part
    of a split) → the one that has it; these themselves too. One query a generation; a page asks once."""
    wanted = frozenset(ids)
    return dict(recall(("inherited posts", wanted, on), lambda: _walk(wanted, on, back=True)))


def heirs(ids: Collection[int], on: date) -> dict[int, int]:
    """The other way round: each of these → the department that has its post on `on`, itself where nothing changed."""
    found = {pk: pk for pk in ids}
    steps = _walk(frozenset(ids), on, back=False)
    for pk in found:
        while found[pk] in steps and steps[found[pk]] != found[pk]:
            found[pk] = steps[found[pk]]
    return found


def _walk(ids: frozenset[int], on: date, *, back: bool) -> dict[int, int]:
    """Back: former department → the one of `ids`. Forward: each department → its next."""
    first_part = Q(kind=SuccessionKind.SPLIT, rank=1)
    passing = Succession.objects.filter(
        Q(kind__in={*SAME_PLACE, SuccessionKind.MERGED}) | first_part, on__lte=on, predecessor__valid_to__lte=on
    )
    found = {pk: pk for pk in ids}
    latest = set(ids)
    while latest:
        if back:
            steps = passing.filter(successor__in=latest).values_list("predecessor_id", "successor_id")
            new = {old: found[heir] for old, heir in steps if old not in found}
        else:
            steps = passing.filter(predecessor__in=latest).values_list("predecessor_id", "successor_id")
            found |= dict(steps)
            new = {heir: heir for _, heir in steps if heir not in found}
        found |= new
        latest = set(new)
    return found
