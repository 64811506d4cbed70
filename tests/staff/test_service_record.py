"""One person's record in memory: what no later check could repair is refused here, on every database."""

from datetime import date

import pytest

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.journal import NO_JOURNAL
from staff.models import Absence, AbsenceReason, Employee, Posting
from staff.services.service_record import Place, ServiceRecord
from staff.services.service_records import ServiceRecords
from tests.factories import staff as make

pytestmark = pytest.mark.django_db
R7, JUNE, R8 = date(2025, 4, 1), date(2025, 6, 1), date(2026, 4, 1)


def record_of(person: Employee) -> tuple[ServiceRecords, ServiceRecord]:
    records = ServiceRecords.load([person.employee_number])
    record = records.get(person.employee_number)
    assert record is not None
    return records, record


def place(department, **more) -> Place:
    return Place(department, **{"title": "主事", "is_head": False, "is_manager": False, **more})


def write(records: ServiceRecords, record: ServiceRecord) -> None:
    records.note(record, "transfer_changed", {})
    records.write(by=None, at=clock.now(), reason="", journal=NO_JOURNAL)


class TestWhole:
    """The guard under `write`. SQLite would take all of these."""

    def test_two_primary_postings_at_a_time_are_refused(self):
        posting = make.posting()
        records, record = record_of(posting.employee)
        record.primary.append(
            Posting(employee=posting.employee, department=make.department(), valid_from=R7, valid_to=R8)
        )
        with pytest.raises(RuleBroken, match="期間が重なっています"):
            write(records, record)
        assert Posting.objects.count() == 1

    def test_two_absences_at_a_time_are_refused(self):
        absence = make.absence(make.employee())
        records, record = record_of(absence.employee)
        record.absences.append(
            Absence(employee=absence.employee, reason=AbsenceReason.SICK, valid_from=R7, valid_to=R8)
        )
        with pytest.raises(RuleBroken, match="期間が重なっています"):
            write(records, record)

    def test_a_posting_that_outlives_the_service_is_refused(self):
        person = make.employee(left_on=JUNE)
        records, record = record_of(person)
        record.primary.append(Posting(employee=person, department=make.department(), valid_from=R7))
        with pytest.raises(RuleBroken, match="退職しています"):
            write(records, record)

    def test_a_posting_that_outlives_its_department_is_refused(self):
        person = make.employee()
        records, record = record_of(person)
        gone = make.department(valid_to=JUNE)
        record.primary.append(Posting(employee=person, department=gone, valid_from=R7))
        with pytest.raises(RuleBroken, match="廃止\\(2025-06-01\\)の後まで"):
            write(records, record)

    def test_an_old_mistake_in_a_row_that_is_left_alone_is_no_obstacle(self):
        gone = make.department(valid_to=R7)
        posting = make.posting(to=gone, valid_to=JUNE)
        records, record = record_of(posting.employee)
        assert record.place(place(make.department()), on=R8)
        write(records, record)
        assert Posting.objects.on(R8).count() == 1


class TestPlacing:
    def test_on_its_first_day_a_posting_is_corrected_in_place(self):
        posting = make.posting(valid_from=R7)
        records, record = record_of(posting.employee)
        target = make.department()
        assert record.place(place(target, title="主査"), on=R7)
        write(records, record)
        row = Posting.objects.get()
        assert (row.pk, row.department, row.title, row.valid_from) == (posting.pk, target, "主査", R7)

    def test_corrected_to_another_department_it_no_longer_ends_with_the_first(self):
        gone = make.department(valid_to=R8)
        posting = make.posting(to=gone, valid_from=R7, valid_to=R8)
        records, record = record_of(posting.employee)
        record.place(place(make.department()), on=R7)
        write(records, record)
        assert Posting.objects.get().valid_to is None

    def test_a_gap_is_closed_from_the_day_on(self):
        posting = make.posting(valid_to=R7)
        records, record = record_of(posting.employee)
        assert record.place(place(make.department()), on=JUNE)
        write(records, record)
        assert [Posting.objects.on(day).count() for day in (date(2025, 3, 31), R7, JUNE)] == [1, 0, 1]

    def test_a_concurrent_post_of_the_same_day_goes_without_a_trace(self):
        person, there = make.employee(), make.department()
        make.posting(person)
        make.posting(person, to=there, is_primary=False, valid_from=R7)
        records, record = record_of(person)
        assert record.set_concurrent([], on=R7)
        write(records, record)
        assert not Posting.objects.concurrent().exists()


class TestLeaving:
    def test_whoever_leaves_twice_leaves_once(self):
        person = make.posting().employee
        _, record = record_of(person)
        assert record.leave(on=R7)
        assert not record.leave(on=R7)

    @pytest.mark.parametrize("day", [date(2010, 4, 1), date(2009, 4, 1)])
    def test_nobody_leaves_before_coming(self, day):
        _, record = record_of(make.employee())
        with pytest.raises(RuleBroken, match="採用年月日\\(2010-04-01\\)より後"):
            record.leave(on=day)


def test_many_people_are_read_in_portions(monkeypatch, django_assert_num_queries):
    """SQLite takes about 32,000 values in one question."""
    monkeypatch.setattr("staff.services.service_records.ASKED", 2)
    people = [make.posting().employee for _ in range(5)]
    with django_assert_num_queries(12):
        records = ServiceRecords.load(person.employee_number for person in people)
    assert len(records.by_number) == 5
    assert all(len(record.primary) == 1 for record in records.by_number.values())
