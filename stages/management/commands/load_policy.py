"""manage.py load_policy: the plan and the growth stages of the policy, once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from aomori_dx.kernel import clock
from stages.services import policy

NAMES = {
    "plans": "育成計画",
    "revisions": "計画の改定",
    "targets": "年度目標",
    "stages": "育成ステージ",
    "tracks": "キャリアプラン",
}


class Command(BaseCommand):
    help = "方針の育成計画と育成ステージを登録します。すでにあるものは変更しません。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="結果をJSONで出力します。")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = policy.load(at=clock.now())
        if options["json"]:
            sums = {result: sum(rows[result] for rows in counts.values()) for result in ("created", "unchanged")}
            self.stdout.write(json.dumps({**sums, **counts}))
            return
        for kind, rows in counts.items():
            self.stdout.write(f"{NAMES[kind]}: 登録{rows['created']}件、変更なし{rows['unchanged']}件")
