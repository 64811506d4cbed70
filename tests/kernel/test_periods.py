"""Half-open periods: in force from the first day until the day before the last."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from staff.models import Department, OfficeRoleGrant, Posting
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
DAY = timedelta(days=1)


def test_a_row_is_in_force_from_its_first_day_until_the_day_before_its_end():
    row = make.posting(valid_from=APRIL, valid_to=MAY)
    in_force = {day: Posting.objects.on(day).contains(row) for day in (APRIL - DAY, APRIL, MAY - DAY, MAY)}
    assert in_force == {APRIL - DAY: False, APRIL: True, MAY - DAY: True, MAY: False}
    assert {day: row.holds_on(day) for day in in_force} == in_force


def test_an_open_row_has_no_last_day():
    row = make.posting(valid_from=APRIL)
    assert row.holds_on(date(9999, 12, 31))
    assert Posting.objects.on(date(9999, 12, 31)).contains(row)
    assert Posting.objects.open().contains(row)
    row.valid_to = MAY
    row.save()
    assert not Posting.objects.open().contains(row)


offsets = st.integers(0, 40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offsets, st.integers(1, 40) | st.none(), offsets, st.integers(1, 40) | st.none())
def test_two_periods_overlap_where_they_share_a_day(start, length, other_start, other_length):
    def period(first, days):
        return APRIL + first * DAY, None if days is None else APRIL + (first + days) * DAY

    mine, theirs = period(start, length), period(other_start, other_length)
    with transaction.atomic():
        row = make.posting(valid_from=mine[0], valid_to=mine[1])
        shared = any(row.holds_on(theirs[0] + n * DAY) for n in range(100 if other_length is None else other_length))
        assert Posting.objects.overlapping(*theirs).contains(row) == shared
        transaction.set_rollback(True)


@pytest.mark.parametrize("end", [APRIL, APRIL - DAY])
def test_a_period_ends_after_it_starts(end):
    with pytest.raises(RuleBroken, match=r"終了日は開始日より後にしてください。"), constraints_as_rules():
        make.posting(valid_from=APRIL, valid_to=end)


def test_full_clean_tells_of_an_overlap_on_every_database():
    person = make.posting(valid_from=APRIL, valid_to=JUNE).employee
    second = Posting(employee=person, department=make.department(), valid_from=MAY)
    with pytest.raises(ValidationError) as refusal:
        second.full_clean()
    assert "主たる配属の期間が重なっています。" in refusal.value.messages
    second.valid_from = JUNE  # the day on which the first is no longer in force
    second.full_clean()
    second.valid_from, second.is_primary = MAY, False  # 兼務 may overlap
    second.full_clean()


def test_a_row_does_not_overlap_itself():
    row = make.posting(valid_from=APRIL, valid_to=JUNE)
    row.valid_to = MAY
    row.full_clean()


def test_an_overlap_is_told_where_the_condition_is_negated_too():
    old = make.department(valid_from=APRIL, valid_to=JUNE)
    same_code = Department(code=old.code, name="新しい課", kind="section", parent=old.parent, valid_from=MAY)
    with pytest.raises(ValidationError) as refusal:
        same_code.full_clean()
    assert "同じ所属コードの期間が重なっています。" in refusal.value.messages
    Department(name="第一部", kind="bureau", nominates=False, valid_from=MAY).full_clean()  # bureaus have no code
    Department(name="第二部", kind="bureau", nominates=False, valid_from=MAY).full_clean()


def test_several_columns_together_say_whose_period_it_is():
    user = make.office("hr_office")
    twice = OfficeRoleGrant(user=user, role="hr_office", valid_from=MAY, valid_to=JUNE)
    with pytest.raises(ValidationError) as refusal:
        twice.full_clean()
    assert "同じ役割の期間が重なっています。" in refusal.value.messages
    OfficeRoleGrant(user=user, role="viewer", valid_from=MAY).full_clean()


def test_a_form_without_one_of_the_columns_leaves_the_question_to_the_database():
    person = make.posting(valid_from=APRIL).employee
    half = Posting(employee=person, department=make.department(), valid_from=MAY, valid_to=JUNE)
    half.validate_constraints(exclude={"employee"})


@pytest.mark.postgres
def test_postgresql_itself_refuses_an_overlap():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no exclusion constraint; services hold the parent row there.")
    person = make.posting(valid_from=APRIL, valid_to=JUNE).employee
    with (
        pytest.raises(RuleBroken, match=r"主たる配属の期間が重なっています。"),
        constraints_as_rules(),
        transaction.atomic(),
    ):
        make.posting(person, valid_from=MAY, valid_to=JUNE)
    assert Posting.objects.count() == 1
    make.posting(person, valid_from=JUNE)
    make.posting(person, valid_from=MAY, is_primary=False)


def test_without_its_name_in_the_message_a_violation_stays_what_it_is():
    person = make.posting(valid_from=APRIL).employee
    with pytest.raises(IntegrityError), transaction.atomic():
        make.posting(person, valid_from=MAY)
