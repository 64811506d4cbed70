"""What the rules of required training are told of people: loaded for a portion of the staff, in four queries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from staff.models import Absence, Employee, Posting, ServiceGap
from training.models import Obliged
from training.rules.requirements import Facts, Span

PORTION = 10_000
"""So many people are looked at in one transaction."""


def portions(people: QuerySet) -> Iterator[list[int]]:
    """The ids of `people`, in order, a portion at a time."""
    last = 0
    while ids := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PORTION]):
        last = ids[-1]
        yield ids


def audience(obliges: str, first_day: date, last_day: date) -> QuerySet:
    """Who may be meant by a rule for a time: no more than a first sieve, the rule decides."""
    people = Employee.objects.filter(Q(left_on__isnull=True) | Q(left_on__gt=first_day)).exclude(hired_on__gt=last_day)
    if obliges == Obliged.NEW_HIRES:
        return people.filter(hired_on__gte=first_day)
    if obliges == Obliged.MANAGERS:
        posts = Posting.objects.managers().overlapping(first_day, last_day)
        return people.filter(pk__in=posts.order_by().values("employee"))
    return people


def load(ids: Sequence[int], first_day: date, last_day: date, *, managers: bool) -> dict[int, Facts]:
    """The facts of these people (ids) as they bear upon the time from `first_day` to `last_day`."""
    within = {"employee__gte": ids[0], "employee__lte": ids[-1]}
    gaps = _spans(ServiceGap.objects.filter(**within))
    absences = _spans(Absence.objects.filter(**within).overlapping(first_day, None))
    posts: dict[int, tuple[Span, ...]] = {}
    if managers:
        posts = _spans(Posting.objects.managers().filter(**within).overlapping(first_day, None))
    people = Employee.objects.filter(pk__in=ids).order_by().values_list("pk", "employment_type", "hired_on", "left_on")
    return {
        pk: Facts(kind, hired, left, gaps.get(pk, ()), posts.get(pk, ()), absences.get(pk, ()))
        for pk, kind, hired, left in people
    }


def _spans(rows: Any) -> dict[int, tuple[Span, ...]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for pk, begin, end in rows.order_by().values_list("employee", "valid_from", "valid_to"):
        found[pk].append((begin, end))
    return {pk: tuple(spans) for pk, spans in found.items()}
