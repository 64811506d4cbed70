"""The demo's practice: themes and reports in every state, last year's in the library, an examination to confirm."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Posting, User
from stages.effects.practice import as_kept
from stages.models import (
    ExaminationResult,
    PracticeComment,
    PracticeReport,
    Promoter,
    StageEnrollment,
    StageStatus,
)
from stages.models import PracticeStatus as S
from stages.services import practice_reports

EXAMPLES = Path(__file__).resolve().parent / "files" / "practice.csv"
OF_LAST_YEAR, OF_THIS_YEAR = 24, 20
STATES = (S.APPROVED, S.SUBMITTED, S.WORKING, S.THEME_SUBMITTED, S.DRAFT)
MEASURED = (S.APPROVED, S.SUBMITTED, S.RETURNED)
ASKED = "改善後の時間を、1か月続けて測った値に直してください。"


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Write them, all or none; returns the number of reports. A second time changes nothing."""
    if PracticeReport.objects.exists():
        return 0
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        examples = list(csv.DictReader(file))
    this = FiscalYear.containing(on)
    years = StageEnrollment.objects.select_related("promoter__employee").order_by("promoter")
    past = list(years.filter(fiscal_year=this.previous, status=StageStatus.COMPLETED)[:OF_LAST_YEAR])
    present = list(years.filter(fiscal_year=this, status=StageStatus.IN_PROGRESS))
    shown = User.objects.get(username="promoter").employee_id or 0
    here = _colleagues(shown, on)
    own = [year for year in present if year.promoter.employee_id == shown]
    near = [year for year in present if year.promoter.employee_id in here]
    rest = [year for year in present if year not in own and year not in near][:OF_THIS_YEAR]
    wanted = [(year, S.APPROVED) for year in past] + [(year, S.RETURNED) for year in own]
    wanted += [(year, S.SUBMITTED) for year in near]
    wanted += [(year, STATES[number % len(STATES)]) for number, year in enumerate(rest)]
    places = _places([year.promoter.employee_id for year, _ in wanted], on)
    rows = [
        _report(year, status, examples[number % len(examples)], number, places, on, at)
        for number, (year, status) in enumerate(wanted)
    ]
    PracticeReport.objects.bulk_create(rows)
    for row in rows:
        if row.status == S.RETURNED:
            row.as_returned = as_kept(row)
            row.save(update_fields=["as_returned"])
            PracticeComment.objects.create(report=row, text=ASKED, by_name="所属長", written_at=at)
    _examination(shown, on, at)
    return len(rows)


def _report(
    year: StageEnrollment,
    status: S,
    example: dict[str, str],
    number: int,
    places: dict[int, Department],
    on: date,
    at: datetime,
) -> PracticeReport:
    row = PracticeReport(
        enrollment=year, status=status, changed_at=at, department=places.get(year.promoter.employee_id)
    )
    for name in ("title", "current_work", "tool", "expected_effect"):
        setattr(row, name, example[name])
    if status in MEASURED:
        row.minutes_before, row.minutes_after = int(example["before"]), int(example["after"])
        row.people, row.cost, row.lessons = int(example["people"]), int(example["cost"]), example["lessons"]
        row.reuse, row.is_reusable = example["reuse"], bool(example["reuse"])
    day = year.fiscal_year.clamp(on - timedelta(days=10 + number % 20))
    if status != S.DRAFT:
        row.submitted_at = at - timedelta(days=(on - day).days)
    if status not in (S.DRAFT, S.THEME_SUBMITTED):
        row.theme_approved_on = day
    if status == S.APPROVED:
        row.approved_on, row.approved_by_name, row.is_private = day, "所属長", number % 9 == 8
    row.search_key = practice_reports.search_key(row)
    return row


def _colleagues(employee: int, on: date) -> set[int]:
    """Who works where this one does."""
    places = Posting.objects.primary().on(on).filter(employee=employee).values("department")
    rows = Posting.objects.primary().on(on).filter(department__in=places).exclude(employee=employee)
    return set(rows.values_list("employee", flat=True))


def _places(people: list[int], on: date) -> dict[int, Department]:
    rows = Posting.objects.primary().on(on).filter(employee__in=people).select_related("department__parent")
    return {row.employee_id: row.department for row in rows}


def _examination(employee: int, on: date, at: datetime) -> None:
    """One that the office has still to look at."""
    promoter = Promoter.objects.filter(employee=employee).first()
    if promoter is not None:
        ExaminationResult.objects.create(
            promoter=promoter,
            name="ITパスポート",
            passed_on=on - timedelta(days=30),
            result="720点",
            proof="合格証書の写し(練習用)".encode(),
            proof_name="合格証書.txt",
            proof_type="text/plain",
            reported_at=at,
        )
