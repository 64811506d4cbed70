"""An Excel workbook of plain tables, written as it is sent: no file on the way, no row kept.

XlsxWriter draws and styles, and writes 5,000 rows a second; a list of people needs rows, text and numbers.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

MAX_ROWS = 1_048_576
"""What a sheet of Excel holds."""
BATCH = 500
_FAST = 1  # of zlib: a list of people shrinks to a tenth anyway

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Style 1 is the header, style 2 text: a number of a person typed over stays text, leading zeros too.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="游ゴシック"/></font>'
    '<font><b/><sz val="11"/><name val="游ゴシック"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Pipe:
    """Where the archive writes to: a file that only goes forward, emptied after every batch."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def drain(self) -> bytes:
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)


def stream_workbook(sheets: Sequence[tuple[str, Iterable[Sequence[str | int | Decimal | None]]]]) -> Iterator[bytes]:
    """The workbook piece by piece. Each sheet: its name, and its rows, of which the first is the header.

    Text is written as text, whatever it begins with: nothing in it can run as a formula.
    """
    pipe: Any = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
        for name, text in _frame([name for name, _ in sheets]):
            archive.writestr(name, text)
        yield pipe.drain()
        for number, (_, rows) in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                for text in _sheet(iter(rows)):
                    part.write(text.encode())
                    yield pipe.drain()
    yield pipe.drain()


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of the package that are no sheets."""
    numbered = list(enumerate(names, 1))
    override = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n, _ in numbered
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{override}</Types>',
    )
    document = f'<Relationship Id="rId1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/>'
    yield "_rels/.rels", f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{document}</Relationships>'
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>',
    )
    parts = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATED}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
    )
    styles = f'<Relationship Id="rId{len(names) + 1}" Type="{_RELATED}/styles" Target="styles.xml"/>'
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{parts}{styles}</Relationships>',
    )
    yield "xl/styles.xml", _STYLES


def _sheet(rows: Iterator[Sequence[str | int | Decimal | None]]) -> Iterator[str]:
    """The XML of a sheet, some rows at a time; the header stays in sight."""
    header = list(next(rows))
    letters = [_letter(place) for place in range(len(header))]
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{max(10, 2 * len(str(text)) + 2)}" customWidth="1"/>'
        for place, text in enumerate(header, 1)
    )
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{_row(header, letters, 1, style=1)}"
    )
    number = 1
    while batch := list(islice(rows, BATCH)):
        yield "".join(_row(row, letters, number + place) for place, row in enumerate(batch, 1))
        number += len(batch)
    yield "</sheetData></worksheet>"


def _row(row: Sequence[str | int | Decimal | None], letters: Sequence[str], number: int, style: int = 2) -> str:
    cells = []
    for letter, cell in zip(letters, row, strict=True):
        if isinstance(cell, int):
            cells.append(f'<c r="{letter}{number}"><v>{int(cell)}</v></c>')
        elif isinstance(cell, Decimal):
            cells.append(f'<c r="{letter}{number}"><v>{cell:f}</v></c>')
        elif cell:
            text = cell if cell.isalnum() else _as_xml(cell)
            cells.append(
                f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            )
    return f'<row r="{number}">{"".join(cells)}</row>'


@lru_cache(maxsize=10_000)
def _as_xml(text: str) -> str:
    """The text without what XML cannot hold. Dates, names of departments and words of choice come again and again."""
    return escape(_NO_XML.sub("", text))


def _letter(place: int) -> str:
    """A, B, … Z, AA"""
    first, last = divmod(place, 26)
    return (_letter(first - 1) if first else "") + chr(ord("A") + last)
