"""Assigning required training, and what a person sees of it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import closing, progress
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing, Job, JobState
from staff.models import Employee, Posting
from staff.signals import records_changed
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from tests.factories.stages import R8
from training import own_requirements, tasks
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
