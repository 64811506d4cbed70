"""From the bytes of a file to rows of cells: xlsx, or CSV in any encoding an office uses."""

from collections.abc import Iterator

from aomori_dx.kernel.tables.csv_reading import decode, read_csv
from aomori_dx.kernel.tables.sheet import MAX_BYTES, MAX_CELLS, MAX_ROWS, Sheet, UnreadableFile
from aomori_dx.kernel.tables.xlsx_reading import read_workbook

__all__ = ["MAX_BYTES", "MAX_CELLS", "MAX_ROWS", "Sheet", "UnreadableFile", "decode", "read_sheets"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheets(content: bytes, encoding: str = "") -> Iterator[Sheet]:
    """Every sheet of a workbook, or the one of a CSV file (once for each delimiter that it may have).

    `encoding` is the one that the officer chose for a CSV file; without it the file tells.
    Raises UnreadableFile with a Japanese sentence.
    """
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFile("ファイルが空です。")
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"ファイルが大きすぎます({MAX_BYTES // 1024 // 1024} MBまで)。")
    if content.startswith(_ZIP):
        yield from read_workbook(content)
    elif content.startswith(_OLE):
        raise UnreadableFile(
            "古いExcel形式(.xls)か、パスワード付きのファイルです。パスワードを外し、.xlsx形式で保存し直してください。"
        )
    else:
        yield from read_csv(content, encoding)
