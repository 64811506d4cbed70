"""Two officers at the same person, and facts that change while the judgement is decided."""

from datetime import date
from functools import partial

import pytest

from aomori_dx.kernel.errors import RuleBroken
from staff.models import OfficeRole
from stages.models import StageEnrollment, StageProgress
from stages.services import judgements
from tests.conftest import NOW
from tests.factories import growth, staff
from tests.factories import stages as make
from tests.factories import training as make_training
from tests.factories.stages import R8
from tests.kernel.racing import need_row_locks, together
from training.models import Certificate, Method
from training.services import completions

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = NOW.date()


@pytest.fixture
def dx():
    need_row_locks()
    return staff.office(OfficeRole.DX)


def someone(asked) -> StageEnrollment:
    row = make.enrollment(make.promoter(staff.posting().employee), curriculum=asked)
    make_training.completion(row.promoter.employee, asked.items.get().course, completed_on=date(2026, 10, 1))
    return row


def test_of_two_officers_at_the_same_person_one_drafts_and_the_other_is_told(dx):
    row = someone(growth.curriculum(make_training.course(method=Method.ELEARNING)))
    draft = partial(judgements.propose, [row.pk], by=dx, at=NOW, seen=judgements.seen_of(row))

    found = together(partial(draft, "completed"), partial(draft, "carry_on", reason="業務の都合"))

    assert sorted(isinstance(each, RuleBroken) for each in found) == [False, True]


def test_of_two_officers_who_decide_one_does_and_each_has_one_certificate(dx):
    asked = growth.curriculum(make_training.course(method=Method.ELEARNING))
    rows = [someone(asked) for _ in range(3)]
    judgements.propose([row.pk for row in rows], "completed", by=dx, at=NOW)
    seen = judgements.batch(R8, on=TODAY).seen

    found = together(*[partial(judgements.confirm, R8, seen=seen, by=dx, at=NOW)] * 2)

    assert sorted(isinstance(each, RuleBroken) for each in found) == [False, True]
    assert Certificate.objects.valid().count() == 3
    assert set(StageEnrollment.objects.values_list("status", flat=True)) == {"completed"}


def test_a_fact_that_goes_while_it_is_decided_is_refused_or_contradicts(dx):
    row = someone(growth.curriculum(make_training.course(method=Method.ELEARNING)))
    judgements.propose([row.pk], "completed", by=dx, at=NOW)
    seen, done = judgements.batch(R8, on=TODAY).seen, row.promoter.employee.completions.get()
    officer = make_training.officer()

    decided, revoked = together(
        partial(judgements.confirm, R8, seen=seen, by=dx, at=NOW),
        partial(completions.revoke, done.pk, reason="誤り", by=officer, at=NOW),
    )

    assert not isinstance(revoked, Exception)
    row.refresh_from_db()
    standing = StageProgress.objects.get(enrollment=row).standing
    if isinstance(decided, RuleBroken):
        assert (row.status, Certificate.objects.count()) == ("in_progress", 0)
    else:
        assert (row.status, standing) == ("completed", "contradictory")
