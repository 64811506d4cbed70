"""The quota of this year stands on the first page of the admin."""

import pytest

from aomori_dx.kernel import clock
from stages.services import quotas
from tests.factories import programme, stages
from tests.factories.programme import AS_OF
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["info_office", "admin"])
def test_it_shows_the_newest_figures(as_role, role):
    programme.prefecture()
    quotas.compute(R8, as_of=AS_OF, at=clock.now())
    page = as_role(role).get("/admin/").content.decode()
    assert "令和8年度は推薦枠2/4、自薦枠1(目安1)。累計8人/計画12人" in page
    assert "令和8年11月23日現在" in page
    assert '<a href="/dashboard/">' in page


def test_before_the_first_computation_it_says_where_to_start(as_role):
    stages.plan()
    assert "今年度の枠は、まだ計算されていません。" in as_role("admin").get("/admin/").content.decode()
