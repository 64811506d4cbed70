"""The benchmark turns the year of whom it makes, and says what it took."""

import pytest

from aomori_dx.benchmark import turning
from aomori_dx.kernel.models import AuditEvent
from stages.models import StageEnrollment
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db


def test_everybody_is_moved_and_both_steps_and_their_sum_are_told():
    make_stages.plan()
    make.department("情報課", parent=make.bureau("総務部"))
    for _ in range(20):
        make.employee()
    found = {row.name: row for row in turning.measure(R8, at=NOW)}
    dry_run, moves, both = (found[f"年度更新 {step}"] for step in ("確認", "実行", "合わせて"))
    assert StageEnrollment.objects.filter(fiscal_year=R8).count() == 18
    assert AuditEvent.objects.filter(model="stages.stageenrollment", action="start").count() == 18
    assert both.rows == 20
    assert both.seconds == pytest.approx(dry_run.seconds + moves.seconds)
    assert both.bar == turning.BAR
