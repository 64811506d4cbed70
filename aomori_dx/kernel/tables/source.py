"""From the bytes of a file to rows of cells: xlsx, or CSV in any encoding an office uses."""

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from aomori_dx.kernel.errors import DomainError

MAX_BYTES = 60 * 1024 * 1024
MAX_UNPACKED = 600 * 1024 * 1024
MAX_CELLS = 20_000_000
MAX_ROWS = 500_000

_XLSX = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL_REFERENCE = re.compile(rb'<c[^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What unpacking a damaged archive raises."""
_DELIMITERS = (",", "\t", ";")


class UnreadableFile(DomainError):
    """The file cannot be read at all. `str()` says what was found and what is expected."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, row by row from the top; `form` says how it was read (xlsx, cp932 …)."""

    name: str
    form: str
    rows: list[list[object]]


def read_sheets(content: bytes, encoding: str = "") -> Iterator[Sheet]:
    """Every sheet of a workbook, or the one of a CSV file (once for each delimiter that it may have).

    `encoding` is the one that the officer chose for a CSV file; without it the file tells.
    Raises UnreadableFile with a Japanese sentence.
    """
    if not content:
        raise UnreadableFile("ファイルが空です。")
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"ファイルが大きすぎます({MAX_BYTES // 1024 // 1024} MBまで)。")
    if content.startswith(_XLSX):
        yield from _read_workbook(content)
    elif content.startswith(_OLE):
        raise UnreadableFile(
            "古いExcel形式(.xls)か、パスワード付きのファイルです。パスワードを外し、.xlsx形式で保存し直してください。"
        )
    else:
        yield from _read_csv(content, encoding)


def _read_workbook(content: bytes) -> Iterator[Sheet]:
    _refuse_oversized(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [sheet.name for sheet in book.sheets_metadata if "Visible" in str(sheet.visible)]
        for name in names or book.sheet_names:
            yield Sheet(name, "xlsx", book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            "Excelファイルとして読めません。壊れていないか確認し、.xlsx形式で保存し直してください。"
        ) from error


def _refuse_oversized(content: bytes) -> None:
    """Refuse what would blow up in memory: zip bombs, and two cells that lie far apart."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise UnreadableFile("展開すると大きすぎるExcelファイルです。不要なシートや画像を除いてください。")
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise UnreadableFile("Excelのブック(.xlsx)ではありません。.xlsx形式かCSV形式で保存し直してください。")
            for member in members:
                if member.filename.startswith("xl/worksheets/"):
                    _refuse_far_cells(archive.read(member))
    except DAMAGED as error:
        raise UnreadableFile(
            "Excelファイルが途中で切れているか、壊れています。もう一度保存し直してください。"
        ) from error


def _refuse_far_cells(sheet: bytes) -> None:
    last_row, last_column = 0, 0
    for letters, number in _CELL_REFERENCE.findall(sheet):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        last_row, last_column = max(last_row, int(number)), max(last_column, column)
    if last_row > MAX_ROWS or last_row * last_column > MAX_CELLS:
        raise UnreadableFile(
            f"表が大きすぎます(右下のセルが{last_row:,}行{last_column:,}列目)。データの範囲の外にある値を消してください。"
        )


def decode(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and the name of its encoding. Raises UnreadableFile."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    zeros_even, zeros_odd = content[0:4000:2].count(0), content[1:4000:2].count(0)
    if zeros_even or zeros_odd:
        if zeros_even and zeros_odd:
            raise UnreadableFile(
                "文字ではないデータ(NUL文字)が含まれています。CSV形式かExcel形式のファイルを選んでください。"
            )
        encoding = "utf-16-be" if zeros_even else "utf-16-le"
        return _decoded(content, encoding), encoding
    for encoding in ("utf-8", "cp932"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("文字コードを判別できません。UTF-8、UTF-16またはShift_JIS(CP932)で保存し直してください。")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"文字コード({encoding})として読めない文字があります。保存し直してください。") from error


def _read_csv(content: bytes, encoding: str) -> Iterator[Sheet]:
    text, encoding = (_decoded(content, encoding), encoding) if encoding else decode(content)
    if "\0" in text:
        raise UnreadableFile(
            "文字ではないデータ(NUL文字)が含まれています。CSV形式かExcel形式のファイルを選んでください。"
        )
    head = text[:20_000]
    found = [mark for mark in _DELIMITERS if mark in head] or [","]
    for delimiter in sorted(found, key=head.count, reverse=True):
        try:
            rows: list[list[object]] = [
                list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            ]
        except csv.Error as error:
            raise UnreadableFile(f"CSVとして読めません({error})。") from error
        if len(rows) > MAX_ROWS:
            raise UnreadableFile(f"行が多すぎます({len(rows):,}行)。{MAX_ROWS:,}行までに分けてください。")
        yield Sheet("", encoding, rows)
