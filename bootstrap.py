"""Makes `.venv`, installs the hashed lock into it and goes on as the command given, with nothing but Python.

    python3 bootstrap.py [--dev] COMMAND...      e.g. python3 bootstrap.py manage.py run

`--dev` installs what the tests and linters need as well. Where packages come from is pip's own business
(its configuration, PIP_INDEX_URL, PIP_FIND_LINKS, …): no address stands here or in the locks.
This file is also read by Pythons that are too old, so it keeps to what they can parse.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def main(arguments):
    """Prepare the environment, then become the command; returns only where something is missing."""
    dev = arguments[:1] == ["--dev"]
    command = arguments[1:] if dev else arguments
    if not command:
        return "使い方: python3 bootstrap.py [--dev] コマンド…(例: python3 bootstrap.py manage.py run)"
    reason = missing() or install("requirements-dev.lock" if dev else "requirements.lock")
    if reason:
        return reason
    sys.stdout.flush()
    os.chdir(str(ROOT))
    os.execv(str(PYTHON), [str(PYTHON), *command])


def missing():
    """Why this machine cannot run the house, as a sentence; None if it can."""
    if os.name != "posix":
        return "Linux か macOS で実行してください(Windows では WSL の中で動きます)。"
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info[:2])
        return f"Python 3.11 以上が必要です(今は {found}。make では PYTHON=python3.12 のように指定します)。"
    if importlib.util.find_spec("ensurepip") is None:
        return "Python の venv がありません。Debian や Ubuntu では「apt install python3-venv」で入ります。"
    return None


def install(lock):
    """Bring `.venv` to what the lock says, unless it is there already; returns why not, or None."""
    stamp = VENV / ("stamp-" + lock)
    version = installed_python()
    if version and stamp.is_file() and stamp.read_text() == digest(lock, version):
        return None
    print("必要な部品を .venv に入れています。はじめは数分かかることがあります。", flush=True)
    if not has_pip():
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        if made.returncode:
            return ".venv を作れませんでした。上の表示を確認してください。"
    if subprocess.run([str(PYTHON), "-m", "pip", *pip_arguments(lock)]).returncode:
        return "部品を入れられませんでした。ネットワークと pip の設定(PIP_INDEX_URL など)を確認してください。"
    stamp.write_text(digest(lock, installed_python()))
    return None


def pip_arguments(lock):
    """Wheels only, each with the hash the lock says: nothing is built or run while installing."""
    options = ["-qq", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary=:all:"]
    return ["install", *options, "-r", str(ROOT / lock)]


def installed_python():
    """The version of the Python in `.venv`; empty if there is none that runs."""
    return answer_of("import sys; print(sys.version)")


def has_pip():
    """Whether `.venv` can install: a Python of a sufficient version, with its own pip."""
    return bool(answer_of(f"import sys, pip; print('yes' if sys.version_info >= {OLDEST} else '')"))


def answer_of(code):
    """What the Python in `.venv` prints for `code`; empty if it cannot."""
    if not PYTHON.exists():
        return ""
    run = subprocess.run([str(PYTHON), "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return run.stdout.decode().strip() if run.returncode == 0 else ""


def digest(lock, version):
    """What must be the same for an installation to count as done: the lock and the Python under it."""
    return hashlib.sha256((ROOT / lock).read_bytes() + version.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
