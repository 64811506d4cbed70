"""Two who assign the same required course at the same moment write it once."""

from datetime import date

import pytest

from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from tests.factories.stages import R8
from tests.kernel.racing import need_row_locks, together
from training.models import Obligation
from training.services import requirements

pytestmark = pytest.mark.django_db(transaction=True)


def test_at_the_same_moment_everybody_is_obliged_once():
    need_row_locks()
    for _ in range(20):
        make.posting()
    rule = training.requirement()

    def assign():
        return requirements.assign(rule, R8, on=date(2026, 11, 23), at=NOW).created

    assert sorted(together(*[assign] * 4)) == [0, 0, 0, 20]
    assert Obligation.objects.count() == 20
