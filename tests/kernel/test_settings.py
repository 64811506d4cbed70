"""Production starts only with its secrets, without the demo, and with nothing to reproach it for."""

import os
import subprocess
import sys

import pytest
from django.core.checks import Tags, run_checks

from tests.factories import staff as make
from tests.kernel.installation import ROOT

COMPLETE = {
    "AOMORI_ENV": "prod",
    "SECRET_KEY": "a-secret-of-production:0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "dx.example.jp",
    "DATABASE_URL": "postgres://aomori:secret@127.0.0.1/aomori",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
OURS = {*COMPLETE, "DEMO_PASSWORD", "DEBUG", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def _manage(folder, *arguments, **environment):
    others = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**others, "AOMORI_VAR": str(folder), **environment},
        capture_output=True,
        text=True,
    )


def test_production_with_its_secrets_has_nothing_to_reproach(tmp_path):
    check = _manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **COMPLETE)
    assert check.returncode == 0, check.stderr
    assert "no issues" in check.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_production_does_not_start_without(tmp_path, name):
    check = _manage(tmp_path, "check", **{key: value for key, value in COMPLETE.items() if key != name})
    assert check.returncode != 0
    assert f"Production needs these settings: {name} " in check.stderr


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"SECRET_KEY": "only-for-the-demo-never-in-production"}, "Production needs these settings: SECRET_KEY"),
        ({"DATABASE_URL": "sqlite:///somewhere.sqlite3"}, "Production needs PostgreSQL"),
        ({"ALLOWED_HOSTS": "*"}, "Production needs the names it is reached by"),
        ({"DEMO_PASSWORD": "aomori-demo"}, "Production refuses demo accounts"),
        ({"AOMORI_ENV": "production"}, "AOMORI_ENV must be dev, test or prod"),
    ],
)
def test_production_does_not_start_with(tmp_path, wrong, reason):
    check = _manage(tmp_path, "check", **{**COMPLETE, **wrong})
    assert check.returncode != 0
    assert reason in check.stderr


def test_no_secret_is_shown_where_production_does_not_start(tmp_path):
    check = _manage(tmp_path, "check", **{**COMPLETE, "REDIS_URL": ""})
    assert "secret@" not in check.stderr
    assert COMPLETE["SECRET_KEY"] not in check.stderr


def test_production_refuses_a_database_with_demo_accounts(db, settings):
    make.user(username="hr")
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    settings.DEMO_ALLOWED = False
    (refusal,) = run_checks(tags=[Tags.database], databases=["default"])
    assert refusal.id == "aomori_dx.E001"
    assert refusal.is_serious()
    assert "hr" in refusal.msg


def test_production_takes_a_database_without_active_demo_accounts(db, settings):
    settings.DEMO_ALLOWED = False
    make.user(username="0012345")
    make.user(username="dx", is_active=False)
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_the_tests_keep_away_from_what_runs_beside_them(tmp_path):
    where = ["shell", "-c", "from django.conf import settings; print('VAR', settings.VAR)"]
    environment = {name: value for name, value in os.environ.items() if name not in {*OURS, "AOMORI_VAR"}}
    folders = [
        subprocess.run(
            [sys.executable, "manage.py", *where],
            cwd=ROOT,
            env={**environment, "AOMORI_ENV": name},
            capture_output=True,
            text=True,
        ).stdout.split("VAR ")[1]
        for name in ("dev", "test")
    ]
    assert len(set(folders)) == 2
