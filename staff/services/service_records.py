"""The service records of many people at once: read in four queries, changed in memory, written back set-based."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.journal import Journal
from staff.models import Absence, Department, Employee, Posting

BATCH = 1000
EMPLOYEE_FIELDS = [
    "name", "name_key", "kana", "kana_key", "former_name", "former_name_key", "email", "employment_type",
    "hired_on", "left_on", "profile_as_of",
]  # fmt: skip
POSTING_FIELDS = ["department", "title", "is_head", "is_manager", "posted_on", "valid_from", "valid_to"]
ABSENCE_FIELDS = ["valid_from", "valid_to"]


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
    """One person's life in service. Every method changes memory only, and says whether anything changed."""

    employee: Employee
    primary: list[Posting] = field(default_factory=list)
    concurrent: list[Posting] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
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
            raise RuleBroken("この日より後の配属がすでに登録されています。")
        if current and (current.valid_from == on or target[:4] == _what(current)[:4]):
            _fill(current, place, arrived)  # the same first day, or only the day of arrival differs
            self.edited.add(id(current))
            return True
        if current:
            self._end(current, on)
        new = Posting(employee=self.employee, is_primary=True, valid_from=on)
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
                self.add_concurrent(department, on=on)
        return set(wanted) != set(current)

    def add_concurrent(self, department: Department, *, on: date, like: Posting | None = None) -> None:
        """A 兼務 from `on` on, with the office and title of `like`."""
        self.concurrent.append(
            Posting(
                employee=self.employee,
                department=department,
                is_primary=False,
                title=like.title if like else "",
                is_head=like.is_head if like else False,
                is_manager=like.is_manager if like else False,
                posted_on=on,
                valid_from=on,
            )
        )

    def be_absent(self, reason: str, *, on: date) -> bool:
        """Away from `on` on, for a reason; another absence that still runs ends."""
        current = self.absence_on(on)
        if current and current.reason == reason:
            return False
        if any(absence.valid_from > on for absence in self.absences):
            raise RuleBroken("この日より後の休職等がすでに登録されています。")
        if current:
            self._end(current, on)
        self.absences.append(Absence(employee=self.employee, reason=reason, valid_from=on))
        return True

    def come_back(self, *, on: date) -> bool:
        """Back at work (復職) from `on` on; False if nothing ran."""
        current = self.absence_on(on)
        if current:
            self._end(current, on)
        return current is not None

    def leave(self, *, on: date) -> bool:
        """Out of service (退職) from `on` on: every posting and absence ends. Raises RuleBroken like `place`."""
        if self.employee.left_on == on:
            return False
        if any(posting.valid_from > on for posting in (*self.primary, *self.concurrent)):
            raise RuleBroken("この日より後の配属がすでに登録されています。")
        rows: list[Posting | Absence] = [*self.primary, *self.concurrent, *self.absences]
        for row in rows:
            if row.holds_on(on):
                self._end(row, on)
        self.employee.left_on = on
        return True

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
        left_before = self.known[EMPLOYEE_FIELDS.index("left_on")] if self.known else None
        if left_before != self.employee.left_on:
            yield from (left_before, self.employee.left_on)

    @property
    def profile_changed(self) -> bool:
        """Whether anything about the person, not the postings, differs from what was loaded."""
        return self.known != _profile(self.employee)


def _profile(employee: Employee) -> tuple:
    return tuple(getattr(employee, name) for name in EMPLOYEE_FIELDS)


def _what(posting: Posting) -> tuple:
    arrived = posting.posted_on or posting.valid_from
    return (posting.department_id, posting.title, posting.is_head, posting.is_manager, arrived)


def _fill(posting: Posting, place: Place, arrived: date) -> None:
    posting.department = place.department
    posting.title, posting.is_head, posting.is_manager = place.title, place.is_head, place.is_manager
    posting.posted_on = arrived


