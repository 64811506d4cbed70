"""The house rules that a machine can keep, over the whole house."""

import re
from pathlib import Path

import pytest

from tests.architecture import code_rules, page_rules
from tests.architecture.sources import ROOT, Finding, Source, page_files, python_files

WRITTEN_BY_HAND = ["pyproject.toml", "README.md", "CHANGELOG.md", "Makefile", "Dockerfile", "docker-compose.yml"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
WORKPLACE = re.compile(
    r"(?<![\w.])/(?:work|tmp/brief|root)/|\b(?:pypi|files\.pythonhosted)\.org|--(?:extra-)?index-url"
)


def findings(rule, sources: tuple[Source, ...], exceptions: dict) -> list[str]:
    return [
        str(Finding(source.path, line, what))
        for source in sources
        if (rule.__name__, source.path) not in exceptions
        for line, what in rule(source)
    ]


@pytest.mark.parametrize("rule", code_rules.RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule):
    assert findings(rule, python_files(), code_rules.EXCEPTIONS) == []


@pytest.mark.parametrize("rule", page_rules.RULES, ids=lambda rule: rule.__name__)
def test_the_pages_keep_the_rule(rule):
    assert findings(rule, page_files(), page_rules.EXCEPTIONS) == []


@pytest.mark.parametrize(
    ("rules", "sources"), [(code_rules, python_files()), (page_rules, page_files())], ids=["code", "pages"]
)
def test_every_exception_is_still_needed(rules, sources):
    broken = {
        (rule.__name__, source.path)
        for rule in rules.RULES
        for source in sources
        if (rule.__name__, source.path) in rules.EXCEPTIONS and any(rule(source))
    }
    assert broken == set(rules.EXCEPTIONS)


def test_the_rules_look_at_the_whole_house():
    """A walk that finds nothing would find nothing wrong."""
    paths = {source.path for source in python_files()}
    assert {"aomori_dx/kernel/clock.py", "staff/roles.py", "stages/models/plan.py", "tests/conftest.py"} <= paths
    assert len(paths) > 100
    assert "templates/base.html" in {source.path for source in page_files()}


def documents() -> list[Path]:
    named = [ROOT / name for name in WRITTEN_BY_HAND + LOCKS if (ROOT / name).exists()]
    return [*named, *(ROOT / "docs").rglob("*.md"), *(ROOT / ".ci").glob("*")]


def test_nothing_records_the_workplace_or_a_registry():
    """What is shipped must build anywhere: no path of one machine, no address of one registry."""
    examples = ("test_house.py", "test_deployment.py")  # they show what must be noticed
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in documents() if path.is_file()}
    texts |= {source.path: source.text for source in python_files() if not source.path.endswith(examples)}
    assert [name for name, text in texts.items() if WORKPLACE.search(text)] == []


@pytest.mark.parametrize(
    "line", ["see /work/main/x", "--index-url https://x", "https://pypi.org/simple", "/root/.cache"]
)
def test_a_trace_of_the_workplace_is_noticed(line):
    assert WORKPLACE.search(line)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_host(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert any("--hash=sha256:" in line for line in lines)
    assert [line for line in lines if "://" in line] == []


def test_migrations_say_what_they_are_for():
    written = [
        p
        for app in ("aomori_dx/kernel", "staff", "training", "stages", "reports")
        for p in (ROOT / app).rglob("migrations/0*.py")
    ]
    assert written
    assert [path.name for path in written if re.search(r"_auto_|_alter_|_remove_\w+_and_more", path.name)] == []
