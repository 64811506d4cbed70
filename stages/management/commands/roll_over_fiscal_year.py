"""manage.py roll_over_fiscal_year: every promoter's move into a fiscal year, shown (--dry-run) or made."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee
from stages.models import MoveKind, RolloverState
from stages.services import rollover
from stages.services.rollover_facts import Case

PORTION = 1_000
NEEDS_YES = "実行するには --yes を付けてください。まだ何も変わっていません。"


class Command(BaseCommand):
    help = "年度更新を行います。--dry-run では何も書き込まず、全員の動きとその理由を出力します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, help="新年度(2027、R9、令和9年度など)")
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに、全員の動きを出力します。")
        parser.add_argument("--json", action="store_true", help="結果をJSONで出力します。")
        parser.add_argument("--yes", action="store_true", help="確認を求めずに実行します。")
        parser.add_argument("--silence-pauses", action="store_true", help="意向が未回答の人は見送りとします。")
        parser.add_argument("--leave-out", action="store_true", help="要確認の人を除いて実行します。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            year = FiscalYear.parse(options["to"])
            if options["dry_run"]:
                self._show(year, options)
            else:
                self._turn(year, options)
        except (DomainError, ValueError) as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(refusal)}, ensure_ascii=False))
            raise CommandError(str(refusal)) from refusal

    def _show(self, year: FiscalYear, options: dict[str, Any]) -> None:
        """JSON is written a move at a time: a hundred thousand of them need no more memory than one portion."""
        counts: Counter[str] = Counter()
        lines = _lines(rollover.foresee(year, silence_pauses=options["silence_pauses"]), counts)
        if not options["json"]:
            for line in lines:
                to = f" → {line['to_stage']}" if line["to_stage"] else ""
                self.stdout.write(f"{line['employee_number']} {line['name']}: {line['label']}{to} {line['why']}")
            self.stdout.write(f"{year}への年度更新(書き込んでいません): {_sums(counts)}")
            return
        self.stdout.write('{"moves": [', ending="")
        for number, line in enumerate(lines):
            self.stdout.write((", " if number else "") + json.dumps(line, ensure_ascii=False), ending="")
        ends = {"fiscal_year": year.start_year, "dry_run": True, "counts": dict(counts), "total": counts.total()}
        self.stdout.write("], " + json.dumps({**ends, "exceptions": counts[MoveKind.EXCEPTION]})[1:])

    def _turn(self, year: FiscalYear, options: dict[str, Any]) -> None:
        at = clock.now()
        turn = rollover.unfinished(year)
        if turn is None:
            turn = rollover.plan(year, by=None, at=at, silence_pauses=options["silence_pauses"])
            if not options["yes"]:
                raise RuleBroken(f"{turn}: {_sums(Counter(turn.counts))}。{NEEDS_YES}")
            rollover.begin(turn.pk, by=None, at=at, leave_out=options["leave_out"])
        turn = rollover.carry_out(turn.pk, by=None, at=at, report=None if options["json"] else self._tell)
        if turn.state != RolloverState.DONE:
            raise CommandError(f"{turn}は終わっていません。もう一度実行してください。")
        if options["json"]:
            said = {"fiscal_year": year.start_year, "dry_run": False, "counts": turn.counts, "note": turn.note}
            self.stdout.write(json.dumps({**said, "rollover": turn.pk}, ensure_ascii=False))
            return
        self.stdout.write(f"{turn}を行いました: {_sums(Counter(turn.counts))}")
        self.stdout.write(turn.note)

    def _tell(self, done: int, total: int, message: str) -> None:
        self.stdout.write(f"{done:,} / {total:,} {message}")


def _lines(found: Iterator[Case], counts: Counter[str]) -> Iterator[dict[str, Any]]:
    portion: list[Case] = []
    for case in found:
        portion.append(case)
        if len(portion) == PORTION:
            yield from _named(portion, counts)
            portion = []
    yield from _named(portion, counts)


def _named(portion: list[Case], counts: Counter[str]) -> Iterator[dict[str, Any]]:
    people = Employee.objects.in_bulk([case.employee for case in portion])
    for case in portion:
        decision, person = case.decision, people[case.employee]
        counts[decision.kind] += 1
        yield {
            "promoter": case.promoter,
            "employee_number": person.employee_number,
            "name": person.name,
            "from_year": case.last.fiscal_year.start_year if case.last else None,
            "from_stage": case.last.stage if case.last else None,
            "from_status": case.last.status if case.last else None,
            "move": decision.kind.value,
            "label": decision.kind.label,
            "to_stage": decision.stage,
            "why": decision.why,
        }


def _sums(counts: Counter[str]) -> str:
    return "、".join(f"{kind.label} {counts[kind]}人" for kind in MoveKind if counts[kind]) or "対象者はいません"
