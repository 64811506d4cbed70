"""枠の計算: load the facts, call the engine, keep the snapshot. Run it as often as you like."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from aomori_dx.kernel import progress
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job
from stages import permissions as may
from stages.models import PlanRevision, QuotaSnapshot
from stages.quota.facts import Facts
from stages.quota.sheet import sheet
from stages.services import quota_facts

KIND = "compute_quotas"
"""The kind of the job that computes every year of the plan."""

Report = Callable[[int, int, str], None]


def latest(fiscal_year: FiscalYear, *, on: date | None = None) -> QuotaSnapshot | None:
    """What was computed last for the year; with `on`, of what was computed as of that day or before."""
    rows = QuotaSnapshot.objects.of_year(fiscal_year).select_related("revision__plan")
    return (rows if on is None else rows.filter(as_of__lte=on)).first()


def compute(fiscal_year: FiscalYear, *, as_of: date, at: datetime) -> QuotaSnapshot:
    """The snapshot of one year as of a day, computed and kept.

    The same facts give the same row, whoever else computes at the same moment: the unique constraint decides, and
    `confirmed_at` moves to `at`. Raises DomainError where no plan covers the year.
    """
    with _one_moment():
        revision, facts = quota_facts.load(fiscal_year, as_of=as_of)
    return _keep(revision, facts, at)


def refresh(
    fiscal_year: FiscalYear | None = None,
    *,
    as_of: date | None = None,
    at: datetime,
    report: Report = lambda done, total, message: None,
) -> list[QuotaSnapshot]:
    """Compute one year, or without one every year of the plan, one after another, as of a day (without one: today).

    Each year is a transaction of its own: what was computed before an interruption stays, and another run completes
    the rest. `report(done, total, message)` is told of each step.
    """
    day = as_of or _day(at)
    years = [fiscal_year] if fiscal_year else list(quota_facts.plan_in_force(day).targets)
    snapshots = []
    for number, year in enumerate(years):
        report(number, len(years), f"{year}を計算しています。")
        snapshots.append(compute(year, as_of=day, at=at))
    report(len(years), len(years), "計算が終わりました。")
    return snapshots


def request(*, by: Any, at: datetime) -> Job:
    """Ask for every year of the plan as of today, in the background. A request that still waits answers for both.

    Raises NotAllowed for those who may not; the system itself (`by` None) may.
    """
    day = _day(at)
    if by is not None and not may.compute_quotas(by, day):
        raise NotAllowed("枠の計算を行う権限がありません。")
    return progress.enqueue(KIND, key=f"{KIND}:{day}", params={"as_of": day.isoformat()}, by=by, at=at)


@transaction.atomic
def _keep(revision: PlanRevision, facts: Facts, at: datetime) -> QuotaSnapshot:
    snapshot, created = QuotaSnapshot.objects.get_or_create(
        revision=revision,
        fiscal_year=facts.fiscal_year,
        as_of=facts.as_of,
        inputs_digest=digest(facts),
        defaults={"figures": lambda: sheet(facts), "computed_at": at, "confirmed_at": at},
    )
    if not created and snapshot.confirmed_at < at:
        QuotaSnapshot.objects.filter(pk=snapshot.pk, confirmed_at__lt=at).update(confirmed_at=at)
        snapshot.confirmed_at = at
    return snapshot


def digest(facts: Facts) -> str:
    """SHA-256 of the facts as canonical JSON: equal facts, equal digest, on every machine."""
    text = json.dumps(asdict(facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let all queries inside see the database as it is at one moment.

    Counts read before and after somebody else's import would contradict each other. SQLite's transactions are like
    this anyway; PostgreSQL's are when asked at their very beginning.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _day(at: datetime) -> date:
    return at.astimezone(TOKYO).date()
