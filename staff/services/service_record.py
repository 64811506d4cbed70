"""One person's life in service: postings, 兼務 and absences, changed in memory under the rules of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from aomori_dx.kernel.errors import RuleBroken
from staff.models import Absence, Department, Employee, Posting, ServiceGap

EMPLOYEE_FIELDS = [
    "name", "name_key", "kana", "kana_key", "former_name", "former_name_key", "email", "employment_type",
    "hired_on", "left_on", "rehired_on", "profile_as_of",
]  # fmt: skip
LATER_POSTING = "この日より後の配属がすでに登録されています。古い日付のものから順に取り込んでください。"
LATER_ABSENCE = "この日より後の休職等がすでに登録されています。古い日付のものから順に取り込んでください。"
OVERLAP = "配属か休職等の期間が重なっています。"


@dataclass(frozen=True)
class Place:
    """Where somebody is to work, as what. `posted_on`: the day of arrival, if it is known."""

    department: Department
    title: str
    is_head: bool
    is_manager: bool
    posted_on: date | None = None


@dataclass
class ServiceRecord:
    """Every method changes memory only, and says whether anything changed.

    What is learned late ends where the record already knows an end: with the department, or with the service.
    """

    employee: Employee
    primary: list[Posting] = field(default_factory=list)
    concurrent: list[Posting] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    gaps: list[ServiceGap] = field(default_factory=list)
    known: tuple = ()
    edited: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    void: list[Posting | Absence] = field(default_factory=list)

    def primary_on(self, day: date) -> Posting | None:
        return next((posting for posting in self.primary if posting.holds_on(day)), None)

    def last_before(self, day: date) -> Posting | None:
        """The primary posting of the day before, or the last one that ended earlier."""
        earlier = [posting for posting in self.primary if posting.valid_from < day]
        return max(earlier, key=lambda posting: posting.valid_from, default=None)

    def first_day(self) -> date | None:
        """The day from which the record knows the person at work here."""
        return min((posting.valid_from for posting in self.primary), default=None)

    def concurrent_on(self, day: date) -> list[Posting]:
        return [posting for posting in self.concurrent if posting.holds_on(day)]

    def absence_on(self, day: date) -> Absence | None:
        return next((absence for absence in self.absences if absence.holds_on(day)), None)

    def place(self, place: Place, *, on: date) -> bool:
        """Post the person from `on` on. Raises RuleBroken where a later posting is on record (rule 1)."""
        current = self.primary_on(on)
        arrived = place.posted_on or on
        if current and current.department_id == place.department.pk and place.posted_on is None:
            arrived = current.posted_on or current.valid_from
        target = (place.department.pk, place.title, place.is_head, place.is_manager, arrived)
        if current and target == _what(current):
            return False
        if any(posting.valid_from > on for posting in self.primary):
            raise RuleBroken(LATER_POSTING)
        if current and (current.valid_from == on or target[:4] == _what(current)[:4]):
            _fill(current, place, arrived)  # the same first day, or only the day of arrival differs
            current.valid_to = self._until(place.department)
            self.edited.add(id(current))
            return True
        if current:
            self._end(current, on)
        new = Posting(employee=self.employee, is_primary=True, valid_from=on, valid_to=self._until(place.department))
        _fill(new, place, arrived)
        self.primary.append(new)
        return True

    def set_concurrent(self, departments: Iterable[Department], *, on: date) -> bool:
        """Make the 兼務 of `on` exactly these."""
        wanted = {department.pk: department for department in departments}
        current = {posting.department_id: posting for posting in self.concurrent_on(on)}
        for department_id, posting in current.items():
            if department_id not in wanted:
                self._end(posting, on)
        for department_id, department in wanted.items():
            if department_id not in current:
                self._add_concurrent(department, on)
        return set(wanted) != set(current)

    def _add_concurrent(self, department: Department, on: date) -> None:
        until = self._until(department)
        self.concurrent.append(
            Posting(
                employee=self.employee,
                department=department,
                is_primary=False,
                posted_on=on,
                valid_from=on,
                valid_to=until,
            )
        )

    def be_absent(self, reason: str, *, on: date) -> bool:
        """Away from `on` on, for a reason; another absence that still runs ends."""
        current = self.absence_on(on)
        if current and current.reason == reason:
            return False
        if any(absence.valid_from > on for absence in self.absences):
            raise RuleBroken(LATER_ABSENCE)
        if current:
            self._end(current, on)
        until = self.employee.left_on
        self.absences.append(Absence(employee=self.employee, reason=reason, valid_from=on, valid_to=until))
        return True

    def come_back(self, *, on: date) -> bool:
        """Back at work (復職) from `on` on; False if nothing ran. An absence that begins on that day goes on."""
        current = self.absence_on(on)
        if current is None or (current.valid_from == on and self.came_back(on=on)):
            return False
        self._end(current, on)
        return True

    def came_back(self, *, on: date) -> bool:
        """Whether an absence ended on `on`."""
        return any(absence.valid_to == on for absence in self.absences)

    def leave(self, *, on: date) -> bool:
        """Out of service (退職) from `on` on: every posting and absence ends. Raises RuleBroken like `place`."""
        if self.employee.left_on == on or self.had_left(on=on):
            return False
        if self.employee.hired_on and self.employee.hired_on >= on:
            raise RuleBroken(f"採用年月日({self.employee.hired_on})より後の日付ではありません。")
        if any(posting.valid_from > on for posting in (*self.primary, *self.concurrent)):
            raise RuleBroken(LATER_POSTING)
        if any(absence.valid_from > on for absence in self.absences):
            raise RuleBroken(LATER_ABSENCE)
        rows: list[Posting | Absence] = [*self.primary, *self.concurrent, *self.absences]
        for row in rows:
            if row.holds_on(on):
                self._end(row, on)
        self.employee.left_on = on
        return True

    def rehire(self, *, on: date) -> bool:
        """Back in service (再採用) from `on` on, after a time outside; False where the person is in service."""
        left = self.employee.left_on
        if left is None or left > on:
            return False
        if left < on:
            self.gaps.append(ServiceGap(employee=self.employee, valid_from=left, valid_to=on))
        self.employee.left_on, self.employee.rehired_on = None, on
        return True

    def came_again(self, *, on: date) -> bool:
        """Whether a 再採用 on `on` is on record."""
        return self.employee.rehired_on == on or any(gap.valid_to == on for gap in self.gaps)

    def had_left(self, *, on: date) -> bool:
        """Whether a 退職 on `on` is on record that was followed by a 再採用."""
        return self.employee.rehired_on == on or any(gap.valid_from == on for gap in self.gaps)

    def gap_on(self, day: date) -> ServiceGap | None:
        return next((gap for gap in self.gaps if gap.holds_on(day)), None)

    def _until(self, department: Department) -> date | None:
        """The end that is known of a posting to `department`."""
        return min(filter(None, (department.valid_to, self.employee.left_on)), default=None)

    def _end(self, row: Posting | Absence, on: date) -> None:
        """End a row; one that would begin and end on the same day was never in force and goes."""
        if row.valid_from < on:
            row.valid_to = on
            self.ended.add(id(row))
            return
        rows: list = self.absences if isinstance(row, Absence) else self.primary if row.is_primary else self.concurrent
        rows.remove(row)
        if row.pk:
            self.void.append(row)

    def rows_of(self, model: type) -> list:
        return self.absences if model is Absence else [*self.primary, *self.concurrent]

    def days_of_change(self) -> Iterator[date | None]:
        """Every day on which something begins, ends or is said anew."""
        yield from (row.valid_from for row in self.void)
        for row in (*self.primary, *self.concurrent, *self.absences):
            if not row.pk or id(row) in self.edited:
                yield row.valid_from
            if id(row) in self.ended:
                yield row.valid_to
        left, came = self._known("left_on"), self._known("rehired_on")
        if came != self.employee.rehired_on:
            yield self.employee.rehired_on
            left = None  # that the person had left stays true: a gap keeps it
        if left != self.employee.left_on:
            yield from (left, self.employee.left_on)

    def _known(self, name: str) -> date | None:
        """A day of the person as it was loaded."""
        return self.known[EMPLOYEE_FIELDS.index(name)] if self.known else None

    def _is_touched(self, row: Posting) -> bool:
        return row.pk is None or id(row) in self.edited or id(row) in self.ended

    def changed_fields(self) -> list[str]:
        """What about the person, not the postings, differs from what was loaded."""
        now = profile_of(self.employee)
        return [name for name, old, new in zip(EMPLOYEE_FIELDS, self.known, now, strict=False) if old != new]

    def demand_whole(self) -> None:
        """Rule 1, and no posting outlives its department or its person. PostgreSQL holds the first part, SQLite not.

        Raises RuleBroken with the person's name.
        """
        if _overlap(self.primary) or _overlap(self.absences):
            raise RuleBroken(f"{self.employee}の{OVERLAP}")
        left = self.employee.left_on
        for row in (*self.primary, *self.concurrent, *self.absences):
            if left and (row.valid_to is None or row.valid_to > left):
                raise RuleBroken(f"{self.employee}は{left}に退職していますが、終わっていない配属か休職等があります。")
        for posting in filter(self._is_touched, (*self.primary, *self.concurrent)):
            end = posting.department.valid_to
            if end and (posting.valid_to is None or posting.valid_to > end):
                raise RuleBroken(
                    f"{self.employee}の配属が、所属「{posting.department}」の廃止({end})の後まで続いています。"
                )


def profile_of(employee: Employee) -> tuple:
    return tuple(getattr(employee, name) for name in EMPLOYEE_FIELDS)


def _overlap(rows: list) -> bool:
    ordered = sorted(rows, key=lambda row: row.valid_from)
    return any(one.valid_to is None or one.valid_to > next_.valid_from for one, next_ in pairwise(ordered))


def _what(posting: Posting) -> tuple:
    arrived = posting.posted_on or posting.valid_from
    return (posting.department_id, posting.title, posting.is_head, posting.is_manager, arrived)


def _fill(posting: Posting, place: Place, arrived: date) -> None:
    posting.department = place.department
    posting.title, posting.is_head, posting.is_manager = place.title, place.is_head, place.is_manager
    posting.posted_on = arrived
