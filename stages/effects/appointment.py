"""Appointing promoters: the person, and this year's training in stage ① with its curriculum, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import constraints_as_rules
from aomori_dx.kernel.journal import NO_JOURNAL, Journal
from staff.models import Employee
from stages.effects import curriculum
from stages.models import GrowthStage, Promoter, StageEnrollment

BATCH = 1000


@transaction.atomic
def appoint_all(rows: list[Promoter], *, by: Any, at: datetime, reason: str, journal: Journal = NO_JOURNAL) -> None:
    """Appoint people who are not on record as promoters yet, and enrol each in stage ① of the cohort's year.

    Raises RuleBroken where somebody is a promoter already (rule 2), or where a fiscal year is closed; then nobody
    is appointed.
    """
    closing.ensure_open(*{day for row in rows for day in (row.cohort, row.appointed_on)})
    people = [row.employee_id for row in rows]
    list(Employee.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    first = GrowthStage.objects.get(number=1)
    with constraints_as_rules():
        Promoter.objects.bulk_create(rows, batch_size=BATCH)
    years = [
        StageEnrollment(
            promoter=row,
            fiscal_year=row.cohort,
            stage=first,
            started_on=row.appointed_on,
            status_on=row.appointed_on,
        )
        for row in rows
    ]
    curriculum.assign(years, on=day_of(at))
    years = StageEnrollment.objects.bulk_create(years, batch_size=BATCH)
    journal.created([*rows, *years])
    audit.record_all(
        audit.event(
            row,
            "appointed",
            by=by,
            at=at,
            after={"cohort": int(row.cohort), "route": row.route, "department": row.department.name},
            reason=reason,
        )
        for row in rows
    )
