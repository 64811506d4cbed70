"""From the bytes of a CSV file to rows: its encoding and delimiter found, its size bounded."""

import csv
import io
from collections.abc import Iterator

from aomori_dx.kernel.tables.sheet import KNOWN_TEXTS, MAX_CELLS, MAX_ROWS, Sheet, UnreadableFile

MAX_LINE = 500_000
_DELIMITERS = (",", "\t", ";")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",\t;\r\n"
_LOOKED_AT = 4000
_RAREST_ZERO = 40
"""In UTF-16 one byte in so many is zero at the least: digits, delimiters and line breaks have one each."""
_NUL = "文字ではないデータ(NUL文字)が含まれています。CSV形式かExcel形式のファイルを選んでください。"


def read_csv(content: bytes, encoding: str = "") -> Iterator[Sheet]:
    """The rows of a CSV file, once for each delimiter that it may have, the likeliest first.

    `encoding` is the one that the officer chose; without it the file tells. Raises UnreadableFile.
    """
    text, encoding = (_decoded(content, encoding), encoding) if encoding else decode(content)
    if "\0" in text:
        raise UnreadableFile(_NUL)
    head = text[:20_000]
    found = [mark for mark in _DELIMITERS if mark in head] or [","]
    refusal: UnreadableFile | None = None
    for delimiter in sorted(found, key=head.count, reverse=True):
        try:
            rows = _rows(text, delimiter)
        except UnreadableFile as error:
            refusal = refusal or error
            continue
        yield Sheet("", encoding, rows)
    if refusal:
        raise refusal


def _rows(text: str, delimiter: str) -> list[list[object]]:
    """Every row. Strict: a quotation mark that is never closed would swallow the rest of the file in silence."""
    known: dict[str, str] = {}  # names of departments and the like recur: one object for all of them
    rows: list[list[object]] = []
    read = 0
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            read += len(row)
            if len(rows) == MAX_ROWS or read > MAX_CELLS:
                raise UnreadableFile(f"行か列が多すぎます。{MAX_ROWS:,}行までに分けてください。")
            if len(known) < KNOWN_TEXTS:
                rows.append([known.setdefault(cell, cell) for cell in row])
            else:
                rows.append([known.get(cell, cell) for cell in row])
    except csv.Error as error:
        raise UnreadableFile(
            f'CSVとして読めません。{reader.line_num}行目までの引用符(")の対応を確認し、保存し直してください。'
        ) from error
    return rows


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > MAX_LINE:
            raise UnreadableFile(f"{number}行目が長すぎます。CSV形式で保存し直してください。")
        yield line


def decode(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and the name of its encoding. Raises UnreadableFile."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    if encoding := _utf16_without_mark(content[:_LOOKED_AT]):
        return _decoded(content, encoding), encoding
    for encoding in ("utf-8", "cp932"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("文字コードを判別できません。UTF-8、UTF-16またはShift_JIS(CP932)で保存し直してください。")


def _utf16_without_mark(head: bytes) -> str:
    """Told by the delimiters and line breaks: read in the wrong order they are letters of dead scripts.

    The zero bytes alone do not tell: 一 and the full-width space have theirs on the other side than a digit has.
    Raises UnreadableFile for zero bytes that mean nothing.
    """
    if not head.count(0):
        return ""
    found = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head.decode(encoding, "ignore")
        found[encoding] = 0 if "\0" in text else sum(text.count(sign) for sign in _SEPARATORS)
    best = max(found, key=lambda encoding: found[encoding])
    if not found[best] or head.count(0) * _RAREST_ZERO < len(head):
        raise UnreadableFile(_NUL)
    return best


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"文字コード({encoding})として読めない文字があります。保存し直してください。") from error
