"""Two officers correct the same person at the same moment."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection

from aomori_dx.kernel import corrections
from staff.admin.people import OneAtATimeForm
from staff.models import Employee, OfficeRole, Posting
from tests.admin_pages import REASON, address, client_of, list_address, typed
from tests.factories import staff as make
from tests.kernel.racing import Crossing, need_row_locks, together

ONE_AT_A_TIME = next(row for row in Posting._meta.constraints if row.name == "posting_one_primary_at_a_time")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def officer():
    """A page of an officer's own, opened before the race so that it needs no login."""
    client = client_of(make.office(OfficeRole.ADMIN))
    client.get(list_address(Employee))
    return client


@contextmanager
def without_the_constraint():
    with connection.schema_editor() as editor:
        editor.remove_constraint(Posting, ONE_AT_A_TIME)
    try:
        yield
    finally:
        Posting.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Posting, ONE_AT_A_TIME)


def add_overlapping_postings(monkeypatch) -> list[int]:
    """Both have compared the periods, if they can, before either writes."""
    person, place, crossing = make.employee(), make.department(), Crossing()
    answers = {"employee": person.pk, "department": place.pk, "is_primary": "on", "correction_reason": REASON}
    compare = corrections.keep_constraints  # the last time, after the form has

    def compare_and_meet(row):
        compare(row)
        crossing.meet()

    monkeypatch.setattr(corrections, "keep_constraints", compare_and_meet)

    def add(client, first_day, last_day):
        period = {"valid_from": first_day, "valid_to": last_day}
        return client.post(list_address(Posting, "add"), {**answers, **period}).status_code

    one, other = officer(), officer()
    return together(lambda: add(one, "2025-04-01", "2026-04-01"), lambda: add(other, "2025-10-01", "2026-10-01"))


def test_two_officers_cannot_make_the_postings_of_one_person_overlap(monkeypatch):
    """The lock on the person alone holds it, as it must where no constraint can; one officer is told."""
    need_row_locks()
    with without_the_constraint():
        assert sorted(add_overlapping_postings(monkeypatch)) == [200, 302]
        assert Posting.objects.count() == 1


def test_without_the_lock_and_the_constraint_they_would(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(OneAtATimeForm, "lock", lambda form: None)
    with without_the_constraint():
        assert add_overlapping_postings(monkeypatch) == [302, 302]
        assert Posting.objects.count() == 2


def test_of_two_corrections_at_once_the_second_is_told():
    need_row_locks()
    person = make.employee("青森　太郎", hired_on=date(2010, 4, 1))
    one, other = officer(), officer()
    first = typed(one.get(address(person)), name="青森　一郎")
    second = typed(other.get(address(person)), name="青森　二郎")
    answers = together(
        lambda: one.post(address(person), first).status_code, lambda: other.post(address(person), second).status_code
    )
    assert sorted(answers) == [200, 302]
