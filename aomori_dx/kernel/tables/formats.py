"""Two formats in which the admin hands over and takes back tables: Excel, and CSV that a Japanese Excel opens."""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass

import tablib
import xlsxwriter
from import_export.formats.base_formats import Format

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.source import Sheet, UnreadableFile, read_sheets
from aomori_dx.kernel.text import fold

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2_000
"""A correction is checked row by row while somebody waits. Whole rosters have an import of their own."""
HEADER_WITHIN = 30

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER_OR_PHONE = re.compile(r"[+-][0-9][0-9,.()\- ]*")


def harmless(text: str) -> str:
    """A text that a spreadsheet will not run as a formula. Negative numbers and phone numbers stay as they are."""
    if text.startswith(_TRIGGERS) and not _NUMBER_OR_PHONE.fullmatch(text):
        return f"'{text}"
    return text


def as_written(text: str) -> str:
    """`harmless` taken back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_TRIGGERS) else text


class JapaneseXLSX(Format):
    """Texts are cells of text: nothing in them is run, linked or made a number of."""

    def get_title(self):
        return "Excel(xlsx)"

    def get_extension(self):
        return "xlsx"

    def get_content_type(self):
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export_data(self, dataset, **kwargs):
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True, "constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate([dataset.headers, *dataset]):
            for place, cell in enumerate(row):
                if isinstance(cell, int) and not isinstance(cell, bool):
                    sheet.write_number(number, place, cell)
                else:
                    sheet.write_string(number, place, cells.shown(cell))
        book.close()
        return target.getvalue()


class JapaneseCSV(Format):
    """UTF-8 with a mark at the front, by which Excel knows it."""

    def get_title(self):
        return "CSV(UTF-8)"

    def get_extension(self):
        return "csv"

    def get_content_type(self):
        return "text/csv; charset=utf-8"

    def export_data(self, dataset, **kwargs):
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(dataset.headers)
        writer.writerows([harmless(cells.shown(cell)) for cell in row] for row in dataset)
        return target.getvalue().encode("utf-8-sig")


FORMATS: list[type[Format]] = [JapaneseXLSX, JapaneseCSV]


@dataclass(frozen=True)
class Uploaded:
    """A table as it came: the dataset, and the row of the file that each of its rows was."""

    dataset: tablib.Dataset
    rows: list[int]


def read(content: bytes, *, known: Collection[str], required: Collection[str]) -> Uploaded:
    """The table of the first sheet with the required columns, its columns named as in `known`.

    Raises UnreadableFile with a Japanese sentence: not a table, too large, a column that is missing or unknown.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"ファイルが大きすぎます({MAX_BYTES // 1024 // 1024} MBまで)。")
    by_key = {fold(name): name for name in known}
    for sheet in read_sheets(content):
        for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            names = [by_key.get(fold(cells.shown(cell)), cells.shown(cell).strip()) for cell in row]
            if set(required) <= set(names):
                return _table(sheet, index, names, known)
    raise UnreadableFile(f"見出しの行に次の列が見つかりません: {'、'.join(required)}。")


def _table(sheet: Sheet, header: int, names: list[str], known: Collection[str]) -> Uploaded:
    places = [place for place, name in enumerate(names) if name]
    kept = [names[place] for place in places]
    if strange := [name for name in kept if name not in known]:
        raise UnreadableFile(f"取り込めない列があります: {'、'.join(strange)}。列を消すか、見出しを直してください。")
    if twice := sorted({name for name in kept if kept.count(name) > 1}):
        raise UnreadableFile(f"同じ見出しの列が2つ以上あります: {'、'.join(twice)}。")
    filled = [
        (number, row)
        for number, row in enumerate(sheet.rows[header + 1 :], header + 2)
        if not all(cells.is_blank(cell) for cell in row)
    ]
    if not filled:
        raise UnreadableFile("見出しの下にデータの行がありません。")
    if len(filled) > MAX_ROWS:
        raise UnreadableFile(f"行が多すぎます({len(filled):,}行)。{MAX_ROWS:,}行までに分けてください。")
    dataset = tablib.Dataset(headers=kept)
    for _, row in filled:
        dataset.append([_cell(row[place]) if place < len(row) else None for place in places])
    return Uploaded(dataset, [number for number, _ in filled])


def _cell(value: object) -> object:
    return as_written(value) if isinstance(value, str) else value
