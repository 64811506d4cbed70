"""From rows of cells to checked records: the header found by its names, every wrong cell listed."""

from collections.abc import Sequence
from typing import Any

from aomori_dx.kernel import progress
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.sheet import KNOWN_TEXTS
from aomori_dx.kernel.tables.source import Sheet, UnreadableFile, read_sheets
from aomori_dx.kernel.tables.table import DEFAULT_CHOICES, WRONG, Choices, Column, Record, Remark, Table
from aomori_dx.kernel.text import fold

__all__ = ["DEFAULT_CHOICES", "Choices", "Column", "Record", "Remark", "Table", "read_table"]

Present = tuple[int, int, Column, dict[str, Any]]
"""Where a column stands in a record and in a row, what it is, and what its texts were read as."""
NOTED = 5_000
"""After so many rows it is said how far the reading is."""
SAMPLE, SAMPLE_COLUMNS, SAMPLE_TEXT = 10, 20, 40
"""So much of a file is shown as it stands: rows, columns, characters of a cell."""
HEADER_WITHIN = 30
"""The header is looked for in so many rows from the top."""


def read_table(content: bytes, columns: Sequence[Column], choices: Choices = DEFAULT_CHOICES) -> Table:
    """Read the sheet that has the required columns.

    A file whose form is wrong gives a table with that one error, never an exception; its `headers` are then
    those of the row that looks most like a header, so that an officer can say which column is which.
    """
    known = _known_names(columns, choices)
    nearest: tuple[list[str], Table] | None = None
    tables: dict[str, Table] = {}
    try:
        for sheet in read_sheets(content, choices.encoding):
            header, missing = _find_header(sheet, columns, known)
            table = _empty_table(sheet, header, known, choices)
            if not missing:
                tables[sheet.name] = _read_rows(sheet, table, columns, known)
                if sheet.form != "xlsx":
                    break  # the other delimiters would read the same file
            elif nearest is None or len(missing) < len(nearest[0]):
                nearest = missing, table
    except UnreadableFile as refusal:
        return Table("", 0, frozenset(), choices=choices, errors=[Remark(None, "", "", str(refusal))])
    if tables:
        return _the_one(tables)
    missing, table = nearest or ([], Table("", 0, frozenset(), choices=choices))
    reason = f"見出しの行に次の列が見つかりません: {'、'.join(missing)}。見出しの名前を確認してください。"
    table.errors.append(Remark(None, "", "", reason))
    return table


def _the_one(tables: dict[str, Table]) -> Table:
    """The table with rows. Of two such sheets neither is left out in silence."""
    filled = {name: table for name, table in tables.items() if table.read}
    first = next(iter((filled or tables).values()))
    if len(filled) > 1:
        names = "、".join(f"「{name}」" for name in filled)
        reason = (
            f"取り込める表が複数のシート({names})にあります。1つのシートにまとめるか、ほかのシートを削除してください。"
        )
        return Table(first.form, 0, frozenset(), choices=first.choices, errors=[Remark(None, "", "", reason)])
    return first


def _known_names(columns: Sequence[Column], choices: Choices) -> dict[str, Column]:
    """Folded header → column. A header that the officer chose for a column counts instead of its usual names."""
    chosen = {fold(header): column for column in columns if (header := choices.mapping.get(column.key))}
    usual = {fold(label): column for column in columns if column.key not in choices.mapping for label in column.labels}
    return {**usual, **chosen}


def _find_header(sheet: Sheet, columns: Sequence[Column], known: dict[str, Column]) -> tuple[int, list[str]]:
    """The index of the row with the most known names, and the required names it lacks.

    Where no row has any, the first row with several texts is taken for the header.
    """
    best, best_keys = -1, set[str]()
    first_texts: int | None = None
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        keys = {known[name].key for cell in row if (name := fold(cells.shown(cell))) in known}
        if len(keys) > len(best_keys):
            best, best_keys = index, keys
        if first_texts is None and sum(isinstance(cell, str) and not cells.is_blank(cell) for cell in row) > 1:
            first_texts = index
    missing = [column.label for column in columns if column.required and column.key not in best_keys]
    given = {column.one_of for column in columns if column.key in best_keys}
    missing += dict.fromkeys(column.one_of for column in columns if column.one_of and column.one_of not in given)
    return (best if best >= 0 else first_texts or 0), missing


