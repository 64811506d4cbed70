"""What an officer wants to do to the organisation by hand, not written yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from staff.models import Department, SuccessionKind


class ActKind(models.TextChoices):
    RENAME = "rename", "改称"
    MOVE = "move", "移管"
    SPLIT = "split", "分割"
    MERGE = "merge", "統合"
    ABOLISH = "abolish", "廃止"
    OPEN = "open", "新設"


UNDECIDED = "undecided"
"""The place of somebody who is to have none yet: 所属未定. For a 兼務: it ends."""
BY_CHOICE = frozenset({ActKind.SPLIT, ActKind.ABOLISH})
"""Acts in which somebody says of each person where he or she goes; in the others everybody goes along."""
OF_A_BUREAU = frozenset({ActKind.RENAME, ActKind.ABOLISH})
"""What can be done to a 部局."""


@dataclass(frozen=True)
class Target:
    """A department that is there afterwards: one that is there now (`existing`), or a new one.

    `key` names it among the targets of a draft. A 部局 has neither code nor bureau.
    """

    key: str
    existing: Department | None = None
    name: str = ""
    code: str = ""
    short_name: str = ""
    kind: str = ""
    bureau: Department | None = None
    nominates: bool = True

    @property
    def label(self) -> str:
        return self.existing.name if self.existing else self.name

    def new_row(self, *, like: Department | None) -> Department:
        """The department to be opened. It stands where `like` stood in the official order."""
        return Department(
            name=self.name,
            code=self.code,
            short_name=self.short_name,
            kind=self.kind,
            parent=self.bureau,
            nominates=self.nominates,
            sort_order=like.sort_order if like else 0,
        )


@dataclass(frozen=True)
class Draft:
    """One act. `departments` end by it, the first of them is the one it was begun from; none for 新設.

    `places`: where each posting goes (its id → the key of a target, or UNDECIDED). `heads`: who is head where two
    heads come together (key of a target → id of the posting).
    """

    act: ActKind
    on: date
    reason: str
    departments: tuple[Department, ...] = ()
    targets: tuple[Target, ...] = ()
    places: Mapping[int, str] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)

    @property
    def department(self) -> Department | None:
        return self.departments[0] if self.departments else None

    @property
    def named(self) -> list[Department]:
        """Every department on record that it speaks of."""
        there = [row for target in self.targets for row in (target.existing, target.bureau) if row]
        return [*self.departments, *there]

    @property
    def renamed_bureau(self) -> Department | None:
        """The 部局 that gets another name, if it is one: what is below it goes along."""
        return self.department if self.act == ActKind.RENAME and self.department and self.department.is_bureau else None

    @property
    def title(self) -> str:
        """東青県税事務所の改称"""
        names = [row.name for row in self.departments] or [target.label for target in self.targets]
        return f"{'・'.join(names)}の{self.act.label}"

    @property
    def succession(self) -> str | None:
        """How the old departments go on in the new ones; None: they do not."""
        if self.act == ActKind.RENAME:
            return SuccessionKind.RENAMED
        if self.act == ActKind.MOVE:
            old, new = self.departments[0], self.targets[0]
            return SuccessionKind.MOVED if old.name == new.name else SuccessionKind.RENAMED_MOVED
        return {ActKind.SPLIT: SuccessionKind.SPLIT, ActKind.MERGE: SuccessionKind.MERGED}.get(self.act)

    def place_of(self, posting_id: int) -> str | None:
        """The key of the target somebody goes to, UNDECIDED, or None where nobody has said it yet."""
        if self.act in BY_CHOICE:
            return self.places.get(posting_id)
        return self.targets[0].key

    def as_json(self) -> dict[str, Any]:
        """What was asked for, as it is kept and compared."""
        return {
            "act": str(self.act),
            "on": self.on.isoformat(),
            "reason": self.reason,
            "departments": [row.pk for row in self.departments],
            "targets": [
                [row.key, row.existing.pk if row.existing else None, row.name, row.code, row.short_name, row.kind,
                 row.bureau.pk if row.bureau else None, row.nominates]
                for row in self.targets
            ],
            "places": sorted(self.places.items()),
            "heads": sorted(self.heads.items()),
        }  # fmt: skip
