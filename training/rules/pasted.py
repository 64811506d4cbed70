"""Pasted lists of 職員番号, in whatever form: a column, with names and tabs, full-width. No rows, no queries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.text import fold

HEADINGS = ("職員番号", "職員no", "職員コード", "氏名", "得点", "点数")


@dataclass(frozen=True)
class Pasted:
    """One entry: the line it stands in, as written, the number (empty where there is none), and what else is there."""

    line: int
    written: str
    number: str
    rest: str
    figures: tuple[int, ...] = ()


def lines(text: str, width: int) -> Iterator[Pasted]:
    """Each entry of the text. A line with several numbers of the full width is as many entries; headings are none.

    `figures`: the other whole numbers of the line, such as points.
    """
    for number, raw in enumerate(text.splitlines(), 1):
        written = raw.strip()
        if not written or _is_heading(written):
            continue
        parts = [part for part in re.split(r"[\s,、;,/]+", cells.narrow(written).strip("\"'")) if part]
        digits = [part for part in parts if re.fullmatch(r"[0-9]+", part) and len(part) <= width]
        full = [part for part in digits if len(part) == width] or digits[:1]
        rest = " ".join(part for part in parts if not re.fullmatch(r"[0-9]+(\.0+)?", part))
        others = tuple(int(part) for part in digits if part not in full)
        if not full:
            yield Pasted(number, written, "", rest)
        for found in full:
            yield Pasted(number, written, found.zfill(width), rest, others)


def _is_heading(written: str) -> bool:
    return not re.search(r"[0-9]", cells.narrow(written)) and any(word in fold(written) for word in map(fold, HEADINGS))


def names_another(rest: str, *names: str) -> bool:
    """Whether the words beside a number name somebody else than it belongs to."""
    told = fold(rest)
    if not told or not re.search(r"[^\x00-\x7f]", told):
        return False
    return not any(fold(name) and (fold(name) in told or told in fold(name)) for name in names)
