"""`manage.py seed_demo`: fill an empty database with the demo, by the commands that an office uses."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from aomori_dx.demo import accounts
from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, User

FILES = Path(__file__).resolve().parents[2] / "files"

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
        if not settings.DEMO_ALLOWED:
            raise CommandError("この環境では練習用のデータを登録できません。")
        if User.objects.exists():
            self.stdout.write("データがすでにあるため、練習用のデータは登録しません。")
            return
        if not Employee.objects.exists():
            call_command("load_policy", stdout=self.stdout)
        for command, name, as_of in IMPORTS:
            dated = ["--as-of", as_of] if as_of else []
            self._load(command, str(FILES / name), *dated)
        today = clock.today()
        accounts.create(on=max(today, date(2026, 4, 1)), at=clock.now())
        for year in FiscalYear.between(FiscalYear(2024), FiscalYear.containing(today)):
            call_command("compute_quotas", "--fiscal-year", str(int(year)), stdout=self.stdout)

    def _load(self, command: str, *arguments: str) -> None:
        try:
            call_command(command, *arguments, verbosity=0, stdout=self.stdout, stderr=self.stderr)
        except SystemExit as stop:
            raise CommandError(f"練習用のデータを読み込めませんでした({command})。") from stop
