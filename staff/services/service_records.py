"""The service records of many people at once: read in a few queries, changed in memory, written back set-based."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import audit, bulk, closing
from aomori_dx.kernel.errors import constraints_as_rules
from aomori_dx.kernel.journal import Journal
from staff.models import Absence, Department, Employee, Posting, ServiceGap
from staff.services.service_record import Place, ServiceRecord, profile_of

__all__ = ["ASKED", "Place", "ServiceRecord", "ServiceRecords", "parts"]

BATCH = 1000
ASKED = 10_000
"""So many people are asked for at a time: SQLite takes about 32,000 values in one question."""
POSTING_FIELDS = ["department", "title", "is_head", "is_manager", "posted_on", "valid_from", "valid_to"]
ABSENCE_FIELDS = ["valid_from", "valid_to"]


class ServiceRecords:
    """The records of some people, by 職員番号. Load inside the transaction that writes: the people are locked."""

    def __init__(self, records: dict[str, ServiceRecord]) -> None:
        self.by_number = records
        self.changed_people: set[str] = set()
        self.events: list = []

    @classmethod
    def load(cls, numbers: Iterable[str] | None = None) -> "ServiceRecords":
        """Lock and read these people, or all. Four questions for each 10,000 of them, or for all."""
        by_pk: dict[int, ServiceRecord] = {}
        chosen: Iterable[dict[str, Any]] = [{}]
        if numbers is not None:
            chosen = ({"employee_number__in": part} for part in parts(sorted(set(numbers)), ASKED))
        for condition in chosen:
            people = Employee.objects.select_for_update().filter(**condition).order_by("pk")
            found = {person.pk: ServiceRecord(person, known=profile_of(person)) for person in people}
            _read_rows(found, {"employee_id__in": found.keys()} if condition else {})
            by_pk |= found
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
        would change on a day of a closed fiscal year, or a record would contradict itself.
        """
        records = [self.by_number[number] for number in sorted(self.changed_people)]
        for record in records:
            record.demand_whole()
        closing.ensure_open(*{day for record in records for day in record.days_of_change()})
        with constraints_as_rules():
            _write_people(records, journal)
            _write_rows(Posting, records, POSTING_FIELDS, journal)
            _write_rows(Absence, records, ABSENCE_FIELDS, journal)
        if not journal.trial:
            self._record(by=by, at=at, reason=reason)

    def _record(self, *, by: Any, at: datetime, reason: str) -> None:
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


def parts(rows: Sequence, size: int) -> Iterator[Sequence]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _read_rows(by_pk: dict[int, ServiceRecord], chosen: dict[str, Any]) -> None:
    departments = Department.objects.select_related("parent").in_bulk()
    for posting in Posting.objects.filter(**chosen).order_by("valid_from"):
        record = by_pk[posting.employee_id]
        posting.employee, posting.department = record.employee, departments[posting.department_id]
        (record.primary if posting.is_primary else record.concurrent).append(posting)
    for absence in Absence.objects.filter(**chosen).order_by("valid_from"):
        absence.employee = by_pk[absence.employee_id].employee
        by_pk[absence.employee_id].absences.append(absence)
    if any(record.employee.rehired_on for record in by_pk.values()):
        for gap in ServiceGap.objects.filter(**chosen).order_by("valid_from"):
            by_pk[gap.employee_id].gaps.append(gap)


def _write_people(records: list[ServiceRecord], journal: Journal) -> None:
    known = [record.employee for record in records if record.employee.pk and record.changed_fields()]
    journal.changing(Employee, [person.pk for person in known])
    changed = sorted({name for record in records if record.employee.pk for name in record.changed_fields()})
    if changed:
        Employee.objects.bulk_update(known, changed, batch_size=BATCH)
    new = [record.employee for record in records if not record.employee.pk]
    bulk.insert_all(Employee, new)
    journal.created(new)
    gaps = [gap for record in records for gap in record.gaps if not gap.pk]
    for gap in gaps:
        gap.employee_id = gap.employee.pk
    journal.created(ServiceGap.objects.bulk_create(gaps))


def _write_rows(
    model: type[Posting] | type[Absence], records: list[ServiceRecord], fields: list[str], journal: Journal
) -> None:
    """Rows that were never in force go, others end, some are edited, new ones begin: in this order."""
    rows = [(record, row) for record in records for row in record.rows_of(model)]
    gone = [row.pk for record in records for row in record.void if isinstance(row, model)]
    ended = [row.pk for record, row in rows if row.pk and id(row) in record.ended | record.edited]
    journal.changing(model, [*gone, *ended])
    for part in parts(gone, BATCH):
        model.objects.filter(pk__in=part).delete()
    ends: dict[date, list[int]] = defaultdict(list)
    for record, row in rows:
        if row.pk and id(row) in record.ended:
            ends[row.valid_to].append(row.pk)
    for day, pks in ends.items():
        for part in parts(pks, BATCH):
            model.objects.filter(pk__in=part).update(valid_to=day)
    edited = [row for record, row in rows if row.pk and id(row) in record.edited]
    model.objects.bulk_update(edited, fields, batch_size=BATCH)
    new = [row for _, row in rows if not row.pk]
    for row in new:
        row.employee_id = row.employee.pk  # known only since the person was written
    bulk.insert_all(model, new)
    journal.created(new)
