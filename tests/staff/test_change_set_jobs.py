"""The slow steps of a change set leave, run twice, what they leave run once."""

import pytest

from aomori_dx.kernel import clock
from aomori_dx.kernel.models import AuditEvent
from staff.models import ChangeLine, OfficeRole
from staff.services import change_set_jobs
from tests.factories import staff as make
from tests.staff.office_files import TRANSFERS, as_xlsx, transfer_row
from tests.staff.test_change_sets import apply, everything, load, undo

pytestmark = pytest.mark.django_db


def state() -> tuple:
    """All that a step may write."""
    return everything(), list(ChangeLine.objects.order_by("pk").values()), AuditEvent.objects.count()


def test_checking_and_undoing_twice_is_once():
    hr = make.office(OfficeRole.HR)
    mover = make.posting().employee
    content = as_xlsx(TRANSFERS, transfer_row(mover, "転任", "R8.12.1", make.department("財政課")))
    change_set = load("transfers", content, hr)
    checked = state()
    change_set_jobs.check(change_set.pk, by=hr, at=clock.now())
    assert state() == checked

    apply(change_set, hr)
    undo(change_set, hr)
    undone = state()
    assert undone[0] == checked[0]
    change_set_jobs.undo(change_set.pk, reason="取込の誤り", by=hr, at=clock.now())
    assert state() == undone
