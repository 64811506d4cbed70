"""The organisation of a day as the pages show it: bureaus with their departments, heads, deputies and counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from staff import marks
from staff import permissions as may
from staff.models import Absence, Department, Deputy, Employee, Posting, User


@dataclass(frozen=True)
class Head:
    """A 所属長 on a day; `away`: 休職等."""

    employee: Employee
    title: str
    away: bool


@dataclass(frozen=True)
class Line:
    """One department on a day. `marks`: how many people bear each mark of the floors above, in their order."""

    department: Department
    members: int = 0
    concurrent: int = 0
    away: int = 0
    heads: tuple[Head, ...] = ()
    deputy: Deputy | None = None
    marks: tuple[int, ...] = ()
    known_whole: bool = False

    @property
    def has_no_head(self) -> bool:
        return not self.heads

    @property
    def head_is_away(self) -> bool:
        return bool(self.heads) and all(head.away for head in self.heads)

    @property
    def is_vacant(self) -> bool:
        """No head at work: nobody holds the post, or who holds it is away."""
        return self.has_no_head or self.head_is_away


@dataclass(frozen=True)
class Vacancies:
    """So many departments have no head at work; of them so many no deputy either."""

    count: int
    uncovered: int


@dataclass
class Branch:
    """A bureau and its departments, in official order. `own`: people posted to the bureau itself (部長)."""

    bureau: Department
    own: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def members(self) -> int:
        return self.own + sum(line.members for line in self.lines)


def tree(user: User, day: date, *, bureau: str = "", text: str = "", vacant: bool = False, on: date) -> list[Branch]:
    """The bureaus of `day` with the departments that are asked for, in official order."""
    departments = Department.objects.visible_to(user, on).on(day).below_bureaus()
    if bureau:
        departments = departments.filter(parent__name=bureau)
    if text.strip():
        departments = departments.filter(Q(name__contains=text.strip()) | Q(code=text.strip()))
    counts = _counts(day)
    branches: dict[int, Branch] = {}
    if not (vacant or text.strip()):  # also those without a department: whoever works there is somewhere
        tops = Department.objects.visible_to(user, on).on(day).bureaus().order_by("sort_order", "pk")
        for top in tops.filter(name=bureau) if bureau else tops:
            branches[top.pk] = Branch(top, counts.get(top.pk, {}).get("members", 0))
    for line in _lines(user, departments.in_official_order().select_related("parent"), day, counts, on=on):
        if not vacant or line.is_vacant:
            top = line.department.bureau
            branches.setdefault(top.pk, Branch(top)).lines.append(line)
    return list(branches.values())


def vacancies(user: User, day: date, *, on: date) -> Vacancies:
    """What `tree(vacant=True)` would show, counted."""
    at_work = Posting.objects.heads().on(day).filter(~_absent(day), department=OuterRef("pk"))
    places = Department.objects.visible_to(user, on).on(day).below_bureaus().filter(~Exists(at_work))
    vacant = set(places.values_list("pk", flat=True))
    return Vacancies(len(vacant), len(vacant - _deputies(day).keys()) if vacant else 0)


def _lines(user: User, departments: Iterable[Department], day: date, counts: dict, *, on: date) -> list[Line]:
    """Three queries and one a mark, whatever their number."""
    heads, deputies = _heads(day), _deputies(day)
    marked = [mark.count(day) for mark in marks.all_marks()]
    return [
        Line(
            department,
            **counts.get(department.pk, {}),
            heads=tuple(heads.get(department.pk, ())),
            deputy=deputies.get(department.pk),
            marks=tuple(count.get(department.pk, 0) for count in marked),
            known_whole=may.see_department_whole(user, department, on),
        )
        for department in departments
    ]


def _absent(day: date) -> Exists:
    return Exists(Absence.objects.on(day).filter(employee=OuterRef("employee")))


def _counts(day: date) -> dict[int, dict[str, int]]:
    counted = (
        Posting.objects.on(day)
        .order_by()
        .values("department")
        .annotate(
            members=Count("pk", filter=Q(is_primary=True)),
            concurrent=Count("pk", filter=Q(is_primary=False)),
            away=Count("pk", filter=Q(is_primary=True) & Q(_absent(day))),
        )
    )
    return {row.pop("department"): row for row in counted}


def _heads(day: date) -> dict[int, list[Head]]:
    rows = Posting.objects.heads().on(day).annotate(away=_absent(day)).select_related("employee")
    found = defaultdict(list)
    for row in rows.order_by("-is_primary", "pk"):
        found[row.department_id].append(Head(row.employee, row.title, row.away))
    return found


def _deputies(day: date) -> dict[int, Deputy]:
    return {row.place.pk: row for row in Deputy.objects.placed_on(day)}


@dataclass(frozen=True)
class Place:
    """One department on a day: its line, the postings of its people, and of its heads over time."""

    line: Line
    members: Sequence[Posting]
    heads_over_time: Sequence[Posting]


def place(user: User, department: Department, ancestors: list[Department], day: date, *, on: date) -> Place:
    """The people of a department, by rank, 兼務 behind the others; with the heads under former names.

    Who may not see the department whole gets what everybody may know: the people whose own department it is, by
    how their names are read. Three queries, one of them only where there is a deputy.
    """
    whole = may.see_department_whole(user, department, on)
    rows = [department, *ancestors]
    now = Q(department=department, valid_from__lte=day) & (Q(valid_to__gt=day) | Q(valid_to__isnull=True))
    wanted = Posting.objects.filter(now | Q(department__in=rows, is_head=True) if whole else now)
    lent = Deputy.objects.on(day).filter(department__in=rows)
    found: list[Any] = list(
        wanted.select_related("employee", "department")
        .annotate(away=_absent(day), lent=Exists(lent))
        .order_by("-is_primary", "-is_head", "-is_manager", "employee__employee_number", "-valid_from")
    )
    here = [row for row in found if row.department_id == department.pk and row.holds_on(day)]
    primary = [row for row in here if row.is_primary]
    marked = marks.words_of_each([row.employee_id for row in here], day) if whole else []
    for row in here:
        row.words = [words[row.employee_id] for words in marked if row.employee_id in words]
    line = Line(
        department,
        members=len(primary),
        concurrent=len(here) - len(primary),
        away=sum(row.away for row in primary),
        heads=tuple(Head(row.employee, row.title, row.away) for row in here if row.is_head),
        deputy=_deputies(day).get(department.pk) if not found or found[0].lent else None,
        marks=tuple(sum(row.employee_id in words for row in primary) for words in marked),
        known_whole=whole,
    )
    return Place(line, here if whole else _by_name(primary), [row for row in found if row.is_head])


def _by_name(postings: Iterable[Posting]) -> Sequence[Posting]:
    return sorted(postings, key=lambda row: (not row.is_head, row.employee.kana_key, row.employee.name))
