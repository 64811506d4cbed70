"""`manage.py seed_demo`: fill an empty database with the demo, by the commands that an office uses."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from aomori_dx.demo import (
    accounts,
    attendance,
    certificates,
    courses,
    curricula,
    judgement,
    learning,
    nominations,
    practice,
    progress,
    required,
    surveys,
)
from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff.models import Department, Employee, User
from stages.models import TrainingPlan
from stages.services import quotas

FILES = Path(__file__).resolve().parents[2] / "files"
LAST_YEAR = FiscalYear(2026)
"""The last fiscal year that the files tell of."""
STARTED = "demo_started"

# The order in which the files came into the office.
IMPORTS = (
    ("import_departments", "departments_2024-04-01.csv", "2024-04-01"),
    ("import_roster", "roster_2024-04-01.csv", "2024-04-01"),
    ("import_promoters", "promoters_2024.xlsx", None),
    ("import_departments", "departments_2025-04-01.csv", "2025-04-01"),
    ("import_successions", "successions_2025-04-01.csv", "2025-04-01"),
    ("import_transfers", "transfers_2025-04-01.xlsx", None),
    ("import_promoters", "promoters_2025.xlsx", None),
    ("import_departments", "departments_2026-04-01.csv", "2026-04-01"),
    ("import_transfers", "transfers_2026-04-01.xlsx", None),
    ("import_roster", "roster_2026-04-01.csv", "2026-04-01"),
    ("import_promoters", "promoters_2026.csv", None),
    ("import_stage_enrollments", "stage_enrollments.csv", None),
)


class Command(BaseCommand):
    help = "練習用のデータとアカウントを、空のデータベースに一度だけ登録します。"
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        """Every step changes nothing the second time, and the accounts come last, all at once.

        So whoever is interrupted goes on by starting again, and with the accounts there is nothing left to do.
        """
        if not settings.DEMO_ALLOWED:
            raise CommandError("この環境では練習用のデータを登録できません。")
        at = clock.now()
        today = clock.day_of(at)
        call_command("load_policy", stdout=io.StringIO())
        if User.objects.exists() or not self._is_ours(at):
            self.stdout.write("データがすでにあるため、練習用のデータは登録しません。")
            return
        for command, name, as_of in IMPORTS:
            self._load(command, name, as_of)
        for year in _years_until(today):
            quotas.compute(year, as_of=today, at=at)
            self.stdout.write(f"{year}の枠を計算しました。")
        of_the_head = accounts.department_of_the_head(LAST_YEAR.clamp(today))
        number = nominations.create(on=today, at=at, of_the_head=of_the_head)
        self.stdout.write(f"今年度の推薦を登録しました: {number}件")
        with transaction.atomic():  # with the accounts the demo is there: the catalogue comes with them
            accounts.create(on=LAST_YEAR.clamp(today), at=at)
            courses.create(on=LAST_YEAR.clamp(today), at=at)
            surveys.create(on=LAST_YEAR.clamp(today), at=at)
            attendance.create(on=LAST_YEAR.clamp(today), at=at)
            learning.create(on=LAST_YEAR.clamp(today), at=at)
            required.create(on=LAST_YEAR.clamp(today), at=at)
            certificates.create(on=LAST_YEAR.clamp(today), at=at)
            curricula.create(on=LAST_YEAR.clamp(today), at=at)
            practice.create(on=LAST_YEAR.clamp(today), at=at)
            progress.create(on=LAST_YEAR.clamp(today), at=at)
            judgement.create(on=LAST_YEAR.clamp(today), at=at)
        self.stdout.write(f"アカウントを登録しました: {'、'.join(settings.DEMO_ACCOUNTS)}")

    def _load(self, command: str, name: str, as_of: str | None) -> None:
        dated = ["--as-of", as_of] if as_of else []
        told = io.StringIO()
        try:
            call_command(command, str(FILES / name), *dated, verbosity=0, stdout=told, stderr=self.stderr)
        except SystemExit as stop:
            raise CommandError(f"練習用のデータを読み込めませんでした({command})。") from stop
        self.stdout.write(told.getvalue().partition("\n")[0])

    @transaction.atomic
    def _is_ours(self, at: datetime) -> bool:
        """Whether the database is empty, or holds what an interrupted run of this command has left.

        An office's own data is not ours: a roster of the demo would let all its people leave.
        """
        if AuditEvent.objects.filter(action=STARTED).exists():
            return True
        if Department.objects.exists() or Employee.objects.exists():
            return False
        audit.record(TrainingPlan.objects.earliest("pk"), STARTED, by=None, at=at, reason="練習用のデータの登録")
        return True


def _years_until(today: date) -> Iterator[FiscalYear]:
    """The years of the plan that have begun."""
    plan = TrainingPlan.objects.earliest("pk")
    return FiscalYear.between(plan.first_year, min(plan.last_year, FiscalYear.containing(today)))
