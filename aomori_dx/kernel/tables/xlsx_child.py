"""A program of its own: reads a workbook from standard input, writes its rows as lines of JSON.

It imports nothing of this project: it starts in a few milliseconds and dies alone when a workbook is a bomb.
"""

import contextlib
import io
import json
import lzma
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

try:
    import resource
except ImportError:  # not a Unix: there the checks below are the only limit
    resource = None  # type: ignore[assignment]

MEMORY = 1536 * 1024 * 1024
SECONDS = 100
MAX_UNPACKED = 400 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_CELLS = 20_000_000
MAX_ROWS = 500_000
CHUNK = 1024 * 1024
BATCH = 500
"""So many rows are written as one line."""
LONGEST_CELL = 4 * CHUNK

UNCOMPUTED = "#未計算"
"""What is shown for a formula without a stored result."""

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(rb'<row [^>]*?\br="(\d{1,7})"')
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{2,3})\d')
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"(?:[^>]*[^/])?>')
_START = rb'<c r="([A-Z]{1,3})(\d{1,7})"'
_FORMULA = rb"<f(?:[^>]*/>|[^>]*>[^<]*</f>)"
_ERROR_CELL = re.compile(_START + rb'[^>]*? t="e"[^>]*>(?:' + _FORMULA + rb")?<v>([^<]*)</v>")
_UNCOMPUTED_CELL = re.compile(
    _START + rb"(?:(?! t=)[^>])*>\s*" + _FORMULA + rb"\s*(?:<v\s*/>|<v></v>)?\s*</c>",
)


class Refused(Exception):
    """`str()` is a Japanese sentence."""


UNREADABLE = "Excelファイルとして読めません。壊れていないか確認し、.xlsx形式で保存し直してください。"
BROKEN = "Excelファイルが途中で切れているか、壊れています。もう一度保存し直してください。"
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ElementTree.ParseError,
    EOFError, OSError, RuntimeError, KeyError, ValueError,
)  # fmt: skip
"""What unpacking a damaged archive raises."""


def main() -> int:
    _limit_resources()
    content = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    try:
        for name, rows in _sheets(content):
            out.write(json.dumps({"sheet": name}).encode() + b"\n")
            while batch := list(islice(rows, BATCH)):
                out.write(json.dumps(batch, ensure_ascii=False, default=_dated).encode("utf-8", "replace") + b"\n")
    except Refused as refusal:
        out.write(b"\n" + json.dumps({"refused": str(refusal)}).encode() + b"\n")
    return 0


def _limit_resources() -> None:
    """Memory and processor time, where the system can."""
    if resource is None:
        return
    wanted = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0))
    for limit, value in wanted:
        with contextlib.suppress(ValueError, OSError):  # a lower limit is in force already
            resource.setrlimit(limit, (value, value))


def _dated(cell: object) -> object:
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    return {"day": cell.isoformat()} if isinstance(cell, date) else str(cell)


def _sheets(content: bytes) -> Iterator[tuple[str, Iterator[list]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_oversized(archive)
            parts = _parts(archive)
            marks = {name: _scan(archive, part) for name, part in parts.items()}
    except BROKEN_ARCHIVE as error:
        raise Refused(BROKEN) from error
    yield from _read(content, marks)


def _refuse_oversized(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Refused("展開すると大きすぎるExcelファイルです。不要なシートや画像を除いてください。")
    if "xl/workbook.xml" not in archive.namelist():
        raise Refused("Excelのブック(.xlsx)ではありません。.xlsx形式かCSV形式で保存し直してください。")


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet → its part of the archive."""
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        target = targets.get(element.get(_RELATED), "")
        if element.tag.endswith("}sheet") and target:
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            if part in archive.namelist():
                parts[element.get("name", "")] = part
    return parts


def _scan(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """Refuse cells that lie far apart; find what the reader would show as empty: errors and uncomputed formulas."""
    marks: dict[tuple[int, int], str] = {}
    last_row = last_column = 1
    for piece in _pieces(archive, part):
        last_row = max(last_row, max(map(int, _ROW.findall(piece)), default=1))
        last_column = max(last_column, max(map(_column, set(_FAR_COLUMN.findall(piece))), default=26))
        if b't="e"' in piece:
            for letters, number, value in _ERROR_CELL.findall(piece):
                marks[int(number) - 1, _column(letters) - 1] = value.decode("utf-8", "replace")
        if b"<f" in piece:
            for letters, number in _UNCOMPUTED_CELL.findall(piece):
                marks[int(number) - 1, _column(letters) - 1] = UNCOMPUTED
    if _too_large(last_row, last_column):
        _refuse_far_cells(archive, part)
    return marks


def _too_large(last_row: int, last_column: int) -> bool:
    return last_row > MAX_ROWS or last_row * last_column > MAX_CELLS


def _refuse_far_cells(archive: zipfile.ZipFile, part: str) -> None:
    """Look again, exactly: cells that only have a frame or a colour do not count."""
    last_row = last_column = 1
    for piece in _pieces(archive, part):
        for letters, number in _FILLED_CELL.findall(piece):
            last_row, last_column = max(last_row, int(number)), max(last_column, _column(letters))
        if _too_large(last_row, last_column):
            raise Refused(
                f"表が大きすぎます(右下のセルが{last_row:,}行{last_column:,}列目)。"
                f"データの範囲の外にある値を消し、{MAX_ROWS:,}行までにしてください。"
            )


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end where a cell begins."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            rest += chunk
            cut = rest.rfind(b"<c ")
            if cut < 0 or len(rest) - cut > LONGEST_CELL:
                if len(rest) > LONGEST_CELL:
                    raise Refused(BROKEN)
                continue
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read(content: bytes, marks: dict[str, dict[tuple[int, int], str]]) -> Iterator[tuple[str, Iterator[list]]]:
    with _broken_is_refused():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet for sheet in tables if sheet.visible == SheetVisibleEnum.Visible]
    for sheet in visible or tables:
        with _broken_is_refused():
            found = book.get_sheet_by_name(sheet.name)
        last = found.end[0] + 1 if found.end else 0
        if _too_large(last, 1):
            raise Refused(f"行が多すぎます({last:,}行)。{MAX_ROWS:,}行までに分けてください。")
        yield sheet.name, _rows(found, marks.get(sheet.name, {}))


def _rows(sheet: CalamineSheet, marks: dict[tuple[int, int], str]) -> Iterator[list]:
    """The rows from the first one of the sheet on, one after the other: as lists of all they are twice as large."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in marks.items():
        by_row.setdefault(row, {})[column] = text
    number, left = 0, [""] * (sheet.start[1] if sheet.start else 0)
    with _broken_is_refused():
        for number, filled in enumerate(sheet.iter_rows(), 1):  # those above the first filled one too
            yield _trimmed(_marked([*left, *filled], by_row.pop(number - 1, {})))
    for missing in range(number, max(by_row, default=-1) + 1):
        yield _marked([], by_row.get(missing, {}))


@contextlib.contextmanager
def _broken_is_refused() -> Iterator[None]:
    try:
        yield
    except (CalamineError, OSError, ValueError, MemoryError) as error:
        raise Refused(UNREADABLE) from error


def _marked(row: list, marks: dict[int, str]) -> list:
    """The row with a text where the reader saw nothing."""
    for column, text in marks.items():
        row.extend([""] * (column + 1 - len(row)))
        row[column] = text
    return row


def _trimmed(row: list) -> list:
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return row[:end]


if __name__ == "__main__":
    sys.exit(main())
