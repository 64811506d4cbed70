"""Draws the tables of states of every app into docs/workflows.md."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aomori_dx.kernel.workflow import Workflow

TITLE = """# 状態の移り変わり

どの状態から、どの操作で、どの状態になるかの一覧です。コードの表から作られています
(`python manage.py draw_workflows`)。手で書き換えないでください。
"""


class Command(BaseCommand):
    help = "状態の移り変わりの図を docs/workflows.md に書き出します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="書き出さずに、図が最新かどうかを確かめます。")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        """Write the file, or raise CommandError where `--check` finds it stale."""
        file = settings.BASE_DIR / "docs" / "workflows.md"
        drawn = document(find_workflows())
        if not check:
            file.write_text(drawn, encoding="utf-8")
            self.stdout.write(f"{file.name} を書き出しました。")
        elif not file.exists() or file.read_text(encoding="utf-8") != drawn:
            raise CommandError(f"{file.name} が古くなっています。python manage.py draw_workflows を実行してください。")


def find_workflows() -> list[Workflow]:
    """Every table in the `workflows` room of an app, in the order of the floors and of the alphabet."""
    found: dict[int, Workflow] = {}
    for module in _rooms():
        for value in vars(module).values():
            if isinstance(value, Workflow):
                found[id(value)] = value
    return list(found.values())


def _rooms() -> Iterator[object]:
    for app in apps.get_app_configs():
        names = [child.name for child in pkgutil.iter_modules([app.path])]
        if "workflows" in names:
            package = import_module(f"{app.name}.workflows")
            yield package
            for child in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
                yield import_module(f"{package.__name__}.{child.name}")


def document(workflows: list[Workflow]) -> str:
    return "\n".join([TITLE, *(section(workflow) for workflow in workflows)])


def section(workflow: Workflow) -> str:
    """One table as a diagram and, for those who cannot see it, as a list."""
    meta = workflow.model._meta
    moves = [(source, workflow.moves[name], target) for source, name, target in workflow.rows()]
    used = {state for source, _, target in moves for state in (source, target)}
    states = [f"    {state}: {label}" for state, label in workflow.labels.items() if state in used]
    arrows = [f"    {source} --> {target}: {move.label}" for source, move, target in moves]
    lines = [
        f"- {workflow.labels[source]} →〈{move.label}〉→ {workflow.labels[target]}"
        f"{'(理由が必要)' if move.reason_required else ''}"
        for source, move, target in moves
    ]
    return "\n".join(
        [f"## {meta.verbose_name}", "", "```mermaid", "stateDiagram-v2", *states, *arrows, "```", "", *lines, ""]
    )
