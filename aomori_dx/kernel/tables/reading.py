"""From rows of cells to checked records: the header found by its names, every wrong cell listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.source import Sheet, UnreadableFile, read_sheets
from aomori_dx.kernel.text import fold

HEADER_WITHIN = 30
"""The header is looked for in so many rows from the top."""


@dataclass(frozen=True)
class Column:
    """A column as the file may have it. `labels`: its names, the usual one first.

    `required`: the file must have it. `filled`: each cell must have a value. A cell that may be empty
    gives `empty`.
    """

    key: str
    labels: tuple[str, ...]
    parse: cells.Parser = cells.text
    required: bool = True
    filled: bool = True
    empty: Any = ""

    @property
    def label(self) -> str:
        return self.labels[0]


@dataclass(frozen=True)
class Remark:
    """What is wrong, or worth knowing, about a cell. `row` is the row of the file, from 1; None: the whole file."""

    row: int | None
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.row}行目 " if self.row else ""
        found = f"「{self.value}」: " if self.value else ""
        column = f"{self.column} " if self.column else ""
        return f"{place}{column}{found}{self.reason}"


@dataclass(frozen=True)
class Record:
    """One row of the file: `values` by the key of the column."""

    row: int
    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


@dataclass
class Table:
    """What was read. `present` holds the keys of the columns that the file has."""

    form: str
    header_row: int
    present: frozenset[str]
    records: list[Record] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    read: int = 0


def read_table(content: bytes, columns: Sequence[Column]) -> Table:
    """Read the first sheet that has the required columns.

    A file whose form is wrong gives a table with that one error, never an exception.
    """
    nearest: list[str] | None = None
    form = ""
    try:
        for sheet in read_sheets(content):
            form = sheet.form
            header, missing = _find_header(sheet, columns)
            if header is not None and not missing:
                return _read_rows(sheet, header, columns)
            if nearest is None or len(missing) < len(nearest):
                nearest = missing
    except UnreadableFile as refusal:
        return Table(form, 0, frozenset(), errors=[Remark(None, "", "", str(refusal))])
    names = "、".join(nearest or [])
    reason = f"見出しの行に次の列が見つかりません: {names}。見出しの名前を確認してください。"
    return Table(form, 0, frozenset(), errors=[Remark(None, "", "", reason)])


def _find_header(sheet: Sheet, columns: Sequence[Column]) -> tuple[int | None, list[str]]:
    """The index of the row with the most known names, and the required names it lacks."""
    known = {fold(label): column.key for column in columns for label in column.labels}
    best, best_keys = None, set()
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        keys = {known[name] for cell in row if (name := fold(cells.shown(cell))) in known}
        if len(keys) > len(best_keys):
            best, best_keys = index, keys
    return best, [column.label for column in columns if column.required and column.key not in best_keys]


def _read_rows(sheet: Sheet, header: int, columns: Sequence[Column]) -> Table:
    known = {fold(label): column for column in columns for label in column.labels}
    names = [known.get(fold(cells.shown(cell))) for cell in sheet.rows[header]]
    twice = [column.label for column, times in Counter(filter(None, names)).items() if times > 1]
    table = Table(sheet.form, header + 1, frozenset(column.key for column in names if column))
    if twice:
        table.errors.append(
            Remark(header + 1, "、".join(twice), "", "同じ見出しの列が2つ以上あります。1つにしてください。")
        )
        return table
    places = [(place, column) for place, column in enumerate(names) if column]
    absent = {column.key: column.empty for column in columns if column.key not in table.present}
    for number, row in enumerate(sheet.rows[header + 1 :], header + 2):
        if all(cells.is_blank(cell) for cell in row):
            continue
        table.read += 1
        values = _read_cells(number, row, places, table)
        if values is not None:
            table.records.append(Record(number, {**absent, **values}))
    if not table.read:
        table.errors.append(Remark(None, "", "", "見出しの下にデータの行がありません。"))
    return table


def _read_cells(
    number: int, row: list[object], places: list[tuple[int, Column]], table: Table
) -> dict[str, Any] | None:
    """The values of one row; None where a cell is wrong. What is to be said of them goes into the table."""
    values: dict[str, Any] = {}
    wrong = False
    for place, column in places:
        cell = row[place] if place < len(row) else None
        values[column.key] = column.empty
        try:
            if not cells.is_blank(cell):
                values[column.key] = column.parse(cell)
            elif column.filled:
                raise ValueError("値がありません。")
        except ValueError as error:
            wrong = True
            table.errors.append(Remark(number, column.label, cells.shown(cell), str(error)))
        found = values[column.key]
        if isinstance(found, cells.Doubtful):
            values[column.key] = found.value
            table.warnings.append(Remark(number, column.label, cells.shown(cell), found.remark))
    return None if wrong else values
