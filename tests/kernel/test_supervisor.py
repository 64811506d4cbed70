"""One parent, several programs: real processes, really killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernel.processes import eventually, is_running

pytestmark = pytest.mark.real_time

WAITS = "import signal, time\nwhile True: time.sleep(1)"


@pytest.fixture
def start(tmp_path):
    """Start a parent with the given programs; it ends them, and itself, afterwards."""
    started = []

    def start(*codes: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.kernel.supervised", str(tmp_path), *codes]
        parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(parent)
        return parent

    yield start
    for parent in started:
        parent.terminate()
        parent.communicate(timeout=60)


def _writes_pid(path: Path, then: str = WAITS) -> str:
    return f"import os, pathlib\npathlib.Path({str(path)!r}).open('a').write(f'{{os.getpid()}}\\n')\n{then}"


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_programs_are_asked_to_end_when_the_parent_is(start, tmp_path, number):
    polite = f"import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye')))\n{WAITS}"
    pids = tmp_path / "pids"
    parent = start(_writes_pid(pids, polite), _writes_pid(pids, polite))
    eventually(lambda: len(_pids(pids)) == 2)
    parent.send_signal(number)
    assert "all ended" in parent.communicate(timeout=60)[0]
    assert parent.returncode == 0
    assert not any(map(is_running, _pids(pids)))
    assert (tmp_path / "p1.log").read_text() == (tmp_path / "p2.log").read_text() == "bye\n"


def test_a_program_that_does_not_listen_is_ended_with_all_that_it_started(start, tmp_path):
    pids = tmp_path / "pids"
    grandchild = _writes_pid(pids)
    stubborn = (
        "import signal, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n{WAITS}"
    )
    parent = start(_writes_pid(pids, stubborn))
    eventually(lambda: len(_pids(pids)) == 2)
    parent.terminate()
    assert "all ended" in parent.communicate(timeout=60)[0]
    assert not any(map(is_running, _pids(pids)))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent ended")
def test_no_program_outlives_a_killed_parent(start, tmp_path):
    pids = tmp_path / "pids"
    parent = start(_writes_pid(pids), _writes_pid(pids))
    eventually(lambda: len(_pids(pids)) == 2)
    parent.kill()
    eventually(lambda: not any(map(is_running, _pids(pids))))


def test_a_killed_program_is_started_again_and_leaves_no_child_behind(start, tmp_path):
    pids, grandchildren = tmp_path / "pids", tmp_path / "grandchildren"
    code = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {_writes_pid(grandchildren)!r}])\n{WAITS}"
    parent = start(_writes_pid(pids, code))
    eventually(lambda: len(_pids(pids)) == len(_pids(grandchildren)) == 1)
    os.kill(_pids(pids)[0], signal.SIGKILL)
    assert any("停止しました(終了コード -9)" in line for line in parent.stdout)
    eventually(lambda: len(_pids(grandchildren)) == 2)
    first, second = _pids(grandchildren)
    eventually(lambda: not is_running(first))
    assert is_running(second)


def test_a_program_that_ends_again_and_again_ends_everything_with_a_sentence(start, tmp_path):
    pids, runs = tmp_path / "pids", tmp_path / "runs"
    parent = start(_writes_pid(pids), _writes_pid(runs, "raise SystemExit('no room')"))
    said = parent.communicate(timeout=60)[0]
    assert parent.returncode == 1
    assert "プログラム2が繰り返し停止するため、全体を終了します" in said
    assert "[p2] no room" in said
    assert len(_pids(runs)) == 5
    assert not any(map(is_running, _pids(pids)))


def test_the_console_shows_warnings_and_the_log_has_everything(start, tmp_path):
    lines = ["2026-11-23 INFO a is usual", "2026-11-23 ERROR b broke", "Traceback", "[23] [INFO] c is usual", "more"]
    parent = start(f"print({chr(10).join(lines)!r}, flush=True)\n{WAITS}")
    log = tmp_path / "p1.log"
    eventually(lambda: log.exists() and log.read_text().count("\n") == len(lines))
    parent.terminate()
    said = parent.communicate(timeout=60)[0]
    assert [line for line in said.splitlines() if line.startswith("[p1]")] == [f"[p1] {lines[1]}"]
    assert log.read_text().splitlines() == lines
