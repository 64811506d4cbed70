"""From the bytes of a workbook to rows of cells, read by a process of its own with limits on memory and time."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from threading import Event, Timer

from aomori_dx.kernel.tables.sheet import KNOWN_TEXTS, Sheet, UnreadableFile

MAX_SECONDS = 120
_CHILD = Path(__file__).with_name("xlsx_child.py")
_BROKEN = (
    "Excelファイルとして読めません。壊れているか大きすぎます。"
    "不要なシートや画像を除き、.xlsx形式で保存し直してください。"
)

_TOO_LATE = "読み取りに時間がかかりすぎるExcelファイルです。不要なシートを除いてください。"


def read_workbook(content: bytes) -> Iterator[Sheet]:
    """Every visible sheet of the workbook. Raises UnreadableFile with a Japanese sentence.

    A workbook of two kilobytes can ask for gigabytes, and its reader then ends the process it runs in: so that is
    another one, see xlsx_child.
    """
    command = [sys.executable, "-P", str(_CHILD)]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    try:
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing) as child:
            try:
                yield from _told_by(child, content)
            finally:
                child.kill()
    except OSError as error:
        reason = "Excelファイルを読むプログラムを起動できません。システム担当に連絡してください。"
        raise UnreadableFile(reason) from error


def _told_by(child: subprocess.Popen[bytes], content: bytes) -> Iterator[Sheet]:
    """Give the child its file and read what it says, line by line, until its time is over.

    It says nothing before it has heard everything, so that nobody waits for the other.
    """
    assert child.stdin is not None
    assert child.stdout is not None
    too_late = Event()

    def end() -> None:
        too_late.set()
        child.kill()

    timer = Timer(MAX_SECONDS, end)
    timer.daemon = True
    timer.start()
    broken: ValueError | None = None
    try:
        with suppress(BrokenPipeError), child.stdin:  # where it has died its status tells
            child.stdin.write(content)
        yield from _sheets(child.stdout)
    except ValueError as error:  # it died within a line
        broken = error
    finally:
        timer.cancel()
    status = child.wait()
    if too_late.is_set():
        raise UnreadableFile(_TOO_LATE) from broken
    if status or broken:
        raise UnreadableFile(_BROKEN) from broken


def _sheets(lines: Iterable[bytes]) -> Iterator[Sheet]:
    """A line that names a sheet, then lines with some of its rows each; or a line with a refusal."""
    known: dict[str, str] = {}
    current: Sheet | None = None
    for line in lines:
        if not line.strip():
            continue
        found = json.loads(line)
        if isinstance(found, list):
            assert current is not None
            current.rows.extend([[_cell(cell, known) for cell in row] for row in found])
        elif "refused" in found:
            raise UnreadableFile(found["refused"])
        else:
            if current:
                yield current
            current = Sheet(found["sheet"], "xlsx", [])
    if current:
        yield current


def _cell(cell: object, known: dict[str, str]) -> object:
    if isinstance(cell, str):
        return known.setdefault(cell, cell) if len(known) < KNOWN_TEXTS else known.get(cell, cell)
    if isinstance(cell, dict):
        return date.fromisoformat(cell["day"]) if "day" in cell else datetime.fromisoformat(cell["moment"])
    return cell
