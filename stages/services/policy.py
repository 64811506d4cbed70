"""Loading the policy as decided: the plan with its first revision, and the growth stages."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import parse_date
from stages.models import AnnualTarget, CareerTrack, GrowthStage, PlanRevision, TrainingPlan

POLICY = Path(__file__).resolve().parents[1] / "data" / "policy.json"

Row = TypeVar("Row", bound=models.Model)
Counts = dict[str, dict[str, int]]


@transaction.atomic
def load(*, at: datetime, source: Path = POLICY) -> Counts:
    """Add what the policy's file has and the database lacks; returns created and unchanged by kind of row.

    A row that is there stays as it is, whatever the file says: an administrator's word is newer than the file's.
    Targets come with their revision only, so a target taken out of a revision does not come back.
    """
    policy = json.loads(source.read_text(encoding="utf-8"))
    counts: Counts = {
        kind: {"created": 0, "unchanged": 0} for kind in ("plans", "revisions", "targets", "stages", "tracks")
    }
    for stage in policy["growth_stages"]:
        _add(counts["stages"], GrowthStage, {"number": stage.pop("number")}, stage, at)
    for track in policy["career_tracks"]:
        _add(counts["tracks"], CareerTrack, {"code": track.pop("code")}, track, at)
    for plan in policy["plans"]:
        _load_plan(counts, plan, at)
    return counts


def _load_plan(counts: Counts, plan: dict[str, Any], at: datetime) -> None:
    revisions = plan.pop("revisions")
    for field in ("first_year", "last_year"):
        plan[field] = FiscalYear.parse(plan[field])
    row, _ = _add(counts["plans"], TrainingPlan, {"code": plan.pop("code")}, plan, at)
    for revision in revisions:
        _load_revision(counts, row, revision, at)


def _load_revision(counts: Counts, plan: TrainingPlan, revision: dict[str, Any], at: datetime) -> None:
    targets = revision.pop("targets")
    for field in ("decided_on", "effective_from"):
        revision[field] = parse_date(revision[field])
    key = {"plan": plan, "number": revision.pop("number")}
    row, created = _add(counts["revisions"], PlanRevision, key, revision, at)
    if not created:
        counts["targets"]["unchanged"] += AnnualTarget.objects.filter(revision=row).count()
        return
    for target in targets:
        key = {"revision": row, "fiscal_year": FiscalYear.parse(target["fiscal_year"])}
        _add(counts["targets"], AnnualTarget, key, {"new_promoters": target["new_promoters"]}, at)


def _add(
    counts: dict[str, int], model: type[Row], key: dict[str, Any], rest: dict[str, Any], at: datetime
) -> tuple[Row, bool]:
    row, created = model._default_manager.get_or_create(**key, defaults=rest)
    if created:
        audit.record(row, "load_policy", by=None, at=at, reason="方針の登録")
    counts["created" if created else "unchanged"] += 1
    return row, created
