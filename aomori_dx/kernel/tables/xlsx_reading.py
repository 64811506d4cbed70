"""From the bytes of a workbook to rows of cells, read by a process of its own with limits on memory and time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from aomori_dx.kernel.tables.sheet import Sheet, UnreadableFile

MAX_SECONDS = 120
_CHILD = Path(__file__).with_name("xlsx_child.py")
_BROKEN = (
    "Excelファイルとして読めません。壊れているか大きすぎます。"
    "不要なシートや画像を除き、.xlsx形式で保存し直してください。"
)


def read_workbook(content: bytes) -> Iterator[Sheet]:
    """Every visible sheet of the workbook. Raises UnreadableFile with a Japanese sentence.

    A workbook of two kilobytes can ask for gigabytes, and its reader then ends the process it runs in: so that is
    another one, see xlsx_child.
    """
    command = [sys.executable, "-P", str(_CHILD)]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile("読み取りに時間がかかりすぎるExcelファイルです。不要なシートを除いてください。") from error
    except OSError as error:
        reason = "Excelファイルを読むプログラムを起動できません。システム担当に連絡してください。"
        raise UnreadableFile(reason) from error
    lines = child.stdout.split(b"\n")
    if child.returncode:
        raise UnreadableFile(_BROKEN)
    yield from _sheets(lines)


def _sheets(lines: list[bytes]) -> Iterator[Sheet]:
    """A line that names a sheet, then a line for each of its rows; or a line with a refusal."""
    known: dict[str, str] = {}
    current: Sheet | None = None
    for line in lines:
        if not line:
            continue
        found = json.loads(line)
        if isinstance(found, list):
            assert current is not None
            current.rows.append([_cell(cell, known) for cell in found])
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
        return known.setdefault(cell, cell)
    if isinstance(cell, dict):
        return date.fromisoformat(cell["day"]) if "day" in cell else datetime.fromisoformat(cell["moment"])
    return cell
