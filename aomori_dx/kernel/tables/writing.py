"""Tables handed out as files, in the layout that the government asks of machine-readable tables.

One table with its header in row 1; one value a cell; repeats and blanks as they are; numbers as numbers with the
unit in the header; words of a fixed choice beside their codes. What must be known about it (definitions, the day,
counts, the charset, codes) stands apart from it.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from aomori_dx.kernel.tables.formats import harmless
from aomori_dx.kernel.tables.workbook import MAX_ROWS, stream_workbook
from aomori_dx.kernel.text import MANGLED

Cell = str | int | Decimal | None

CHARSETS = {"utf-8-sig": "UTF-8(BOMあり)", "utf-8": "UTF-8(BOMなし)", "cp932": "Shift_JIS(Windows-31J)"}
BATCH = 500
MOST_REMARKS = 500
"""So many characters without a code are listed; a file with more of them is not what cp932 is for."""
EXCEL_ROWS = MAX_ROWS - 1

# Two signs that cp932 has only under another code: written on purpose, they do not come back as a surprise.
_CP932_FORMS = (("〜", "～"), ("−", "－"))
_BREAK = re.compile(r"[\r\n\t\v\f]")
_LINE_BREAKS = str.maketrans({"\r": None, "\n": " ", "\t": " ", "\v": " ", "\f": " "})
# A field that begins like a formula, or a quoted one that begins with a line break.
_DOUBTFUL = re.compile(r'(?:^|[,\n"])[-=+@\t＝＋－＠]|"[\r\n]')
_STAND_IN = "aomori-stand-in"

codecs.register_error(_STAND_IN, lambda error: (MANGLED * (error.end - error.start), error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Column:
    """A column: its heading, an ASCII name for programs, how a row gives its value, and what it means."""

    heading: str
    name: str
    of: Callable[[Any], Cell]
    meaning: str = ""
    unit: str = ""

    @property
    def header(self) -> str:
        return f"{self.heading}({self.unit})" if self.unit else self.heading


@dataclass(frozen=True)
class Document:
    """A table to hand out. `rows` gives them anew for each reading, so that nothing is kept in memory.

    `about` are the lines of the README sheet; `codes` are (heading, code, word) of every fixed choice.
    """

    title: str
    columns: Sequence[Column]
    rows: Callable[[], Iterable[Any]]
    about: Sequence[tuple[str, str]] = ()
    codes: Sequence[tuple[str, str, str]] = ()

    @property
    def header(self) -> list[str]:
        return [column.header for column in self.columns]

    def lines(self) -> Iterator[list[Cell]]:
        """The header, then the rows as lists of cells, as they are."""
        yield list(self.header)
        columns = [column.of for column in self.columns]
        for row in self.rows():
            yield [of(row) for of in columns]


@dataclass(frozen=True)
class Unencodable:
    """A cell that a charset cannot hold: its row in the file (the header is row 1), and the characters."""

    row: int
    heading: str
    value: str
    characters: str


def to_csv(document: Document, charset: str, *, stand_in: bool = False) -> Iterator[bytes]:
    """The table as CSV, piece by piece. Formulas are neutralised.

    Raises UnicodeEncodeError at a character that the charset lacks, unless `stand_in` has it written as 〓: ask
    `unencodable` first.
    """
    errors = _STAND_IN if stand_in else "strict"
    if charset == "utf-8-sig":
        yield codecs.BOM_UTF8
    encoding = "utf-8" if charset == "utf-8-sig" else charset
    for lines in _batches(document.lines()):
        yield _formed(_csv(lines), charset).encode(encoding, errors)


def unencodable(document: Document, charset: str) -> list[Unencodable]:
    """Every cell with a character that the charset lacks, up to a limit; none for the Unicode ones."""
    if charset != "cp932":
        return []
    found: list[Unencodable] = []
    first = 1
    for lines in _batches(document.lines()):
        if _missing(_csv(lines)):
            found += _remarks(document, lines, first)
        if len(found) > MOST_REMARKS:
            break
        first += len(lines)
    return found


def to_xlsx(document: Document) -> Iterator[bytes]:
    """The table as a workbook of three sheets (データ, README, コード表), piece by piece. Text stays text."""
    lists = (("項目", "コード", "名称"), *document.codes)
    codes: list[list[Cell]] = [[heading, code, word] for heading, code, word in lists]
    sheets: list[tuple[str, Iterable[list[Cell]]]] = [
        ("データ", _each_on_one_line(document.lines())),
        ("README", readme(document)),
        ("コード表", codes),
    ]
    return stream_workbook(sheets if document.codes else sheets[:2])


def readme(document: Document, charset: str = "") -> list[list[Cell]]:
    """What must be known about the table: lines of item, explanation and, for a column, its name and unit."""
    rows: list[list[Cell]] = [["項目", "説明", "列名(英字)", "単位"]]
    rows += [[heading, text, None, None] for heading, text in [("表題", document.title), *document.about]]
    if charset:
        rows.append(["文字コード", CHARSETS[charset], None, None])
    rows += [[f"列: {c.header}", c.meaning or c.heading, c.name, c.unit or None] for c in document.columns]
    return rows


def readme_csv(document: Document, charset: str) -> bytes:
    """The README and the codes of a table that is handed out as CSV, as one CSV of its own."""
    rows = readme(document, charset)
    rows += [[f"コード: {heading}", f"{code} = {word}", None, None] for heading, code, word in document.codes]
    text = _formed(_written([[harmless(str(cell or "")) for cell in row] for row in rows]), charset)
    return text.encode(charset, _STAND_IN if charset == "cp932" else "strict")


def _each_on_one_line(lines: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    """The lines with no break inside a cell. Breaks are rare: a line is looked at whole before its cells are."""
    for line in lines:
        text = "".join([cell for cell in line if isinstance(cell, str)])
        yield line if _BREAK.search(text) is None else [_one_line(cell) for cell in line]


def _batches(lines: Iterator[list[Cell]]) -> Iterator[list[list[Cell]]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _written(lines: Iterable[Sequence[Cell]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(lines)
    return target.getvalue()


def _csv(lines: list[list[Cell]]) -> str:
    """The lines as CSV that no spreadsheet runs, each on a line of the file."""
    text = _written(lines)
    if _DOUBTFUL.search(text) or not text.count("\n") == text.count("\r") == len(lines):
        # Rare, and dear: so it is asked of the whole text first, and then of each cell.
        text = _written([_harmless(_one_line(cell)) for cell in line] for line in lines)
    return text


def _harmless(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def _formed(text: str, charset: str) -> str:
    for sign, form in _CP932_FORMS if charset == "cp932" else ():
        text = text.replace(sign, form)
    return text


def _missing(text: str) -> str:
    """The characters of `text` that cp932 lacks, each once."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return "".join(sorted({sign for sign in text if not _holds(sign)}))
    return ""


def _holds(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _remarks(document: Document, lines: list[list[Cell]], first: int) -> Iterator[Unencodable]:
    for number, line in enumerate(lines, first):
        for column, cell in zip(document.columns, line, strict=True):
            if isinstance(cell, str) and (signs := _missing(cell)):
                yield Unencodable(number, column.header, cell, signs)


def _one_line(cell: Cell) -> Cell:
    if isinstance(cell, str) and _BREAK.search(cell):
        return cell.translate(_LINE_BREAKS).strip()
    return cell
