"""`manage.py run`, as a person starts and stops it: everything real, the demo included."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.kernel.installation import free_port, installation
from tests.kernel.processes import eventually, is_running, until

pytestmark = pytest.mark.real_time

COUNTS = "SELECT (SELECT count(*) FROM staff_employee), (SELECT count(*) FROM staff_user)"


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """An empty installation, started for the first time: it, its port, the running command and what it said."""
    with installation(tmp_path_factory.mktemp("house")) as house:
        port = free_port()
        with _running(house, port) as (run, said):
            yield house, port, run, said


@pytest.fixture(scope="module")
def house(first_start):
    """The same installation afterwards: filled, and at rest."""
    house, _, run, _ = first_start
    if run.poll() is None:
        run.terminate()
        run.communicate(timeout=60)
    return house


@contextmanager
def _running(house, port):
    """The command with all that it says before it is up; it is stopped afterwards if it still runs."""
    run = house.start("manage.py", "run", "--port", str(port))
    said = "".join(until(lambda line: "Ctrl-C" in line, run.stdout))
    assert run.poll() is None, said
    try:
        yield run, said
    finally:
        if run.poll() is None:
            run.terminate()
            run.communicate(timeout=60)
        run.stdout.close()


def _family(pid):
    """A process and all below it."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [pid, *(one for child in children for one in _family(child))]


def _whole_family(pid):
    """The parent, the web server and its worker, the job worker and its clock: whoever is there by now."""
    return eventually(lambda: len(family := _family(pid)) >= 5 and family)


def _log_in(port, name, password):
    """The address where a person lands who logs in."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    login = f"http://127.0.0.1:{port}/accounts/login/"
    page = opener.open(login).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "login": name, "password": password}
    answer = opener.open(urllib.request.Request(login, urllib.parse.urlencode(form).encode(), {"Referer": login}))
    return urllib.parse.urlsplit(answer.url).path


def test_it_prints_an_address_and_accounts_that_work_and_ends_cleanly(first_start):
    _, port, run, said = first_start
    assert f"http://localhost:{port}/" in said
    for name in settings.DEMO_ACCOUNTS:
        assert re.search(rf"^  {name} ", said, re.MULTILINE)
        assert not _log_in(port, name, settings.DEMO_PASSWORD).startswith("/accounts/login/")
    assert settings.DEMO_PASSWORD in said
    family = _whole_family(run.pid)
    run.send_signal(signal.SIGINT)
    assert "データは残っています" in run.communicate(timeout=60)[0]
    assert run.returncode == 0
    assert not any(map(is_running, family))


def test_started_again_it_keeps_its_data_and_lets_no_second_one_in(house):
    before = house.rows(COUNTS)
    assert before[0][0] > 3000
    with _running(house, free_port()):
        second = house.start("manage.py", "run", "--port", str(free_port()))
        assert "すでに起動しています" in second.communicate(timeout=60)[0]
        assert second.returncode == 1
        assert house.rows(COUNTS) == before


def test_nothing_outlives_a_killed_parent(house):
    with _running(house, free_port()) as (run, _):
        family = _whole_family(run.pid)
        run.kill()
        eventually(lambda: not any(map(is_running, family)))


@pytest.mark.parametrize(
    ("port", "reason"), [("taken", "すでに使われています"), ("70000", "1 から 65535"), ("x", "invalid int value")]
)
def test_a_port_that_cannot_be_used_is_refused_with_a_sentence(tmp_path, port, reason):
    with socket.create_server(("127.0.0.1", 0)) as door, installation(tmp_path) as house:
        number = str(door.getsockname()[1]) if port == "taken" else port
        run = house.start("manage.py", "run", "--port", number)
        said = run.communicate(timeout=60)[0]
    assert run.returncode != 0
    assert reason in said
    assert "Traceback" not in said


def test_where_the_demo_is_not_allowed_a_database_with_its_accounts_is_refused(house):
    strict = "tests.slow_jobs.settings"  # DEMO_ALLOWED is off there, as in production
    run = house.start("manage.py", "run", "--port", str(free_port()), DJANGO_SETTINGS_MODULE=strict)
    said = run.communicate(timeout=60)[0]
    assert run.returncode == 1
    assert "Production refuses demo accounts: admin, dx, employee, head, hr, info, promoter." in said
    assert "Traceback" not in said


def test_a_database_that_is_away_is_said_in_a_sentence(house):
    away = f"postgres://aomori:secret@127.0.0.1:{free_port()}/aomori"
    run = house.start("manage.py", "run", "--port", str(free_port()), DATABASE_URL=away)
    said = run.communicate(timeout=60)[0]
    assert run.returncode == 1
    assert "データベースに接続できません" in said
    assert "secret" not in said
    assert "Traceback" not in said


def test_an_old_python_is_told_what_is_needed(tmp_path):
    """Runs bootstrap.py under whatever Pythons older than 3.11 there are, and under a pretended one in any case."""
    pretended = "import sys, runpy; sys.version_info = (3, 10, 0); sys.argv = ['bootstrap.py', 'x']; "
    run = subprocess.run(
        ["python3", "-c", f"{pretended}runpy.run_path('bootstrap.py', run_name='__main__')"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert run.returncode == 1
    assert "3.11 以上が必要です(今は 3.10" in run.stderr
