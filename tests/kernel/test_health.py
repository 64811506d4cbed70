"""/healthz/: what is well, what is away, and an answer in any case."""

import http.client
import json
import threading
from datetime import timedelta

import pytest

from aomori_dx import health
from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.models import Job, JobState
from tests.kernel.installation import free_port, installation, silent_server
from tests.kernel.processes import eventually

AT_ONCE = 20.0
"""Two seconds at most, and room for a busy machine; the database driver is told to wait much longer (HANGS)."""
HANGS = "connect_timeout=120"


@pytest.fixture
def ask(transactional_db, client):
    """The answer on the tests' own database, as its own connection sees it."""
    return lambda: client.get("/healthz/")


def test_a_stranger_is_told_that_all_is_well_and_nothing_else(ask):
    progress.beat(at=clock.now())
    answer = ask()
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": {"ok": True},
        "broker": {"ok": True},
        "worker": {"ok": True, "seen_at": clock.now().isoformat()},
    }
    assert "no-store" in answer["Cache-Control"]


def test_without_a_sign_of_life_from_a_worker_it_is_degraded(ask):
    assert ask().json()["worker"] == {"ok": False, "seen_at": None}
    progress.beat(at=clock.now() - timedelta(minutes=10))
    answer = ask()
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"


def test_a_worker_that_is_busy_with_a_long_job_is_alive(ask):
    progress.beat(at=clock.now() - timedelta(minutes=10))
    Job.objects.create(
        kind="x",
        key="x",
        state=JobState.RUNNING,
        requested_by_name="x",
        queued_at=clock.now(),
        heartbeat_at=clock.now(),
    )
    assert ask().json()["status"] == "ok"


def test_head_is_answered_without_a_body(transactional_db, client):
    answer = client.head("/healthz/")
    assert answer.status_code == 200
    assert answer.content == b""
    assert client.post("/healthz/").status_code == 405


@pytest.mark.real_time
def test_a_question_that_hangs_is_asked_once_and_answered_again_when_it_can_be():
    asked, free = [], threading.Event()

    def ask():
        asked.append(1)
        return free.wait()

    question = health.Question(ask)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            question.answer()
    assert len(asked) == 1
    free.set()
    assert question.answer() is True


def _healthz(house, **environment):
    """What a real web server answers, within AT_ONCE, when it runs with this environment."""
    port = free_port()
    command = ["-m", "gunicorn", "-c", "python:aomori_dx.web_server", "aomori_dx.wsgi:application"]
    server = house.start(*command, BIND=f"127.0.0.1:{port}", **environment)
    try:
        return eventually(lambda: _answer(port), within=60)
    finally:
        server.terminate()
        server.communicate(timeout=30)


def _answer(port):
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=AT_ONCE)
    try:
        door.request("GET", "/healthz/")
        answer = door.getresponse()
        return answer.status, json.loads(answer.read())
    except ConnectionError:  # it is not up yet; a time-out is another matter and fails the test
        return None
    finally:
        door.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with installation(tmp_path_factory.mktemp("house")) as house:
        house.manage("migrate", "--verbosity", "0")
        yield house


@pytest.mark.real_time
def test_a_broker_that_is_away_or_silent_is_degraded_not_down(house):
    with silent_server() as silent:
        for port in (free_port(), silent):
            status, figures = _healthz(house, REDIS_URL=f"redis://:secret@127.0.0.1:{port}/0")
            assert status == 200
            assert (figures["status"], figures["database"], figures["broker"]) == (
                "degraded",
                {"ok": True},
                {"ok": False},
            )
            assert "secret" not in json.dumps(figures)


@pytest.mark.real_time
def test_a_database_that_is_away_or_silent_is_down(house):
    with silent_server() as silent:
        for port in (free_port(), silent):
            status, figures = _healthz(house, DATABASE_URL=f"postgres://aomori:secret@127.0.0.1:{port}/aomori?{HANGS}")
            assert status == 503
            assert (figures["status"], figures["database"]) == ("down", {"ok": False})
            assert "secret" not in json.dumps(figures)
