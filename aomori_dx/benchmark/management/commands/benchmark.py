"""`manage.py benchmark`: the work of an office on made-up data, in a database of its own, with ratios."""

import json
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from aomori_dx.benchmark import floor, measures, turning
from aomori_dx.benchmark.measures import Measure
from aomori_dx.benchmark.prefecture import Prefecture
from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear

SCALES = {"aomori": 3_700, "large": 20_000, "national": 200_000}
RESULTS = 50_000
FIRST, SECOND = date(2024, 4, 1), date(2025, 4, 1)


class Command(BaseCommand):
    help = "作った大きさのデータで、取込・枠の計算・画面の速さを測ります。専用のデータベースを作り、終わると消します。"

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=SCALES, default="aomori", help="職員の数: " + str(SCALES))
        parser.add_argument("--json", action="store_true", help="結果をJSONで出力します。")

    def handle(self, *args, **options):
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(settings.VAR / "benchmark.sqlite3")
        kept = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            result = list(self._run(Prefecture(SCALES[options["scale"]])))
        finally:
            connection.creation.destroy_test_db(kept, verbosity=0)
        if options["json"]:
            head = {"scale": options["scale"], "database": connection.vendor, "peak_mb": measures.peak_megabytes()}
            self.stdout.write(json.dumps({**head, "measures": [m.as_json() for m in result]}, ensure_ascii=False))
        else:
            self._print(result, options["scale"])

    def _run(self, prefecture: Prefecture) -> Iterator[Measure]:
        user, at = measures.officer(), clock.now()
        measures.policy()
        renamed, moving = len(prefecture.codes) // 5, min(2_500, prefecture.people // 2)
        workbook = prefecture.roster(form="xlsx")
        least = floor.read_and_upsert(workbook, times=2)
        yield Measure("下限: 名簿をcalamineで読みCOPY等で書く", least, prefecture.people, 1.0)
        steps = (
            ("所属一覧", "departments", prefecture.departments(), FIRST),
            ("職員名簿(全員新規)", "roster", workbook, FIRST),
            ("職員名簿(同じもの)", "roster", workbook, FIRST),
            ("所属一覧(改編)", "departments", prefecture.departments(renamed=renamed), SECOND),
            ("所属の承継", "successions", prefecture.successions(renamed=renamed), SECOND),
            ("人事異動", "transfers", prefecture.transfers(moving=moving, renamed=renamed), None),
        )
        for title, kind, content, as_of in steps:
            yield from measures.load(title, kind, content, as_of=as_of, by=user, at=at, least=least)
        measures.catalogue(-(-RESULTS // prefecture.people))
        for title, form in (("eラーニングの結果(csv)", "csv"), ("eラーニングの結果(同じもの、xlsx)", "xlsx")):
            content = prefecture.elearning(results=RESULTS, form=form)
            yield from measures.load(title, "elearning", content, as_of=None, by=user, at=at, least=least)
        today = clock.day_of(at)
        yield measures.quota_job(FiscalYear.containing(today), as_of=today, at=at)
        yield from measures.required_training(FiscalYear.containing(today), on=today, at=at)
        yield measures.progress_job(at=at)
        yield from measures.pages(user)
        yield from turning.measure(FiscalYear.containing(today), at=at)

    def _print(self, result: list[Measure], scale: str) -> None:
        self.stdout.write(f"{SCALES[scale]:,}人、{connection.vendor}、最大メモリ {measures.peak_megabytes()} MB")
        self.stdout.write(f"{'秒':>9} {'CPU秒':>7} {'下限比':>7} {'行':>9} {'問合せ':>5} {'MB':>5}  測ったもの")
        for row in result:
            ratio = f"{row.ratio:.1f}" if row.ratio is not None else ""
            rows, queries, peak = (f"{n:,}" if n is not None else "" for n in (row.rows, row.queries, row.peak_mb))
            processor = f"{row.processor:.2f}" if row.processor is not None else ""
            bar = f" ({row.bar})" if row.bar else ""
            self.stdout.write(
                f"{row.seconds:>9.4f} {processor:>7} {ratio:>7} {rows:>9} {queries:>5} {peak:>5}  {row.name}{bar}"
            )
