"""Jobs on a real worker: killed in the middle, called over a broker that is away or silent."""

import json
import os
import signal

import pytest

from tests.kernel.installation import free_port, installation, silent_server
from tests.kernel.processes import eventually, until
from tests.slow_jobs.holding import HELD, HOLD

pytestmark = pytest.mark.real_time

IMPATIENT = {"JOB_SILENCE_SECONDS": "2", "JOB_FORGOTTEN_SECONDS": "1", "JOB_SWEEP_SECONDS": "1"}
AT_ONCE = 20.0
"""Seconds within which a person is answered whatever the broker does: about one, and room for a busy machine.

Who is not careful waits for 120 (tests/slow_jobs/settings.py).
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Everything running as `make run` runs it, with the slow job and short intervals."""
    folder = tmp_path_factory.mktemp("house")
    with installation(folder, DJANGO_SETTINGS_MODULE="tests.slow_jobs.settings", **IMPATIENT) as house:
        running = house.start("manage.py", "run", "--port", str(free_port()))
        try:
            said = list(until(lambda line: "起動しました" in line, running.stdout))
            assert running.poll() is None, "".join(said)
            yield house
        finally:
            running.terminate()
            running.communicate(timeout=30)
        assert running.returncode == 0


def _ask(house, key, *, times=1, **environment):
    answer = json.loads(house.manage("ask_slow_job", key, "--times", str(times), **environment).splitlines()[-1])
    return answer["id"], answer["seconds"]


def _job(house, job_id):
    columns = ["state", "attempts", "message"]
    rows = house.rows(f"SELECT {', '.join(columns)} FROM kernel_job WHERE id = {job_id}")
    return dict(zip(columns, rows[0], strict=True))


def _done(house, job_id):
    return eventually(lambda: (job := _job(house, job_id))["state"] == "done" and job, within=60)


def _records(house, job_id):
    sql = "SELECT count(*) FROM kernel_auditevent WHERE action = 'slow_job_done' AND object_pk = '{}'"
    return house.rows(sql.format(job_id))[0][0]


def test_a_queued_job_is_done_by_the_worker(house):
    job_id, _ = _ask(house, "plain")
    assert _done(house, job_id)["attempts"] == 1
    assert _records(house, job_id) == 1


def test_a_job_whose_worker_is_killed_is_run_again_by_itself_and_done_once(house):
    job_id, _ = _ask(house, "killed", times=30)
    said = eventually(lambda: (job := _job(house, job_id))["state"] == "running" and job["message"])
    os.kill(int(said.removeprefix("pid ")), signal.SIGKILL)
    assert _done(house, job_id)["attempts"] == 2
    later, _ = _ask(house, "after the kill")
    _done(house, later)
    assert _job(house, job_id) == {**_job(house, job_id), "state": "done", "attempts": 2}
    assert _records(house, job_id) == 1


FACTS = {
    "people": "SELECT count(*), count(DISTINCT employee_number) FROM staff_employee",
    "postings": "SELECT count(*), count(DISTINCT employee_id) FROM staff_posting",
    "journal": "SELECT count(*), count(DISTINCT sequence) FROM staff_changepage",
    "audit": "SELECT count(*), count(DISTINCT object_pk) FROM kernel_auditevent WHERE action = 'roster_created'",
    "state": "SELECT state, applied_at IS NOT NULL FROM staff_changeset",
}


def _facts(house):
    return {name: house.rows(sql)[0] for name, sql in FACTS.items()}


def _held(house, *killed):
    """The process that holds the apply, and how many postings it has written; another one than was killed."""

    def ask():
        file = house.folder / HELD
        found = tuple(map(int, file.read_text().split())) if file.exists() else (0, 0)
        return found if found[0] not in {0, *killed} else None

    return eventually(ask, within=60)


def test_an_apply_whose_worker_is_killed_in_the_middle_leaves_nothing_and_is_done_once_by_itself(house):
    """Killed when every row is written and nothing committed: the worst moment of a file on its way in."""
    hold = house.folder / HOLD
    hold.touch()
    asked = json.loads(house.manage("ask_apply", "--people", "5").splitlines()[-1])
    worker, written = _held(house)
    before = _facts(house)
    assert (written, before["postings"], before["state"][0]) == (5, (0, 0), "ready")
    os.kill(worker, signal.SIGKILL)

    _held(house, worker)  # the second run has come as far
    assert _facts(house) == before
    assert _job(house, asked["job"])["attempts"] >= 2

    hold.unlink()
    _done(house, asked["job"])
    after = _facts(house)
    assert (after["people"], after["postings"], after["audit"]) == ((5, 5), (5, 5), (5, 5))
    assert after["state"][0] == "applied"
    assert len(set(after["journal"])) == 1 < after["journal"][0]


def test_a_job_asked_for_while_the_broker_is_away_waits_and_is_done_later(house):
    job_id, seconds = _ask(house, "away", REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert seconds < AT_ONCE
    _done(house, job_id)
    assert _records(house, job_id) == 1


def test_a_broker_that_accepts_and_never_answers_holds_nobody_up(house):
    with silent_server() as port:
        job_id, seconds = _ask(house, "silent", REDIS_URL=f"redis://127.0.0.1:{port}/0")
    assert seconds < AT_ONCE
    _done(house, job_id)
    assert _records(house, job_id) == 1
