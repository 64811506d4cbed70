"""Audit events in the words of the office."""

import ast

import pytest

from aomori_dx.kernel import audit, history
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.models import AuditEvent
from tests.admin_pages import address, corrector
from tests.architecture.sources import python_files
from tests.factories import staff as make
from tests.factories import stages as make_stages

pytestmark = pytest.mark.django_db

WRITERS = {"record", "event", "record_on_list", "_record", "note", "Move"}


def actions_in_the_code() -> set[str]:
    """The action codes that the house writes: the first text given to whoever records."""
    calls = [
        node
        for source in python_files()
        for node in ast.walk(source.tree)
        if not source.is_test and isinstance(node, ast.Call) and _writer(node) in WRITERS
    ]
    texts = [
        [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        for call in calls
    ]
    return {found[0] for found in texts if found}


def _writer(call: ast.Call) -> str:
    """The name of who is called; the progress of a job is no record."""
    name = ast.unparse(call.func)
    return "" if name == "progress.note" else name.rpartition(".")[2]


def test_every_act_has_a_japanese_word():
    found = actions_in_the_code()
    assert {"corrected", "appointed", "complete"} <= found
    assert {action for action in found if history.action_label(action) == action} == set()


def test_an_event_is_told_in_the_offices_words():
    person = make.employee()
    event = audit.record(
        person,
        "corrected",
        by=None,
        at=now(),
        before={"employment_type": "regular", "hired_on": "2024-04-01", "kana": ""},
        after={"employment_type": "reappointed", "hired_on": None, "kana": "ｱ"},
    )
    lines = [(change.label, change.before, change.after) for change in history.changes(event)]
    assert lines == [
        ("職員区分", "正規", "再任用"),
        ("採用年月日", "令和6年4月1日", "(空欄)"),
        ("氏名カナ", "(空欄)", "ｱ"),
    ]
    page = corrector().get(address(person, "history")).content.decode()
    assert "令和6年4月1日" in page
    assert "再任用" in page


def test_every_value_an_event_can_hold_is_shown():
    row = make_stages.enrollment()
    moved = audit.record(row, "complete", by=None, at=now(), before="in_progress", after="completed")
    assert [(c.label, c.before, c.after) for c in history.changes(moved)] == [("状態", "受講中", "修了")]
    event = audit.record(
        row,
        "unheard_of",
        by=None,
        at=now(),
        before={"fiscal_year": 2026, "flag": True, "list": [1]},
        after={"fiscal_year": "R9", "flag": False, "list": []},
    )
    assert [(c.before, c.after) for c in history.changes(event)] == [
        ("令和8年度", "令和9年度"),
        ("はい", "いいえ"),
        ("[1]", "[]"),
    ]
    assert history.action_label("unheard_of") == "unheard_of"
    gone = AuditEvent(model="staff.gone", before={"started_on": "x"}, after={"started_on": "y"})
    assert [(c.label, c.before) for c in history.changes(gone)] == [("started_on", "x")]
    broken = AuditEvent(model="stages.stageenrollment", before={"started_on": "x"}, after={"started_on": "y"})
    assert [c.after for c in history.changes(broken)] == ["y"]
    assert history.changes(AuditEvent(model="staff.employee")) == []
