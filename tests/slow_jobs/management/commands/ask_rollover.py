"""Leaves promoters of last year before the turn into this one, as if none had been made; or asks a worker for it."""

import json
from datetime import date
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from aomori_dx.benchmark import turning
from aomori_dx.kernel import bulk, clock, closing
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing, Job
from staff.models import Employee, Notice, OfficeRole
from stages.models import Promoter, Rollover, RolloverMove, StageEnrollment
from stages.services import rollover
from tests.factories import staff as make
from tests.factories import stages as make_stages


class Command(BaseCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--people", type=int)
        parser.add_argument("--start", action="store_true")

    @transaction.atomic
    def handle(self, *, people: int, start: bool, **_: Any) -> None:
        at = clock.now()
        year = FiscalYear.containing(clock.day_of(at))
        if not Promoter.objects.exists():
            make_stages.plan()
            make.department()
            known = {"hired_on": date(2010, 4, 1), "employment_type": "regular"}
            rows = (Employee(employee_number=f"{n:07}", name=f"青森　{n}", **known) for n in range(people))
            bulk.insert_all(Employee, (row.fold_names() for row in rows), keyed=False)
            turning.cohort(year, at=at)
        _forget(year)
        before = year.previous
        for earlier in FiscalYear.between(FiscalYear(2024), before.previous):
            closing.close(earlier, by=None, at=at, reason="年度末")
        job = None
        if start:
            officer = make.office(OfficeRole.DX)
            turn = rollover.plan(year, by=officer, at=at)
            job = rollover.start(turn.pk, by=officer, at=at).pk
        self.stdout.write(json.dumps({"job": job, "year": int(year)}))


def _forget(year: FiscalYear) -> None:
    """Everything that a turn leaves; of a record that is only added to, past its guard."""
    new = StageEnrollment.objects.filter(fiscal_year=year)
    for rows in (RolloverMove.objects.all(), Rollover.objects.all(), new, Notice.objects.all(), Job.objects.all()):
        rows.delete()
    for kept in (AuditEvent.objects.all(), FiscalYearClosing.objects.all()):
        kept._raw_delete(kept.db)
