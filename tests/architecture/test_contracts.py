"""The import contracts hold, and each is shown to bite on a copy of the house with a wrong import."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, ROOT

CONTRACTS = {
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}

WRONG = {
    "The house: each floor stands on the ones below": ("staff/roles.py", "import stages.models"),
    "The kernel knows no floor and no roof": ("aomori_dx/kernel/audit.py", "import staff.models"),
    "Values of the kernel are plain Python": ("aomori_dx/kernel/wareki.py", "import django.utils"),
    "The quota engine is pure": ("stages/quota/engine.py", "import stages.models"),
    "The fold of a stage's facts is pure": ("stages/folding/fold.py", "import stages.models"),
    "Inside staff, data flows one way": ("staff/models/user.py", "import staff.roles"),
    "Inside training, data flows one way": ("training/models/course.py", "import training.services"),
    "Inside stages, data flows one way": ("stages/models/plan.py", "import stages.services.quotas"),
    "Inside reports, data flows one way": ("reports/permissions.py", "import reports.figures"),
}
"""Contract → an import that breaks it."""


def lint(house: Path) -> str:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=house, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    for app in APPS:
        shutil.copytree(ROOT / app, house / app, ignore=shutil.ignore_patterns("__pycache__", "migrations", "*.csv"))
    return house


def test_the_contracts_hold_and_each_one_bites(copied):
    report = lint(copied)
    assert {name for name in CONTRACTS if f"{name} KEPT" in report} == CONTRACTS, report

    for path, line in WRONG.values():
        file = copied / path
        file.write_text(f"{file.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    report = lint(copied)
    assert {name for name in CONTRACTS if f"{name} BROKEN" in report} == CONTRACTS, report


def test_every_contract_is_shown_to_bite():
    assert set(WRONG) == CONTRACTS
