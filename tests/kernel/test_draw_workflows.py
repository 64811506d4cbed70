"""The drawn tables of states are those of the code."""

import pytest
from django.core.management import CommandError, call_command

from aomori_dx.kernel.management.commands.draw_workflows import document, find_workflows, section
from tests.kernel.lives import YEAR


def test_a_table_becomes_a_diagram_and_a_list():
    drawn = section(YEAR)
    assert drawn.startswith("## 年度の育成\n\n```mermaid\nstateDiagram-v2\n    in_progress: 受講中\n")
    assert "    in_progress --> completed: 修了\n" in drawn
    assert "- 受講中 →〈辞退〉→ 辞退(理由が必要)\n" in drawn


def test_every_table_of_the_apps_is_drawn():
    drawn = document(find_workflows())
    assert "## 年度の育成" in drawn
    assert drawn.count("```mermaid") == len(find_workflows())


def test_the_kept_drawing_is_of_today():
    call_command("draw_workflows", "--check")


def test_a_stale_drawing_is_noticed_and_drawn_anew(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    for text in (None, "# 古い図\n"):
        if text:
            (tmp_path / "docs/workflows.md").write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match="古くなっています"):
            call_command("draw_workflows", "--check")
    call_command("draw_workflows")
    call_command("draw_workflows", "--check")
