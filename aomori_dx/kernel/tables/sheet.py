"""What a file is read into, whatever its form, and the limits that keep memory and time bounded."""

from dataclasses import dataclass

from aomori_dx.kernel.errors import DomainError

MAX_BYTES = 60 * 1024 * 1024
MAX_ROWS = 500_000
MAX_CELLS = 20_000_000
KNOWN_TEXTS = 20_000
"""So many different texts are remembered while a file is read: names of departments and the like recur."""


class UnreadableFile(DomainError):
    """The file cannot be read at all. `str()` says what was found and what is expected."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, row by row from the top; `form` says how it was read (xlsx, cp932 …)."""

    name: str
    form: str
    rows: list[list[object]]
