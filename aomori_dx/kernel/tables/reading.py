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


@dataclass(frozen=True)
class Choices:
    """What the officer chose for one file; the defaults are what a file without choices gets.

    `encoding`: of a CSV file. `mapping`: key of a column → its header in the file. `missing_ends`: whether who is
    missing in a complete list has ended (else they are left alone). `blanks_clear`: whether an empty cell
    clears what is known (else it is left).
    """

    encoding: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    missing_ends: bool = True
    blanks_clear: bool = False


DEFAULT_CHOICES = Choices()


@dataclass
class Table:
    """What was read. `present` holds the keys of the columns that the file has, `headers` its header row."""

    form: str
    header_row: int
    present: frozenset[str]
    headers: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    choices: Choices = DEFAULT_CHOICES
    records: list[Record] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    read: int = 0


def read_table(content: bytes, columns: Sequence[Column], choices: Choices = DEFAULT_CHOICES) -> Table:
    """Read the first sheet that has the required columns.

    A file whose form is wrong gives a table with that one error, never an exception; its `headers` are then
    those of the row that looks most like a header, so that an officer can say which column is which.
    """
    known = _known_names(columns, choices)
    nearest: tuple[list[str], Table] | None = None
    try:
        for sheet in read_sheets(content, choices.encoding):
            header, missing = _find_header(sheet, columns, known)
            table = _empty_table(sheet, header, known, choices)
            if not missing:
                return _read_rows(sheet, table, columns, known)
            if nearest is None or len(missing) < len(nearest[0]):
                nearest = missing, table
    except UnreadableFile as refusal:
        return Table("", 0, frozenset(), choices=choices, errors=[Remark(None, "", "", str(refusal))])
    missing, table = nearest or ([], Table("", 0, frozenset(), choices=choices))
    reason = f"見出しの行に次の列が見つかりません: {'、'.join(missing)}。見出しの名前を確認してください。"
    table.errors.append(Remark(None, "", "", reason))
    return table


def _known_names(columns: Sequence[Column], choices: Choices) -> dict[str, Column]:
    """Folded header → column. A header that the officer chose for a column counts instead of its usual names."""
    chosen = {fold(header): column for column in columns if (header := choices.mapping.get(column.key))}
    usual = {fold(label): column for column in columns if column.key not in choices.mapping for label in column.labels}
    return {**usual, **chosen}


def _find_header(sheet: Sheet, columns: Sequence[Column], known: dict[str, Column]) -> tuple[int, list[str]]:
    """The index of the row with the most known names, and the required names it lacks.

    Where no row has any, the first row with several texts is taken for the header.
    """
    best, best_keys = -1, set()
    first_texts = 0
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        keys = {known[name].key for cell in row if (name := fold(cells.shown(cell))) in known}
        if len(keys) > len(best_keys):
            best, best_keys = index, keys
        if not first_texts and sum(isinstance(cell, str) and not cells.is_blank(cell) for cell in row) > 1:
            first_texts = index
    missing = [column.label for column in columns if column.required and column.key not in best_keys]
    return (best if best >= 0 else first_texts), missing


def _empty_table(sheet: Sheet, header: int, known: dict[str, Column], choices: Choices) -> Table:
    headers = [cells.shown(cell).strip() for cell in sheet.rows[header]] if sheet.rows else []
    names = {known[fold(name)].key: name for name in headers if fold(name) in known}
    return Table(sheet.form, header + 1, frozenset(names), headers, names, choices)


def _read_rows(sheet: Sheet, table: Table, columns: Sequence[Column], known: dict[str, Column]) -> Table:
    found = [known.get(fold(name)) for name in table.headers]
    twice = [column.label for column, times in Counter(filter(None, found)).items() if times > 1]
    if twice:
        reason = "同じ見出しの列が2つ以上あります。1つにしてください。"
        table.errors.append(Remark(table.header_row, "、".join(twice), "", reason))
        return table
    places = [(place, column) for place, column in enumerate(found) if column]
    absent = {column.key: column.empty for column in columns if column.key not in table.present}
    for number, row in enumerate(sheet.rows[table.header_row :], table.header_row + 1):
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
