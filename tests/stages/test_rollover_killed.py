"""Killed at any point and run again, the turn of the year leaves what an undisturbed one leaves."""

import json
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.kernel.installation import free_port, installation
from tests.kernel.processes import eventually, until

pytestmark = pytest.mark.real_time

PEOPLE = 600
IMPATIENT = {"JOB_SILENCE_SECONDS": "2", "JOB_FORGOTTEN_SECONDS": "1", "JOB_SWEEP_SECONDS": "1"}
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.slow_jobs.settings", **IMPATIENT}
LEFT = {
    "years": """
        SELECT promoter_id, fiscal_year, stage_id, track_id, curriculum_id, started_on, status, status_on, outcome
        FROM stages_stageenrollment ORDER BY promoter_id, fiscal_year, stage_id""",
    "moves": """
        SELECT m.promoter_id, m.kind, m.stage_id, m.why, m.done_at IS NOT NULL FROM stages_rollovermove m
        JOIN stages_rollover t ON t.id = m.rollover_id WHERE t.state <> 'discarded' ORDER BY m.promoter_id, m.id""",
    "turns": "SELECT fiscal_year, state, counts, digest, note FROM stages_rollover ORDER BY id",
    "notices": "SELECT key, employee_id, title, body, url FROM staff_notice ORDER BY key",
    "closings": "SELECT fiscal_year, number, act, reason FROM kernel_fiscalyearclosing ORDER BY id",
    "audit": """
        SELECT action, model, object_label, reason, count(*) FROM kernel_auditevent
        WHERE model IN ('stages.stageenrollment', 'stages.rollover', 'kernel.fiscalyearclosing')
        GROUP BY action, model, object_label, reason ORDER BY action, model, object_label, reason""",
}
"""Whole tables, but for keys and moments."""
DONE = "SELECT count(*) FROM stages_rollovermove WHERE done_at IS NOT NULL"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with installation(tmp_path_factory.mktemp("house"), **SETTINGS) as house:
        house.manage("migrate", "--verbosity", "0")
        yield house


def left(house):
    return {name: house.rows(sql) for name, sql in LEFT.items()}


def ready(house, *options):
    return json.loads(house.manage("ask_rollover", "--people", str(PEOPLE), *options).splitlines()[-1])


def turn(house, year):
    return house.start("manage.py", "roll_over_fiscal_year", "--to", str(year), "--yes", "--json")


def kill_when(house, done, processes, *, chance):
    """Kill them a moment after so many moves are made."""
    eventually(lambda: house.rows(DONE)[0][0] >= done, within=120)
    time.sleep(chance.random() * 0.05)
    for process in eventually(processes, within=120):
        with suppress(ProcessLookupError):  # it has ended with its parent
            os.kill(process, signal.SIGKILL)


def undisturbed(house, year):
    said, code = (process := turn(house, year)).communicate(timeout=240)[0], process.returncode
    assert code == 0, said
    found = left(house)
    assert len(found["notices"]) == PEOPLE * 18 // 20
    assert found["closings"][-1][0] == year - 1
    return found


def test_the_command_killed_at_random_points_and_run_again_leaves_what_an_undisturbed_one_leaves(house):
    year = ready(house)["year"]
    expected = undisturbed(house, year)
    chance = random.Random()
    ready(house)
    points = sorted(chance.sample(range(PEOPLE), 4))
    for point in points:
        process = turn(house, year)
        kill_when(house, point, lambda at_it=process.pid: [at_it], chance=chance)
        process.communicate(timeout=60)
    said, code = (process := turn(house, year)).communicate(timeout=240)[0], process.returncode
    assert code == 0, (points, said)
    assert left(house) == expected, points


def test_the_workers_job_killed_at_random_points_is_run_again_by_itself_and_leaves_the_same(house):
    year = ready(house)["year"]
    expected = undisturbed(house, year)
    chance = random.Random()
    asked = ready(house, "--start")
    running = house.start("manage.py", "run", "--port", str(free_port()))
    try:
        list(until(lambda line: "起動しました" in line, running.stdout))
        points = sorted(chance.sample(range(PEOPLE * 4 // 5), 2))
        for point in points:
            kill_when(house, point, lambda: workers(running.pid), chance=chance)
        job = f"SELECT state, attempts FROM kernel_job WHERE id = {asked['job']}"
        state, attempts = eventually(lambda: (row := house.rows(job)[0])[0] in {"done", "failed"} and row, within=240)
    finally:
        running.terminate()
        running.communicate(timeout=60)
    assert state == "done"
    assert attempts >= 2, points
    same = ("years", "moves", "notices", "closings")
    found = left(house)
    assert {name: found[name] for name in same} == {name: expected[name] for name in same}, points
    assert counted(found["audit"]) == counted(expected["audit"])


def counted(rows):
    """Without the acts of the officer who asked for it, whom the command has not."""
    return sorted(row for row in rows if row[1] == "stages.stageenrollment")


def workers(parent):
    """The processes below `parent` that do jobs."""
    below = [int(n) for file in Path(f"/proc/{parent}/task").glob("*/children") for n in file.read_text().split()]
    found = [number for number in below if "celery" in Path(f"/proc/{number}/cmdline").read_text()]
    return [*found, *(deeper for number in below for deeper in workers(number))]
