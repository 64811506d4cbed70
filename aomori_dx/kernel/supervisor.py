"""Several programs under one parent: started, watched, restarted and stopped together."""

import contextlib
import ctypes
import logging
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path

DEATHS = 5
"""A program that ends this often within PATIENCE seconds is not restarted any more."""
PATIENCE = 120.0
FIRST_PAUSE = 1.0
"""Seconds before the first restart; each further one waits twice as long."""
GRACE = 15.0
"""Seconds a program has to end by itself when it is asked to."""
LAST_LINES = 5

_PR_SET_PDEATHSIG = 1
_IMPORTANT = re.compile(r"^.{0,60}?\b(WARNING|ERROR|CRITICAL)\b")

Say = Callable[[str], None]


def die_with_parent(parent: int | None) -> None:
    """Let the kernel end this process when its parent ends in whatever way (Linux; elsewhere nothing happens).

    `parent` is the process that made this one: it may have ended before the kernel is told.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class GaveUp(Exception):
    """A program ends again and again. `str()` says which, and where to look."""


@dataclass(frozen=True)
class Program:
    """What is to run: a short name for the log, a name for people, the command and its environment."""

    name: str
    label: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """One running program in a process group of its own, so that the terminal's Ctrl-C reaches only the parent."""

    def __init__(self, program: Program, log_folder: Path, say: Say) -> None:
        self.program = program
        self.say = say
        self.log = RotatingFileHandler(
            log_folder / f"{program.name}.log", maxBytes=10_000_000, backupCount=2, encoding="utf-8"
        )
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self.deaths: list[float] = []
        self.start_at: float | None = 0.0
        self.popen: subprocess.Popen[bytes] | None = None
        self._half_line = b""

    def start(self) -> None:
        self.start_at = None
        self.popen = subprocess.Popen(
            self.program.command,
            env={**os.environ, **self.program.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
        os.set_blocking(self.output, False)

    @property
    def output(self) -> int:
        assert self.popen is not None
        assert self.popen.stdout is not None
        return self.popen.stdout.fileno()

    def read(self) -> bool:
        """Take over what the program has written; False if there is nothing (any more)."""
        try:
            chunk = os.read(self.output, 65536)
        except BlockingIOError:
            return False
        *lines, self._half_line = (self._half_line + chunk).split(b"\n")
        for line in lines:
            self._take(line.decode(errors="replace"))
        return bool(chunk)

    def _take(self, line: str) -> None:
        """Everything goes to the log; of warnings and errors, the first line also to the console."""
        self.log.emit(logging.makeLogRecord({"msg": line}))
        self.last_lines.append(line)
        if _IMPORTANT.match(line):
            self.say(f"[{self.program.name}] {line}")

    def has_ended(self) -> bool:
        return self.popen is not None and self.popen.poll() is not None

    def bury(self, now: float) -> None:
        """Take note of a death: end what is left of the group, and say when to start again.

        Raises GaveUp where it has ended too often.
        """
        assert self.popen is not None
        code = self.popen.returncode
        self.end_now()
        self.deaths = [death for death in self.deaths if now - death < PATIENCE] + [now]
        if len(self.deaths) >= DEATHS:
            where = self.log.baseFilename
            raise GaveUp(f"{self.program.label}が繰り返し停止するため、全体を終了します。{where} を確認してください。")
        pause = FIRST_PAUSE * 2 ** (len(self.deaths) - 1)
        if code > 0:  # it ended by itself, so its last words say why
            for line in self.last_lines:
                self.say(f"[{self.program.name}] {line}")
        self.say(f"{self.program.label}が停止しました(終了コード {code})。{pause:.0f}秒後に起動し直します。")
        self.start_at = now + pause

    def ask_to_end(self) -> None:
        if self.popen is not None and self.popen.poll() is None:
            self.popen.terminate()

    def end_now(self) -> None:
        """End the program and everything that it started, at once."""
        if self.popen is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        while self.read():
            pass
        assert self.popen.stdout is not None
        self.popen.stdout.close()
        self.popen = None


class Supervisor:
    """Runs programs until it is told to stop (SIGINT, SIGTERM, SIGHUP) or one of them cannot be kept alive."""

    def __init__(self, programs: Sequence[Program], *, log_folder: Path, say: Say) -> None:
        log_folder.mkdir(parents=True, exist_ok=True)
        self.children = [Child(program, log_folder, say) for program in programs]
        self.say = say
        self.stops = 0

    def run(self, *, is_ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Start everything, announce once when `is_ready`, keep it running; returns when all has ended.

        Raises GaveUp when a program ends again and again.
        """
        waiting_for_ready = True
        with self._signals():
            try:
                while not self.stops:
                    self._keep_alive()
                    self._read_outputs(0.2)
                    if waiting_for_ready and is_ready():
                        waiting_for_ready = False
                        announce()
            finally:
                self._end_all()

    def _keep_alive(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.has_ended():
                child.bury(now)
            if child.start_at is not None and child.start_at <= now:
                child.start()

    def _read_outputs(self, timeout: float) -> None:
        with selectors.DefaultSelector() as selector:
            for child in self.children:
                if child.popen is not None:
                    selector.register(child.output, selectors.EVENT_READ, child)
            closed = [key.data for key, _ in selector.select(timeout) if not key.data.read()]
        if closed:
            time.sleep(0.05)  # its end is seen in the next round; until then its output is always "readable"

    def _end_all(self) -> None:
        """Ask, wait, insist. A second signal while waiting insists at once."""
        asked, deadline = self.stops, time.monotonic() + GRACE
        for child in self.children:
            child.ask_to_end()
        while self._alive() and time.monotonic() < deadline and self.stops <= max(asked, 1):
            self._read_outputs(0.1)
        for child in self.children:
            child.end_now()
            child.log.close()

    def _alive(self) -> bool:
        return any(child.popen is not None and child.popen.poll() is None for child in self.children)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(*_: object) -> None:
            self.stops += 1

        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
