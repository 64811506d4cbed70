"""The policy's data: loaded once, an administrator's later word stands."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from aomori_dx.kernel.models import AuditEvent
from stages.models import AnnualTarget, GrowthStage, PlanRevision, TrainingPlan
from stages.services import policy
from tests.conftest import NOW
from tests.factories.stages import R6, R7, R8, R9, R10

pytestmark = pytest.mark.django_db


def test_the_plan_is_what_the_policy_says():
    policy.load(at=NOW)

    revision = PlanRevision.objects.get()
    assert (revision.plan.first_year, revision.plan.last_year) == (R6, R10)
    assert "青森県デジタル人材育成方針" in revision.plan.source
    assert (revision.decided_on.year, revision.decided_on.month) == (2024, 2)
    targets = {target.fiscal_year: target.new_promoters for target in revision.targets.all()}
    assert targets == dict.fromkeys([R6, R7, R8, R9, R10], 200)
    assert sum(targets.values()) == 1_000


def test_there_are_five_stages_with_their_descriptions():
    policy.load(at=NOW)

    assert [stage.label for stage in GrowthStage.objects.all()] == [
        "①業務効率化",
        "②業務改善",
        "③業務改革",
        "④データ利活用",
        "⑤AI等活用",
    ]
    assert all(stage.description for stage in GrowthStage.objects.all())


def test_loading_twice_changes_nothing_and_says_so(capsys):
    call_command("load_policy", json=True)
    first = json.loads(capsys.readouterr().out)
    call_command("load_policy", json=True)
    second = json.loads(capsys.readouterr().out)

    assert (first["created"], first["unchanged"]) == (15, 0)
    assert (second["created"], second["unchanged"]) == (0, 15)
    assert second["stages"] == {"created": 0, "unchanged": 5}
    assert AuditEvent.objects.filter(action="load_policy").count() == 15


def test_in_words_it_says_what_was_registered(capsys):
    call_command("load_policy")

    assert "年度目標: 登録5件、変更なし0件" in capsys.readouterr().out


def test_what_an_administrator_edited_stays():
    policy.load(at=NOW)
    plan = TrainingPlan.objects.get()
    TrainingPlan.objects.update(name="改称した計画")
    GrowthStage.objects.filter(number=5).update(name="AI・データ活用")
    AnnualTarget.objects.filter(fiscal_year=R9).update(new_promoters=220)
    AnnualTarget.objects.filter(fiscal_year=R10).delete()
    PlanRevision.objects.create(
        plan=plan,
        number=2,
        decided_on=date(2026, 10, 1),
        effective_from=date(2026, 10, 1),
        reason="見直し",
        author="課",
    )

    counts = policy.load(at=NOW)

    assert sum(rows["created"] for rows in counts.values()) == 0
    assert TrainingPlan.objects.get().name == "改称した計画"
    assert GrowthStage.objects.get(number=5).name == "AI・データ活用"
    assert AnnualTarget.objects.get(fiscal_year=R9).new_promoters == 220
    assert not AnnualTarget.objects.filter(fiscal_year=R10).exists()
    assert PlanRevision.objects.filter(number=2).exists()


def test_a_missing_stage_comes_back_and_the_rest_stays():
    policy.load(at=NOW)
    GrowthStage.objects.filter(number=3).delete()

    assert policy.load(at=NOW)["stages"] == {"created": 1, "unchanged": 4}


def test_nothing_is_loaded_by_halves(tmp_path):
    broken = json.loads(policy.POLICY.read_text(encoding="utf-8"))
    broken["plans"][0]["revisions"][0]["targets"][4]["fiscal_year"] = "8"
    source = tmp_path / "policy.json"
    source.write_text(json.dumps(broken), encoding="utf-8")

    with pytest.raises(ValueError, match="年度は"):
        policy.load(at=NOW, source=source)
    assert not TrainingPlan.objects.exists()
    assert not GrowthStage.objects.exists()