class ServiceRecords:
    """The records of some people, by 職員番号. Load inside the transaction that writes: the people are locked."""

    def __init__(self, records: dict[str, ServiceRecord]) -> None:
        self.by_number = records
        self.changed_people: set[str] = set()
        self.events: list = []

    @classmethod
    def load(cls, numbers: Iterable[str] | None = None) -> "ServiceRecords":
        """Lock and read these people, or all. Four queries, whatever their number."""
        people = Employee.objects.select_for_update().order_by("pk")
        if numbers is not None:
            people = people.filter(employee_number__in=set(numbers))
        by_pk = {person.pk: ServiceRecord(person, known=_profile(person)) for person in people}
        chosen: dict[str, Any] = {} if numbers is None else {"employee_id__in": by_pk.keys()}
        for posting in Posting.objects.filter(**chosen).select_related("department__parent").order_by("valid_from"):
            record = by_pk[posting.employee_id]
            (record.primary if posting.is_primary else record.concurrent).append(posting)
        for absence in Absence.objects.filter(**chosen).order_by("valid_from"):
            by_pk[absence.employee_id].absences.append(absence)
        return cls({record.employee.employee_number: record for record in by_pk.values()})

    def get(self, number: str) -> ServiceRecord | None:
        return self.by_number.get(number)

    def add(self, employee: Employee) -> ServiceRecord:
        """A person who is not on record yet."""
        record = self.by_number[employee.employee_number] = ServiceRecord(employee)
        return record

    def note(self, record: ServiceRecord, action: str, fields: dict[str, tuple[Any, Any]]) -> None:
        """Remember what is to be said in the audit about this person."""
        self.changed_people.add(record.employee.employee_number)
        self.events.append((record, action, fields))

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        """Write everything that changed, and the audit. The caller holds the transaction.

        Ends go before beginnings, so that no constraint sees two rows at a time. Raises RuleBroken where something
        would change on a day of a closed fiscal year.
        """
        records = [self.by_number[number] for number in sorted(self.changed_people)]
        closing.ensure_open(*{day for record in records for day in record.days_of_change()})
        with constraints_as_rules():
            _write_people(records, journal)
            _write_rows(Posting, records, POSTING_FIELDS, journal)
            _write_rows(Absence, records, ABSENCE_FIELDS, journal)
        audit.record_all(
            audit.event(
                record.employee,
                action,
                by=by,
                at=at,
                before={label: str(old) for label, (old, _) in fields.items()},
                after={label: str(new) for label, (_, new) in fields.items()},
                reason=reason,
            )
            for record, action, fields in self.events
        )


def _write_people(records: list[ServiceRecord], journal: Journal) -> None:
    known = [record.employee for record in records if record.employee.pk and record.profile_changed]
    journal.changing(Employee, [person.pk for person in known])
    Employee.objects.bulk_update(known, EMPLOYEE_FIELDS, batch_size=BATCH)
    new = [record.employee for record in records if not record.employee.pk]
    journal.created(Employee.objects.bulk_create(new, batch_size=BATCH))


def _write_rows(
    model: type[Posting] | type[Absence], records: list[ServiceRecord], fields: list[str], journal: Journal
) -> None:
    """Rows that were never in force go, others end, some are edited, new ones begin: in this order."""
    rows = [(record, row) for record in records for row in record.rows_of(model)]
    gone = [row.pk for record in records for row in record.void if isinstance(row, model)]
    ended = [row.pk for record, row in rows if row.pk and id(row) in record.ended | record.edited]
    journal.changing(model, [*gone, *ended])
    model.objects.filter(pk__in=gone).delete()
    ends: dict[date, list[int]] = defaultdict(list)
    for record, row in rows:
        if row.pk and id(row) in record.ended:
            ends[row.valid_to].append(row.pk)
    for day, pks in ends.items():
        for start in range(0, len(pks), BATCH):
            model.objects.filter(pk__in=pks[start : start + BATCH]).update(valid_to=day)
    edited = [row for record, row in rows if row.pk and id(row) in record.edited]
    model.objects.bulk_update(edited, fields, batch_size=BATCH)
    new = [row for _, row in rows if not row.pk]
    for row in new:
        row.employee_id = row.employee.pk  # known only since the person was written
    journal.created(model.objects.bulk_create(new, batch_size=BATCH))
