"""Whose the seats of a run are: the free ones, and those that are kept for departments. Read while the run is held."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cached_property

from staff.models import Department, Posting
from training.models import SEATED, CourseRun, Enrollment, SeatHold

Kept = dict[int, int]
"""Department → seats that are still kept for it."""


class Ledger:
    """The seats of `run` on a day. `free`: seats that nobody has.

    `people`: ids of those who are asked about; the same queries whatever their number.
    """

    def __init__(self, run: CourseRun, on: date, people: Collection[int] = ()) -> None:
        self._run, self._on, self._people = run, on, people
        self.free = run.capacity - run.enrollments.seated().count()

    @cached_property
    def kept(self) -> Kept:
        return kept_seats([self._run], self._on)[self._run.pk]

    @cached_property
    def _own(self) -> dict[int, set[int]]:
        return places_of(self._people, self.kept, self._on) if self.kept else {}

    def free_for(self, employee: int) -> int:
        """Seats that this person (one of `people`) can have: the free ones without those kept for other departments."""
        return self.free - kept_for_others(self.kept, self._own.get(employee, set()))


def kept_for_others(kept: Kept, own: Collection[int]) -> int:
    """Seats that somebody of the departments `own` cannot have."""
    return sum(seats for place, seats in kept.items() if place not in own)


def kept_seats(runs: Sequence[CourseRun], on: date) -> dict[int, Kept]:
    """Run → what it keeps for whom on `on`: the seats of each hold that its people have not taken yet."""
    found: dict[int, Kept] = {run.pk: {} for run in runs}
    holds = list(SeatHold.objects.filter(run__in=list(found), released_on__gt=on))
    if not holds:
        return found
    seated = Enrollment.objects.filter(run__in={row.run_id for row in holds}, status__in=SEATED)
    rows = list(seated.values_list("run_id", "employee_id"))
    places = places_of({person for _, person in rows}, {row.department_id for row in holds}, on)
    taken = Counter((run, place) for run, person in rows for place in places.get(person, ()))
    for row in holds:
        found[row.run_id][row.department_id] = max(0, row.seats - taken[row.run_id, row.department_id])
    return found


def places_of(people: Collection[int], departments: Iterable[int], on: date) -> dict[int, set[int]]:
    """Person → those of `departments` in which the person's primary post of the day is, by whatever name."""
    posts = Posting.objects.primary().on(on).filter(employee__in=people)
    places = dict(posts.values_list("employee_id", "department_id"))
    names = Department.present_names(set(places.values()))
    meant = {department: names.get(department) for department in departments}
    return {person: {each for each, now in meant.items() if now == place} for person, place in places.items()}
