"""A violated constraint speaks its own Japanese sentence; a mistake of ours is not dressed up as a rule."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from aomori_dx.kernel.errors import DomainError, NotAllowed, RuleBroken, constraints_as_rules
from staff.models import Employee, Posting
from tests.factories import staff, stages

pytestmark = pytest.mark.django_db


def refused(act) -> str:
    """The sentence with which `act` is refused; the transaction goes on."""
    with pytest.raises(RuleBroken) as refusal, constraints_as_rules(), transaction.atomic():
        act()
    assert isinstance(refusal.value.__cause__, IntegrityError)
    return str(refusal.value)


def test_a_unique_constraint_says_its_sentence():
    first = staff.employee()
    assert (
        refused(lambda: staff.employee(employee_number=first.employee_number))
        == "この職員番号はすでに登録されています。"
    )
    assert Employee.objects.count() == 1


def test_a_unique_constraint_over_several_columns_says_its_sentence():
    year = stages.enrollment()
    assert (
        refused(lambda: stages.enrollment(year.promoter, stage=2, fiscal_year=year.fiscal_year))
        == "この年度の育成はすでに登録されています。"
    )


def test_a_conditional_unique_constraint_says_its_sentence():
    person = staff.posting().employee
    assert refused(lambda: staff.posting(person, valid_from=date(2026, 4, 1))) == "主たる配属がすでにあります。"
    done = stages.enrollment(status="completed")
    later = {"fiscal_year": done.fiscal_year.next, "status": "completed"}
    assert refused(lambda: stages.enrollment(done.promoter, **later)) == "このステージはすでに修了しています。"


def test_a_check_constraint_says_its_sentence():
    row = stages.enrollment()
    row.status_on = date(2020, 1, 1)
    assert refused(row.save) == "状態の日付は開始日以後にしてください。"


def test_values_in_the_message_do_not_choose_the_sentence():
    """PostgreSQL quotes the values of the row below its first line."""
    staff.employee(employee_number="1", name='constraint "promoter_once_in_a_lifetime"')
    sentence = refused(lambda: staff.employee(employee_number="1", name='constraint "promoter_once_in_a_lifetime"'))
    assert sentence == "この職員番号はすでに登録されています。"


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Employee(name=None, employee_number="1").save(),  # must not be empty
        lambda: Employee.objects.create(pk=staff.employee().pk, employee_number="2"),  # the primary key
    ],
)
def test_an_unknown_violation_passes_through(mistake):
    with pytest.raises(IntegrityError), constraints_as_rules(), transaction.atomic():
        mistake()


def test_a_missing_row_passes_through():
    with transaction.atomic():
        Posting.objects.create(employee=staff.employee(), department_id=10**9, valid_from=date(2026, 4, 1))
        with pytest.raises(IntegrityError), constraints_as_rules():
            connection.check_constraints()
        transaction.set_rollback(True)


def test_refusals_are_told_apart_and_caught_together():
    assert issubclass(NotAllowed, DomainError)
    assert issubclass(RuleBroken, DomainError)
    assert not issubclass(NotAllowed, RuleBroken)
