"""What an import did or would do: counts, changes, errors."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aomori_dx.kernel.tables.reading import Remark

Fields = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One record's outcome: `created`, `changed`, `ended` or `unchanged`; `fields`: label → (old, new)."""

    outcome: str
    key: str
    label: str
    fields: Fields = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True)
class Question:
    """What only the officer knows of a file. The answer comes back as `Choices.extra[key]`.

    `choices`: (value, word) to choose from; without any, the answer is typed. `initial`: what holds without an answer.
    """

    key: str
    label: str
    choices: list[tuple[str, str]] = field(default_factory=list)
    initial: str = ""
    help: str = ""


@dataclass
class Report:
    """The outcome of reading one file. With an error nothing of the file is written."""

    kind: str
    read: int = 0
    changes: list[Change] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    form: str = ""
    questions: list[Question] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(change.outcome == outcome for change in self.changes)

    def same(self, row: int, key: str, label: str) -> None:
        """A record that the file leaves as it is."""
        self.changes.append(Change("unchanged", key, label, row=row))

    def digest(self) -> str:
        """The same for the same changes: what is applied must be what was shown."""
        sums = hashlib.sha256()
        for change in self.changes:
            sums.update(f"{change.outcome}|{change.key}|{change.fields}\n".encode())
        return sums.hexdigest()

    def error(self, row: int | None, column: str, value: object, reason: str) -> None:
        self.errors.append(Remark(row, column, str(value), reason))

    def warn(self, row: int | None, column: str, value: object, reason: str) -> None:
        self.warnings.append(Remark(row, column, str(value), reason))

    def changed_fields(self) -> dict[str, int]:
        """How many records change in which field."""
        changed = (label for change in self.changes if change.outcome == "changed" for label in change.fields)
        return dict(Counter(changed))

    def in_file_order(self) -> None:
        self.errors.sort(key=lambda remark: remark.row or 0)
        self.warnings.sort(key=lambda remark: remark.row or 0)
        self.changes.sort(key=lambda change: (change.row is None, change.row or 0))

    def as_json(self) -> dict[str, Any]:
        """For programs: plain numbers and lists."""
        return {
            "kind": self.kind,
            "form": self.form,
            "read": self.read,
            "created": self.count("created"),
            "changed": self.count("changed"),
            "ended": self.count("ended"),
            "unchanged": self.count("unchanged"),
            "errors": len(self.errors),
            "error_rows": len({remark.row for remark in self.errors if remark.row}),
            "warnings": len(self.warnings),
            **self.totals,
            "changed_fields": self.changed_fields(),
            "error_list": [vars(remark) for remark in self.errors],
            "warning_list": [vars(remark) for remark in self.warnings],
        }
