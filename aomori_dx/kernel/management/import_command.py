"""What all `import_…` commands share: reading the file, saying what was done, failing with the errors."""

import json
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from aomori_dx.kernel import clock
from aomori_dx.kernel.tables.importing import FileKind, import_file
from aomori_dx.kernel.tables.report import Report
from aomori_dx.kernel.tables.source import MAX_BYTES
from aomori_dx.kernel.wareki import format_date, parse_date

WARNINGS_SHOWN = 20
UNOPENED: dict[type[OSError], str] = {
    FileNotFoundError: "ファイルがありません",
    IsADirectoryError: "ファイルではなく、フォルダーです",
    PermissionError: "ファイルを開く権限がありません",
}
OUTCOMES = (("created", "新規"), ("changed", "変更"), ("ended", "終了"))


class ImportCommand(BaseCommand):
    """`manage.py import_… FILE [--as-of DATE] [--dry-run] [--json]`; exit status 1 where the file has an error."""

    requires_system_checks: list[str] = []
    kind: FileKind

    def add_arguments(self, parser):
        parser.add_argument("file", help="xlsxまたはCSVのファイル")
        if self.kind.dated:
            parser.add_argument("--as-of", required=True, help="基準日(2026-04-01、R8.4.1 など)")
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに、結果だけを表示します。")
        parser.add_argument("--json", action="store_true", help="結果をJSONで表示します。")

    def handle(self, *args, **options):
        path = Path(options["file"])
        try:
            as_of = parse_date(options["as_of"]) if self.kind.dated else clock.today()
        except ValueError as error:
            raise CommandError(f"--as-of: {error}") from error
        report = self._load(path, as_of, dry_run=options["dry_run"])
        if options["json"]:
            header = {
                "file": path.name,
                "as_of": as_of.isoformat() if self.kind.dated else None,
                "dry_run": options["dry_run"],
                "written": not options["dry_run"] and not report.errors,
            }
            self.stdout.write(json.dumps({**header, **report.as_json()}, ensure_ascii=False, default=str))
        else:
            self._say(report, path.name, as_of, dry_run=options["dry_run"], verbosity=options["verbosity"])
        if report.errors:
            raise SystemExit(1)

    def _load(self, path: Path, as_of: date, *, dry_run: bool) -> Report:
        """A file that cannot be opened is reported like one that cannot be read."""
        try:
            with path.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
        except OSError as error:
            reason = next((text for kind, text in UNOPENED.items() if isinstance(error, kind)), "ファイルを開けません")
            report = Report(self.kind.code, totals=dict.fromkeys(self.kind.totals, 0))
            report.error(None, "", path, f"{reason}。")
            return report
        return import_file(self.kind, content, as_of=as_of, by=None, at=clock.now(), source=path.name, dry_run=dry_run)

    def _say(self, report: Report, name: str, as_of: date, *, dry_run: bool, verbosity: int) -> None:
        about = f"({format_date(as_of)}現在)" if self.kind.dated else ""
        form = f"({report.form})" if report.form else ""
        self.stdout.write(f"{self.kind.title}{about} {name}: {report.read}行{form}")
        counts = [f"{label}{report.count(outcome)}" for outcome, label in OUTCOMES]
        self.stdout.write(f"  {' '.join(counts)} 変更なし{report.count('unchanged')} エラー{len(report.errors)}")
        if "unplaced" in report.totals:
            self.stdout.write(f"  所属が決まっていない職員 {report.totals['unplaced']}人")
        for label, times in report.changed_fields().items():
            self.stdout.write(f"  {label}の変更 {times}件")
        shown = len(report.warnings) if verbosity > 1 else WARNINGS_SHOWN * verbosity
        for remark in report.warnings[:shown]:
            self.stdout.write(f"  注意: {remark}")
        if (more := len(report.warnings) - shown) > 0:
            self.stdout.write(
                f"  注意がほかに{more}件あります(--verbosity 2 ですべて表示します)。" if shown else f"  注意{more}件"
            )
        for remark in report.errors:
            self.stderr.write(f"  エラー: {remark}")
        if report.errors:
            self.stderr.write("エラーがあるため、このファイルは何も取り込んでいません。")
        elif dry_run:
            self.stdout.write("  確認のみです。書き込んでいません。")
