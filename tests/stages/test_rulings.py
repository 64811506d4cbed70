"""免除・認定・不認定: decisions that no computation takes away."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from stages.models import ProgressRuling, RulingKind, StageProgress
from stages.services import fact_rows, recomputing, rulings
from tests.conftest import NOW
from tests.factories import growth, programme
from tests.factories.stages import R8
from tests.stages.test_recomputing import lasting, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return someone(lasting(), lasting())


def ruled(year, kind=RulingKind.ACCEPT, **fields) -> ProgressRuling:
    defaults = {"reason": "前職での実務経験による", "by": programme.officer(), "at": NOW}
    return rulings.rule(year.pk, kind=kind, **{**defaults, **fields})


def state(year) -> tuple:
    return StageProgress.objects.values_list("done", "asked", "met_on").get(enrollment=year)


def test_a_decision_counts_at_once_and_taking_it_back_too(year):
    first, second = year.curriculum.items.all()
    one = ruled(year, item=first)
    assert state(year) == (1, 2, None)
    ruled(year, RulingKind.EXEMPT, item=second)
    assert state(year) == (2, 2, NOW.date())

    rulings.revoke(one.pk, reason="資料の誤り", by=programme.officer(), at=NOW)

    assert state(year) == (1, 2, None)
    assert ProgressRuling.objects.count() == 2
    with pytest.raises(RuleBroken, match="すでに取り消されて"):
        rulings.revoke(one.pk, reason="再度", by=programme.officer(), at=NOW)


def test_a_decision_survives_every_computation(year):
    ruled(year)
    for days in range(3):
        recomputing.all_of_year(None, at=NOW + timedelta(days=days))
    assert state(year)[2] == NOW.date()


def test_without_the_decisions_among_the_facts_it_would_not(year, monkeypatch):
    ruled(year)
    arms = tuple(arm for arm in fact_rows._ARMS if arm is not fact_rows._rulings)
    monkeypatch.setattr(fact_rows, "_ARMS", arms)
    recomputing.all_of_year(None, at=NOW)
    assert state(year)[2] is None


def test_a_decision_about_a_course_holds_in_the_next_version(year):
    first = year.curriculum.items.first()
    ruled(year, item=first)
    year.curriculum = growth.curriculum(first.course, version=2, reason="改定")
    year.save()
    recomputing.of_enrollments([year.pk], at=NOW)
    assert state(year) == (1, 1, NOW.date())


def test_only_the_office_decides_and_only_with_a_reason(year):
    with pytest.raises(NotAllowed):
        ruled(year, by=programme.officer("hr_office"))
    with pytest.raises(RuleBroken, match="理由"):
        ruled(year, reason=" ")
    with pytest.raises(RuleBroken, match="今日まで"):
        ruled(year, ruled_on=NOW.date() + timedelta(days=1))
    with pytest.raises(RuleBroken, match="開始日以後"):
        ruled(year, ruled_on=date(2026, 4, 1))
    with pytest.raises(RuleBroken, match="免除する項目"):
        ruled(year, RulingKind.EXEMPT)
    other = growth.curriculum(lasting(), stage=2).items.get()
    with pytest.raises(RuleBroken, match="カリキュラムにありません"):
        ruled(year, item=other)
    year.status = "withdrawn"
    year.save()
    with pytest.raises(RuleBroken, match="辞退した年度"):
        ruled(year)
    assert not ProgressRuling.objects.exists()


def test_a_closed_year_takes_no_decision(year):
    row = ruled(year)
    closing.close(R8, by=None, at=NOW.replace(year=2027, month=5), reason="確定")
    with pytest.raises(RuleBroken, match="締め"):
        ruled(year)
    with pytest.raises(RuleBroken, match="締め"):
        rulings.revoke(row.pk, reason="誤り", by=programme.officer(), at=NOW)
