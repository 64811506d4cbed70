"""What is on record about the courses of a file: read once, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import short_date
from training.models import Completion, Course, UnmatchedResult

Place = tuple[int, int, int]
"""Employee, course, fiscal year: one completion stands there at most."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A completion on record. `revoked`: the last one was taken back by a person, and none stands."""

    pk: int
    day: date
    score: int | None
    revoked: bool

    @property
    def shown(self) -> str:
        return short_date(self.day)


def place_of(employee_id: int, course: Course, year: FiscalYear) -> Place:
    return employee_id, course.pk, year.start_year


class Standing:
    """Completions of these courses, and results of the platform that are kept without a person."""

    def __init__(self, courses: Iterable[Course], platform: str) -> None:
        ids = [course.pk for course in courses]
        rows = Completion.objects.filter(course__in=ids).order_by("pk")
        names = ("employee", "course", "fiscal_year", "pk", "completed_on", "score", "revoked_at")
        self._rows: dict[Place, Stood] = {}
        for person, course, year, pk, day, score, revoked in rows.values_list(*names).iterator(chunk_size=5_000):
            place = person, course, year.start_year
            if revoked is None or place not in self._rows or self._rows[place].revoked:
                self._rows[place] = Stood(pk, day, score, revoked is not None)
        kept = UnmatchedResult.objects.filter(platform=platform, course__in=ids)
        self.queued = {
            (key, course, int(year)) for key, course, year in kept.values_list("key", "course", "fiscal_year")
        }

    def of(self, place: Place) -> Stood | None:
        return self._rows.get(place)
