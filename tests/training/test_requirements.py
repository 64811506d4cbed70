"""Assigning required training, and its rates: on the real tables, against the same asked person by person."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aomori_dx.kernel import closing, progress
from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing, Job, JobState
from staff.models import Absence, Employee, Posting
from staff.signals import records_changed
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from tests.factories.stages import R8
from training import own_requirements, rates, tasks
from training.models import Obligation, Obliged
from training.obligation_states import OwedState
from training.services import requirements

R7, R9 = FiscalYear(2025), FiscalYear(2027)
ON = day_of(NOW)
pytestmark = pytest.mark.django_db


def assign(rule, year=R8, on=ON):
    return requirements.assign(rule, year, on=on, at=NOW)


def rows() -> list[tuple]:
    names = ("requirement", "employee", "fiscal_year", "obliged_on", "due_on", "present_from", "lifted_on")
    return sorted(Obligation.objects.values_list("pk", *names))


def test_assigning_twice_is_once_and_says_what_it_did():
    for _ in range(3):
        make.posting()
    rule = training.requirement()
    assert assign(rule).created == 3
    before = rows()
    again = assign(rule)
    assert (again.any, rows()) == (False, before)
    event = AuditEvent.objects.get(action="assigned")
    assert event.after["新規"] == 3


def test_a_promotion_in_june_obliges_in_june():
    """R69"""
    post = make.posting(valid_to=date(2026, 6, 1))
    rule = training.requirement(obliges=Obliged.MANAGERS, due_month=6, due_day=30)
    assign(rule, on=date(2026, 5, 31))
    assert not Obligation.objects.exists()
    make.posting(post.employee, valid_from=date(2026, 6, 1), is_manager=True)
    assign(rule, on=date(2026, 6, 1))
    row = Obligation.objects.get()
    assert (row.obliged_on, row.due_on) == (date(2026, 6, 1), date(2026, 7, 31))


def test_changed_records_assign_again():
    training.requirement()
    make.posting()
    records_changed.send(sender=Employee, by=None, at=NOW)
    job = Job.objects.get(kind=requirements.KIND, state=JobState.QUEUED)
    progress.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"created": 1, "changed": 0, "lifted": 0})


def test_the_job_run_twice_is_the_same_as_once():
    make.posting()
    training.requirement()
    for _ in range(2):
        job = requirements.request(by=None, at=NOW)
        assert progress.run(job.pk)
    assert Obligation.objects.count() == 1


def test_the_task_run_twice_asks_once():
    tasks.assign_requirements()
    tasks.assign_requirements()
    assert Job.objects.filter(kind=requirements.KIND).count() == 1


def test_a_run_that_was_killed_between_portions_is_completed_by_the_next(monkeypatch):
    monkeypatch.setattr("training.services.person_facts.PORTION", 2)
    for _ in range(5):
        make.posting()
    rule = training.requirement()
    kept, keep = [], requirements._keep

    def killed(portion, **told):
        if len(kept) == 2:
            raise KeyboardInterrupt
        kept.append(portion)
        keep(portion, **told)

    monkeypatch.setattr(requirements, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        assign(rule)
    assert Obligation.objects.count() == 4
    monkeypatch.setattr(requirements, "_keep", keep)
    assert assign(rule).created == 1
    assert assign(rule).any is False


def test_a_new_round_rewrites_nothing_of_an_old_one():
    person = make.posting().employee
    rule = training.requirement()
    assign(rule)
    before = rows()
    Posting.objects.filter(employee=person).update(valid_to=date(2027, 4, 1))
    make.absence(person, valid_from=date(2026, 4, 1))
    assign(rule, R9, on=date(2027, 4, 1))
    assert rows()[0] == before[0]
    assert Obligation.objects.filter(fiscal_year=R9).count() == 1


def test_a_closed_year_is_left_alone():
    make.posting()
    rule = training.requirement()
    FiscalYearClosing.objects.create(fiscal_year=R8, number=1, act=FiscalYearClosing.Act.CLOSED, at=NOW, by_name="x")
    with pytest.raises(RuleBroken, match="令和8年度は締められています"):
        assign(rule)
    assert requirements.assign_all(on=ON, at=NOW) == {"created": 0, "changed": 0, "lifted": 0}
    assert closing.closed_years().holds(R8)


def test_what_the_rule_no_longer_means_is_lifted_kept_and_told():
    person = make.posting().employee
    rule = training.requirement(employment_types=["regular"])
    assign(rule)
    Employee.objects.filter(pk=person.pk).update(employment_type="annual")
    assert assign(rule).lifted == 1
    row = Obligation.objects.get()
    assert (row.lifted_on, bool(row.lifted_reason)) == (ON, True)
    assert assign(rule).any is False
    Employee.objects.filter(pk=person.pk).update(employment_type="regular")
    assign(rule)
    row.refresh_from_db()
    assert (row.lifted_on, row.lifted_reason) == (None, "")
    assert AuditEvent.objects.filter(action="edited", model="training.obligation").count() == 2


def test_another_due_day_of_the_rule_moves_those_of_this_year():
    make.posting()
    rule = training.requirement()
    assign(rule)
    rule.due_month, rule.due_day = 2, 28
    rule.save()
    assert assign(rule).changed == 1
    assert Obligation.objects.get().due_on == date(2027, 2, 28)


def test_the_preview_tells_the_number_and_writes_nothing():
    make.posting()
    make.posting(is_manager=True)
    rule = training.requirement(obliges=Obliged.MANAGERS)
    rule.pk = None
    assert requirements.preview(rule, R8, on=ON) == 1
    assert not Obligation.objects.exists()


def test_the_rate_has_both_numbers():
    """R68"""
    rule = training.requirement()
    people = [make.posting().employee for _ in range(5)]
    make.absence(people[4], valid_from=date(2026, 1, 1))
    training.completion(people[0], rule.course)
    assign(rule)
    rate = rates.of(rule, R8, on=ON)
    assert (rate.done, rate.obliged, rate.away, rate.counted, rate.percent) == (1, 5, 1, 4, Decimal("25.0"))


def test_who_has_done_it_on_leave_counts():
    """E5: may join voluntarily."""
    rule = training.requirement()
    person = make.posting().employee
    make.absence(person, valid_from=date(2026, 1, 1))
    training.completion(person, rule.course)
    assign(rule)
    rate = rates.of(rule, R8, on=ON)
    assert (rate.done, rate.counted, rate.away) == (1, 1, 0)


def test_who_came_back_from_leave_is_counted_from_that_day():
    rule = training.requirement()
    person = make.posting().employee
    make.absence(person, valid_from=date(2026, 1, 1), valid_to=date(2026, 9, 1))
    assign(rule)
    assert rates.of(rule, R8, on=date(2026, 8, 31)).away == 1
    assert rates.of(rule, R8, on=date(2026, 9, 1)).counted == 1


def test_a_mover_is_counted_once_in_the_present_department():
    """R68"""
    old, new = make.department(), make.department()
    post = make.posting(to=old, valid_to=date(2026, 10, 1))
    make.posting(post.employee, to=new, valid_from=date(2026, 10, 1))
    make.posting(post.employee, to=old, valid_from=date(2026, 10, 1), is_primary=False)
    rule = training.requirement()
    assign(rule)
    assert {key: rate.counted for key, rate in rates.by("department", rule, R8, on=ON).items()} == {new.pk: 1}
    assert set(rates.by("department", rule, R8, on=date(2026, 9, 30))) == {old.pk}
    assert set(rates.by("bureau", rule, R8, on=ON)) == {new.parent_id}


def test_by_kind_of_employment_and_by_manager():
    rule = training.requirement()
    make.posting(make.employee(employment_type="annual"))
    make.posting(is_manager=True)
    assign(rule)
    assert set(rates.by("employment_type", rule, R8, on=ON)) == {"annual", "regular"}
    assert {key: rate.counted for key, rate in rates.by("manager", rule, R8, on=ON).items()} == {"yes": 1, "no": 1}


@pytest.mark.parametrize(("year", "on", "state"), [
    (R8, date(2027, 4, 9), OwedState.OVERDUE), (R8, date(2027, 4, 10), OwedState.DONE), (R9, date(2027, 4, 10), None),
])  # fmt: skip
def test_work_finished_in_april_counts_for_the_year_that_it_says(year, on, state):
    """E25"""
    rule = training.requirement()
    person = make.posting().employee
    assign(rule)
    training.completion(person, rule.course, completed_on=date(2027, 4, 10), fiscal_year=R8)
    assign(rule, R9, on=date(2027, 4, 10))
    found = rates.obligations(rule, year, on=on).values_list("state", flat=True)
    assert list(found) == [state or OwedState.OPEN]


def test_a_revoked_completion_is_none():
    rule = training.requirement()
    person = make.posting().employee
    training.completion(person, rule.course, revoked_at=NOW, revoked_reason="誤り")
    assign(rule)
    assert rates.of(rule, R8, on=ON).done == 0


def test_a_completion_of_any_year_of_the_round_fulfils_it():
    rule = training.requirement(first_year=R8, every_years=3)
    person = make.posting().employee
    training.completion(person, rule.course, completed_on=date(2026, 7, 1))
    joined = make.posting(make.employee(hired_on=date(2027, 6, 1))).employee
    assign(rule)
    later = date(2027, 12, 1)
    assign(rule, R9, on=later)
    assert [own.state for own in own_requirements.of(person, later)] == [OwedState.DONE]
    assert [own.state for own in own_requirements.of(joined, later)] == [OwedState.SOON]
    assert rates.of(rule, R9, on=later).counted == 2


def test_who_has_left_is_counted_nowhere():
    rule = training.requirement()
    person = make.posting(make.employee(left_on=date(2026, 11, 1))).employee
    training.completion(person, rule.course)
    assign(rule)
    assert rates.of(rule, R8, on=ON) == rates.Rate()
    assert rates.of(rule, R8, on=date(2026, 10, 31)).done == 1


def test_a_hundred_per_cent_is_everybody():
    assert rates.Rate(done=9999, open=1).percent == Decimal("99.9")
    assert rates.Rate(done=3).percent == 100
    assert rates.Rate().percent is None


@pytest.mark.parametrize(("due", "state", "late"), [
    (date(2026, 11, 22), OwedState.OVERDUE, 1), (ON, OwedState.SOON, 0), (date(2026, 12, 24), OwedState.OPEN, 0),
])  # fmt: skip
def test_a_person_sees_how_each_of_the_own_stands(due, state, late):
    row = training.obligation(due_on=due)
    [own] = own_requirements.of(row.employee, ON)
    assert (own.state, own.days_late, own.due, own.to_do) == (state, late, due, True)
    assert own.href == f"/courses/{row.requirement.course.code}/"


def test_who_is_on_leave_is_late_with_nothing():
    row = training.obligation(due_on=date(2026, 11, 1))
    make.absence(row.employee, valid_from=date(2026, 11, 20))
    [own] = own_requirements.of(row.employee, ON)
    assert (own.state, own.word, own.days_late, own.to_do) == (OwedState.ON_LEAVE, "休職中", 0, False)


def test_done_and_lifted_in_a_persons_list():
    row = training.obligation()
    training.completion(row.employee, row.requirement.course, completed_on=date(2026, 7, 10))
    other = training.obligation(person=row.employee, lifted_on=date(2026, 10, 1), lifted_reason="管理職でなくなった")
    [own] = own_requirements.of(row.employee, ON)
    assert (own.state, own.done_on) == (OwedState.DONE, date(2026, 7, 10))
    assert other.employee == row.employee


def test_a_persons_list_is_one_query():
    person = make.posting().employee
    for _ in range(12):
        training.obligation(person=person)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(own_requirements.of(person, ON)) == 12
    assert len(asked) == 1


class RatesEqualCounting(TestCase):
    """Whatever the people: the figures equal those counted person by person, in another way."""

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 3), st.booleans()), max_size=7))
    def test_of_all_and_by_department(self, people):
        places = [make.department() for _ in range(2)]
        rule = training.requirement(due_month=10, due_day=31)
        expected: dict[tuple[int, str], int] = {}
        for second, leave, done, left in people:
            person = make.posting(
                make.employee(left_on=date(2026, 11, 1) if left else None), to=places[second]
            ).employee
            away = {1: (date(2026, 1, 1), None), 2: (date(2026, 1, 1), date(2026, 9, 1)), 3: (date(2026, 5, 1), None)}
            if leave in away:
                begin, end = away[leave]
                Absence.objects.create(employee=person, reason="leave", valid_from=begin, valid_to=end)
            if done in (1, 2):
                day = date(2026, 7, 1) if done == 1 else ON + timedelta(days=1)
                training.completion(person, rule.course, completed_on=day)
            if left:
                continue
            state = "done" if done == 1 else "away" if leave == 1 else "on_leave" if leave == 3 else "overdue"
            if leave == 2 and done != 1:
                state = "open"  # 153 days of leave: due on the last day of the year
            expected[places[second].pk, state] = expected.get((places[second].pk, state), 0) + 1
        requirements.assign(rule, R8, on=ON, at=datetime(2026, 11, 23, 10, tzinfo=TOKYO))
        found = rates.by("department", rule, R8, on=ON)
        counted = {
            (place, name): getattr(rate, name) for place, rate in found.items() for name in rates.NAMES.values()
            if getattr(rate, name)
        }  # fmt: skip
        assert counted == expected
        assert sum(found.values(), rates.Rate()) == rates.of(rule, R8, on=ON)
        assert rates.of_all(R8, on=ON).get(rule.pk, rates.Rate()) == rates.of(rule, R8, on=ON)
