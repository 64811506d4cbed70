"""Setting documents as PDF (A4, tagged for PDF/UA-1, fonts embedded): layouts beside this file, texts as data.

No text becomes part of a layout: a layout reads data as JSON and sets its strings, so that nothing in a name or in a
text is read as markup. It sees no file outside its own folder and no font but those shipped here.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

import typst

HERE = Path(__file__).resolve().parent
GETA = "〓"
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


@dataclass(frozen=True)
class Letter:
    """One letter. `marks`: number and day, at the right; `to` and `sender`: whom and who; each a line a text."""

    marks: tuple[str, ...]
    to: tuple[str, ...]
    sender: tuple[str, ...]
    title: str
    body: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet that certifies something. `marks`: at the upper right, a line a text (a number, 再発行); `facts`: pairs
    of a word and what it is; `code`, `qr` (an SVG) and `note`: how it is checked, at the foot."""

    marks: tuple[str, ...]
    title: str
    name: str
    body: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    dated: str
    sender: tuple[str, ...]
    code: str
    qr: str
    note: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """A table: `facts` above it, a line each; `widths` of the columns in proportion; `numeric`: which columns stand at
    the right; `room`: the space within a cell in points (more where somebody is to sign); `below`: a line after it."""

    title: str
    facts: tuple[str, ...]
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    room: int = 4
    sideways: bool = False
    below: str = ""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(HERE / "fonts")])


def set_letters(letters: Iterable[Letter], *, title: str, author: str, at: datetime) -> bytes:
    """Letters one after another, each on a page of its own, as one PDF; `title` and `author` are the document's."""
    told = {"title": _bare(title), "author": _bare(author), "letters": [_plain(asdict(row)) for row in letters]}
    return _set("letters.typ", told, at)


def set_sheets(sheets: Iterable[Sheet], *, title: str, author: str, at: datetime) -> bytes:
    """Sheets one after another, each on a page of its own, as one PDF; `title` and `author` are the document's."""
    told = {"title": _bare(title), "author": _bare(author), "sheets": [_plain(asdict(row)) for row in sheets]}
    return _set("sheets.typ", told, at)


def set_listing(sheet: Listing, *, author: str, at: datetime) -> bytes:
    """One table as a PDF, its header repeated and its pages numbered (2 / 3). An empty table has one empty row."""
    told = {**asdict(sheet), "author": _bare(author), "title": _bare(sheet.title), "below": _bare(sheet.below)}
    blank = tuple("" for _ in sheet.columns)
    told["rows"] = [[_bare(cell) for cell in row] for row in sheet.rows or (blank,)]
    told |= {"facts": [_bare(line) for line in sheet.facts], "columns": [_bare(name) for name in sheet.columns]}
    return _set("listing.typ", told, at)


def _set(layout: str, told: dict, at: datetime) -> bytes:
    """The PDF. A sign that no font here has is set as 〓, to be filled in by hand: PDF/UA allows no gap."""
    text = json.dumps(told, ensure_ascii=False)
    while True:
        try:
            return typst.compile(
                str(HERE / layout),
                root=str(HERE),
                font_paths=_fonts(),
                sys_inputs={"data": text},
                pdf_standards=["ua-1"],
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            lacking = _lacking(str(error)) & set(text)
            if not lacking:
                raise
            text = text.translate({ord(sign): GETA for sign in lacking})


def _lacking(complaint: str) -> set[str]:
    """The signs of which the typesetter says that no font has them. Of ASCII, which JSON is made of, there are none."""
    found = _LACKING.search(complaint)
    told = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), found[1]) if found else ""
    return {sign for sign in told if not sign.isascii() and sign != GETA}


def _plain(row: dict) -> dict:
    """Without signs that control and show nothing, and halves of characters; a tab becomes a space."""
    return {name: _without_signs(value) for name, value in row.items()}


def _without_signs(value: Any) -> Any:
    return _bare(value) if isinstance(value, str) else [_without_signs(part) for part in value]


def _bare(text: str) -> str:
    return "".join(sign for sign in text.replace("\t", " ") if category(sign) not in ("Cc", "Cf", "Cs"))
