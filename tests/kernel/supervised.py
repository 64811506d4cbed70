"""A parent to stop and to kill: `python -m tests.kernel.supervised FOLDER CODE…` keeps each Python code running."""

import signal
import sys
from pathlib import Path

from aomori_dx.kernel import supervisor

if __name__ == "__main__":
    folder, *codes = sys.argv[1:]
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
    supervisor.FIRST_PAUSE = 0.05
    supervisor.GRACE = 1.0
    programs = [
        supervisor.Program(f"p{number}", f"プログラム{number}", [sys.executable, "-c", code])
        for number, code in enumerate(codes, start=1)
    ]
    parent = supervisor.Supervisor(programs, log_folder=Path(folder), say=lambda line: print(line, flush=True))
    try:
        parent.run(is_ready=lambda: True, announce=lambda: None)
    except supervisor.GaveUp as reason:
        sys.exit(str(reason))
    print("all ended", flush=True)
