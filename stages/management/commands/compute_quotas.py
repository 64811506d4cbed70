"""manage.py compute_quotas: the figures of one fiscal year as of a day, computed, kept and printed."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date, parse_date
from stages.services import quotas


class Command(BaseCommand):
    help = "年度の枠を計算し、結果を保存して出力します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fiscal-year", help="年度(2026、R8、令和8年度など)。省略すると今年度です。")
        parser.add_argument("--as-of", help="基準日(2026-11-23、R8.11.23など)。省略すると今日です。")
        parser.add_argument("--json", action="store_true", help="結果をJSONで出力します。")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        try:
            as_of = parse_date(options["as_of"]) if options["as_of"] else at.date()
            fiscal_year = FiscalYear.parse(options["fiscal_year"] or FiscalYear.containing(at.date()))
            snapshot = quotas.compute(fiscal_year, as_of=as_of, at=at)
        except (DomainError, ValueError) as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(refusal)}, ensure_ascii=False))
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            figures = {**snapshot.figures, "snapshot": snapshot.pk, "inputs_digest": snapshot.inputs_digest}
            self.stdout.write(json.dumps(figures, ensure_ascii=False, sort_keys=True))
        else:
            self.stdout.write("\n".join(_lines(snapshot.figures)))


def _lines(figures: dict[str, Any]) -> list[str]:
    year, day = FiscalYear(figures["fiscal_year"]), date.fromisoformat(figures["as_of"])
    lines = [f"{year}の枠({format_date(day)}現在、{figures['plan']} 第{figures['revision']}版)", figures["summary"], ""]
    lines += [
        f"{why['label']}: {why['value']:,}{why['unit']}\n    {why['sentence']}" for why in figures["why"].values()
    ]
    lines += ["", "部局: 推薦枠 / 推薦の任命 / 自薦の任命 / 未充足 / 繰越"]
    lines += [
        f"{row['bureau']}: {row['recommended_quota']} / {row['recommended']} / {row['self_nominated']}"
        f" / {row['unfilled']} / {row['carry']}"
        for row in figures["by_bureau"]
    ]
    return lines
