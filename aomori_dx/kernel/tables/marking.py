"""A file given back with its mistakes marked: red cells, a comment in each, and a last column in words."""

import io
from collections import defaultdict
from collections.abc import Iterable

import xlsxwriter

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.reading import Remark
from aomori_dx.kernel.tables.source import Sheet, UnreadableFile, read_sheets
from aomori_dx.kernel.text import fold

EXPLAINED = "確認してください"
COMMENT_LIMIT = 30_000


def marked_workbook(content: bytes, *, header_row: int, encoding: str, remarks: Iterable[Remark]) -> bytes:
    """The file as a workbook. `header_row` counts from 1; `remarks` name rows and columns of the file."""
    remarks = list(remarks)
    sheet = _sheet_of(content, encoding, header_row, remarks)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        _write(book, sheet, max(header_row, 1) - 1, remarks)
    return out.getvalue()


def _sheet_of(content: bytes, encoding: str, header_row: int, remarks: list[Remark]) -> Sheet:
    """The sheet that was read: the one with the columns that the remarks name."""
    wanted = {fold(remark.column) for remark in remarks}
    best: tuple[int, Sheet] | None = None
    try:
        for sheet in read_sheets(content, encoding):
            header = sheet.rows[header_row - 1] if 0 < header_row <= len(sheet.rows) else []
            fit = sum(fold(cells.shown(cell)) in wanted for cell in header)
            if best is None or fit > best[0]:
                best = fit, sheet
    except UnreadableFile:
        pass
    return best[1] if best else Sheet("", "", [])


def _write(book: xlsxwriter.Workbook, sheet: Sheet, header: int, remarks: list[Remark]) -> None:
    page = book.add_worksheet((sheet.name or "データ")[:31])
    wrong = book.add_format({"bg_color": "#FFDAD4", "font_color": "#8B0000", "border": 2, "border_color": "#C00000"})
    bold = book.add_format({"bold": True})
    by_row: dict[int, list[Remark]] = defaultdict(list)
    for remark in remarks:
        by_row[(remark.row or header + 1) - 1].append(remark)
    columns = {fold(cells.shown(cell)): place for place, cell in enumerate(_row(sheet, header))}
    last = max((len(row) for row in sheet.rows), default=0)
    for number in range(max(len(sheet.rows), max(by_row, default=-1) + 1)):
        marks = {columns[fold(r.column)]: r for r in by_row[number] if fold(r.column) in columns}
        for place, cell in enumerate(_row(sheet, number)):
            page.write_string(number, place, cells.shown(cell), wrong if place in marks else None)
        for place, remark in marks.items():
            if place >= len(_row(sheet, number)):
                page.write_blank(number, place, None, wrong)
            page.write_comment(number, place, remark.reason[:COMMENT_LIMIT])
        if by_row[number]:
            page.write_string(number, last, " / ".join(_told(remark) for remark in by_row[number]), bold)
    page.write_string(header, last, EXPLAINED, bold) if not by_row[header] else None
    page.freeze_panes(header + 1, 0)


def _row(sheet: Sheet, number: int) -> list[object]:
    return sheet.rows[number] if number < len(sheet.rows) else []


def _told(remark: Remark) -> str:
    return f"{remark.column}: {remark.reason}" if remark.column else remark.reason