def _empty_table(sheet: Sheet, header: int, known: dict[str, Column], choices: Choices) -> Table:
    headers = [cells.shown(cell).strip() for cell in sheet.rows[header]] if sheet.rows else []
    table = Table(sheet.form, header + 1, frozenset(), headers, choices=choices)
    places = _places(headers, known)
    table.names = {key: headers[found[0]] for key, found in places.items()}
    table.present = frozenset(places)
    shown = sheet.rows[header + 1 : header + 1 + SAMPLE]
    table.sample = [[cells.shown(cell).strip()[:SAMPLE_TEXT] for cell in row[:SAMPLE_COLUMNS]] for row in shown]
    return table


def _places(headers: list[str], known: dict[str, Column]) -> dict[str, list[int]]:
    """Key of a column → where it stands. Of several names for the same the most usual counts: 補職名 before 職名."""
    ranks: dict[str, dict[int, list[int]]] = {}
    for place, header in enumerate(headers):
        name = fold(header)
        if column := known.get(name):
            labels = [fold(label) for label in column.labels]
            rank = labels.index(name) if name in labels else -1
            ranks.setdefault(column.key, {}).setdefault(rank, []).append(place)
    return {key: found[min(found)] for key, found in ranks.items()}


def _read_rows(sheet: Sheet, table: Table, columns: Sequence[Column], known: dict[str, Column]) -> Table:
    places = _places(table.headers, known)
    if twice := [table.names[key] for key, found in places.items() if len(found) > 1]:
        reason = "同じ見出しの列が2つ以上あります。1つにしてください。"
        table.errors.append(Remark(table.header_row, "、".join(twice), "", reason))
        return table
    standing = {key: found[0] for key, found in places.items()}
    keys = {column.key: index for index, column in enumerate(columns)}
    present: list[Present] = [
        (keys[column.key], standing[column.key], column, {}) for column in columns if column.key in standing
    ]
    blank = [WRONG if column.key in standing else column.empty for column in columns]
    for number, row in enumerate(sheet.rows[table.header_row :], table.header_row + 1):
        if _is_empty(row, standing) or _is_header_again(row, standing, table.headers):
            continue
        table.read += 1
        if not table.read % NOTED:
            progress.note(table.read, len(sheet.rows) - table.header_row, "ファイルを読んでいます。")
        record = Record(number, blank.copy(), keys, row, standing)
        rows = table.records if _read_cells(record, present, table) else table.wrong
        rows.append(record)
    if not table.read:
        table.errors.append(Remark(None, "", "", "見出しの下にデータの行がありません。"))
    return table


def _is_empty(row: list[object], standing: dict[str, int]) -> bool:
    """Nothing in any column that is read: a blank row, or one with only its number in it."""
    return all(place >= len(row) or cells.is_blank(row[place]) for place in standing.values())


def _is_header_again(row: list[object], standing: dict[str, int], headers: list[str]) -> bool:
    """The header, repeated at the top of a printed page."""
    first = next(iter(standing.values()))
    if first >= len(row) or fold(cells.shown(row[first])) != fold(headers[first]):
        return False
    return all(
        place < len(row) and fold(cells.shown(row[place])) == fold(headers[place]) for place in standing.values()
    )


def _read_cells(record: Record, present: list[Present], table: Table) -> bool:
    """Fill the record; False where a cell is wrong. What is to be said of the cells goes into the table.

    The same text in the same column is read once: codes, titles and dates come again and again.
    """
    right = True
    row = record.cells
    for index, place, column, known in present:
        cell = row[place] if place < len(row) else None
        if type(cell) is str and cell in known:
            record.found[index] = known[cell]
            continue
        try:
            value = _value(cell, column)
        except ValueError as error:
            right = False
            table.errors.append(Remark(record.row, column.label, cells.shown(cell).strip(), str(error)))
            continue
        if isinstance(value, cells.Doubtful):
            table.warnings.append(Remark(record.row, column.label, cells.shown(cell).strip(), value.remark))
            value = value.value
        elif type(cell) is str and len(known) < KNOWN_TEXTS:
            known[cell] = value
        record.found[index] = value
    return right


def _value(cell: object, column: Column) -> Any:
    """Raises ValueError with a Japanese reason."""
    if cells.is_blank(cell):
        if column.filled:
            raise ValueError("値がありません。")
        return column.empty
    if reason := cells.broken(cell):
        raise ValueError(reason)
    return column.parse(cell)
