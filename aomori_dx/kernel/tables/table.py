"""What is read from a file: columns, rows, remarks, and what the officer chose about the reading."""

from dataclasses import dataclass, field
from typing import Any

from aomori_dx.kernel.tables import cells


@dataclass(frozen=True)
class Column:
    """A column as the file may have it. `labels`: its names, the usual one first.

    `required`: the file must have it. `filled`: each cell must have a value. A cell that may be empty
    gives `empty`. `one_of`: words for a group of columns of which the file must have one at least.
    """

    key: str
    labels: tuple[str, ...]
    parse: cells.Parser = cells.text
    required: bool = True
    filled: bool = True
    empty: Any = ""
    one_of: str = ""

    @property
    def label(self) -> str:
        return self.labels[0]


SHOWN = 100
"""So much of a cell is quoted."""


@dataclass(frozen=True)
class Remark:
    """What is wrong, or worth knowing, about a cell. `row` is the row of the file, from 1; None: the whole file."""

    row: int | None
    column: str
    value: str
    reason: str

    def __post_init__(self) -> None:
        if len(self.value) > SHOWN:
            object.__setattr__(self, "value", f"{self.value[:SHOWN]}…")

    def __str__(self) -> str:
        place = f"{self.row}行目 " if self.row else ""
        found = f"「{self.value}」: " if self.value else ""
        column = f"{self.column} " if self.column else ""
        return f"{place}{column}{found}{self.reason}"


WRONG = object()
"""Stands where a cell has no value because it is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file. A row with a wrong cell lacks the value of that cell.

    `found` is in the order of `keys` (key of a column → its index), which all rows of a table share; so are `places`
    (key of a column → where it stands in `cells`). A file may have hundreds of thousands of rows.
    """

    row: int
    found: list[Any]
    keys: dict[str, int]
    cells: list[object] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """Every value by the key of its column."""
        return {key: self.found[index] for key, index in self.keys.items() if self.found[index] is not WRONG}

    def put(self, key: str, value: Any) -> None:
        """Let the row say something else in a column."""
        self.found[self.keys[key]] = value

    def __getitem__(self, key: str) -> Any:
        value = self.found[self.keys[key]]
        if value is WRONG:
            raise KeyError(key)
        return value

    def __contains__(self, key: str) -> bool:
        return key in self.keys and self.found[self.keys[key]] is not WRONG

    def get(self, key: str) -> Any:
        value = self.found[self.keys[key]] if key in self.keys else None
        return None if value is WRONG else value

    def written(self, key: str) -> str:
        """The cell as it stands in the file."""
        place = self.places.get(key, -1)
        return cells.shown(self.cells[place]).strip() if 0 <= place < len(self.cells) else ""


@dataclass(frozen=True)
class Choices:
    """What the officer chose for one file; the defaults are what a file without choices gets.

    `encoding`: of a CSV file. `mapping`: key of a column → its header in the file. `missing_ends`: whether who is
    missing in a complete list has ended (else they are left alone). `blanks_clear`: whether an empty cell
    clears what is known (else it is left). `extra`: the answers to what the kind itself asks (`report.Question`).
    """

    encoding: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    missing_ends: bool = True
    blanks_clear: bool = False
    extra: dict[str, str] = field(default_factory=dict)


DEFAULT_CHOICES = Choices()


@dataclass
class Table:
    """What was read. `present` holds the keys of the columns that the file has, `headers` its header row.

    `records` are the rows without a wrong cell, `wrong` the others. `sample`: the first rows as they stand.
    """

    form: str
    header_row: int
    present: frozenset[str]
    headers: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    choices: Choices = DEFAULT_CHOICES
    records: list[Record] = field(default_factory=list)
    wrong: list[Record] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    read: int = 0
    sample: list[list[str]] = field(default_factory=list)

    def numbers_in_doubt(self, key: str) -> frozenset[str] | None:
        """What `key` is in the rows with a wrong cell; None where one of them does not even tell that.

        Whoever looks for what is missing in a file leaves these alone: the row is there, only not readable.
        """
        found = [record.get(key) for record in self.wrong]
        return None if None in found else frozenset(found)
