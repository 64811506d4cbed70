"""Every task and every kind of job is shown to leave, run twice, what it leaves run once."""

import ast

import pytest
from celery import current_app

from aomori_dx.kernel.progress import HANDLERS
from tests.architecture import syntax
from tests.architecture.sources import APPS, ROOT

KERNEL = "tests/kernel/test_call_worker.py::test_the_kernels_tasks_run_twice_leave_what_once_leaves"
CHANGE_SETS = "tests/staff/test_change_set_jobs.py::test_checking_and_undoing_twice_is_once"
QUOTAS = "tests/stages/test_tasks.py::test_run_twice_is_the_same_as_once"

REQUIREMENTS = "tests/training/test_requirements.py::test_the_task_run_twice_asks_once"

RUN_TWICE = {
    "aomori_dx.kernel.tasks.beat": KERNEL,
    "aomori_dx.kernel.tasks.deliver_outbox": KERNEL,
    "aomori_dx.kernel.tasks.run_job": KERNEL,
    "aomori_dx.kernel.tasks.sweep_jobs": KERNEL,
    "staff.tasks.write_digests": "tests/staff/test_digests.py::test_the_task_run_twice_leaves_what_once_leaves",
    "training.tasks.assign_requirements": REQUIREMENTS,
    "training.tasks.send_reminders": "tests/training/test_required_reminders.py::test_the_task_run_twice_tells_once",
    "stages.tasks.compute_quotas": QUOTAS,
    "stages.tasks.pass_on_reserves": "tests/stages/test_tasks.py::test_passing_over_reserves_twice_is_once",
    "stages.tasks.recompute_progress": "tests/stages/test_recomputing.py::test_the_task_run_twice_is_the_same_as_once",
    "stages.tasks.remind_of_practice": (
        "tests/stages/test_practice_reminders.py::test_the_task_run_twice_reminds_once"
    ),
    "stages.tasks.send_reminders": (
        "tests/stages/test_reminders.py::test_the_task_run_twice_reminds_once_and_the_morning_letter_tells"
    ),
    "training.tasks.ask_heads": "tests/training/test_follow_ups.py::test_the_task_run_twice_asks_once",
    "training.tasks.ask_surveys": "tests/training/test_surveys.py::test_the_task_run_twice_asks_once",
    "training.tasks.promote_waitlist": "tests/training/test_holds.py::test_the_task_run_twice_promotes_once",
}
"""Task → the test that runs it twice (file::function)."""

JOBS_RUN_TWICE = {
    "assign_requirements": "tests/training/test_requirements.py::test_the_job_run_twice_is_the_same_as_once",
    "apply_change_set": "tests/staff/test_change_sets.py::test_applying_twice_is_applying_once",
    "check_change_set": CHANGE_SETS,
    "undo_change_set": CHANGE_SETS,
    "recompute_progress": "tests/stages/test_recomputing.py::test_the_job_run_twice_is_the_same_as_once",
    "roll_over_fiscal_year": "tests/stages/test_rollover.py::test_the_job_run_twice_leaves_what_once_leaves",
    "compute_quotas": "tests/stages/test_tasks.py::test_the_job_run_twice_is_the_same_as_once",
}
"""Kind of job → the test that runs its handler twice."""


def our_tasks() -> set[str]:
    current_app.loader.import_default_modules()
    return {name for name in current_app.tasks if name.split(".")[0] in APPS}


def is_a_test(place: str) -> bool:
    path, _, name = place.partition("::")
    file = ROOT / path
    return file.exists() and name in {
        node.name for node in syntax.functions(ast.parse(file.read_text(encoding="utf-8")))
    }


def test_every_task_has_a_test_that_runs_it_twice():
    assert set(RUN_TWICE) == our_tasks()


def test_every_kind_of_job_has_a_test_that_runs_it_twice():
    assert set(JOBS_RUN_TWICE) == {
        kind for kind, handler in HANDLERS.items() if handler.__module__.split(".")[0] in APPS
    }


@pytest.mark.parametrize("place", sorted({*RUN_TWICE.values(), *JOBS_RUN_TWICE.values()}))
def test_the_named_test_is_there(place):
    assert is_a_test(place)


def test_a_test_that_is_not_there_is_noticed():
    assert not is_a_test("tests/stages/test_tasks.py::test_that_nobody_wrote")
    assert not is_a_test("tests/nowhere.py::test_x")


def test_the_clock_calls_only_tasks_that_are_there():
    assert {entry["task"] for entry in current_app.conf.beat_schedule.values()} <= our_tasks()
