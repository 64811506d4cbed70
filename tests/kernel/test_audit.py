"""The record: who did what under which name; rows are added, never changed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from tests.conftest import NOW
from tests.factories import staff

pytestmark = pytest.mark.django_db


def test_the_record_keeps_the_names_of_that_day():
    person, place = staff.employee("津軽　花子"), staff.department("情報課")
    by = staff.user(person)
    audit.record(place, "rename", by=by, at=NOW, before="情報課", after="DX推進課", reason="改称")
    person.name = "南部　花子"
    person.save()
    place.name = "DX推進課"
    place.save()
    event = audit.history_of(place).get()
    assert (event.by_id, event.by_name, event.object_label) == (by.pk, "津軽　花子", "情報課")


def test_the_system_signs_what_nobody_did():
    assert audit.record(staff.department(), "end", by=None, at=NOW).by_name == "システム"


def test_the_history_of_a_row_is_its_own_and_newest_first():
    mine, other = staff.department(), staff.department()
    for n, place in enumerate([mine, other, mine]):
        audit.record(place, f"act{n}", by=None, at=NOW)
    audit.record(staff.employee(pk=mine.pk), "hire", by=None, at=NOW)
    assert [event.action for event in audit.history_of(mine)] == ["act2", "act0"]


def test_values_of_columns_survive():
    before = {"cohort": FiscalYear(2026), "on": date(2026, 4, 1), "years": [FiscalYear(2025)]}
    audit.record(staff.department(), "correct", by=None, at=NOW, before=before, after=FiscalYear(2027))
    event = AuditEvent.objects.get()
    assert event.before == {"cohort": 2026, "on": "2026-04-01", "years": [2025]}
    assert event.after == 2027


def test_what_a_database_cannot_hold_in_a_text_is_marked_and_refuses_nothing():
    event = audit.record(staff.department(), "viewed", by=None, at=NOW, after={"q\0": ["a\0b"]})
    event.refresh_from_db()
    assert event.after == {"q\N{REPLACEMENT CHARACTER}": ["a\N{REPLACEMENT CHARACTER}b"]}


def test_names_longer_than_their_column_are_cut_and_not_refused():
    by = staff.user(staff.employee("あ" * 100))
    place = staff.department("い" * 100)
    event = audit.record(place, "act", by=by, at=NOW)
    assert len(event.by_name) == 100
    event.refresh_from_db()


def test_many_events_are_written_in_one_statement(django_assert_num_queries):
    places = [staff.department() for _ in range(20)]
    with django_assert_num_queries(1):
        audit.record_all(audit.event(place, "end", by=None, at=NOW) for place in places)
    assert AuditEvent.objects.count() == 20


def change(event):
    event.reason = "書き換え"
    event.save()


@pytest.mark.parametrize(
    "act",
    [
        change,
        lambda event: event.delete(),
        lambda event: AuditEvent.objects.filter(pk=event.pk).update(reason="書き換え"),
        lambda event: AuditEvent.objects.all().delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["reason"]),
        lambda event: AuditEvent.objects.update_or_create(pk=event.pk, defaults={"reason": "書き換え"}),
        lambda event: AuditEvent.objects.bulk_create(
            [event], update_conflicts=True, unique_fields=["id"], update_fields=["reason"]
        ),
        lambda event: audit.history_of(staff.department()).delete(),
    ],
)
def test_a_record_is_neither_changed_nor_removed(act):
    event = audit.record(staff.department(), "end", by=None, at=NOW, reason="廃止")
    with pytest.raises(RuleBroken, match=r"操作記録は、変更も削除もできません。"):
        act(AuditEvent.objects.get(pk=event.pk))
    assert AuditEvent.objects.get().reason == "廃止"


def test_a_copy_with_the_key_of_a_record_does_not_replace_it():
    event = audit.record(staff.department(), "end", by=None, at=NOW, reason="廃止")
    copy = audit.event(staff.department(), "forged", by=None, at=NOW)
    copy.pk = event.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert AuditEvent.objects.get().action == "end"
