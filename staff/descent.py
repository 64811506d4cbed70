"""How a department came to be what it is, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from aomori_dx.kernel.wareki import short_date
from staff import permissions as may
from staff.models import Department, Succession, SuccessionKind, User

FROM = {
    SuccessionKind.RENAMED: "から改称",
    SuccessionKind.MOVED: "から移管",
    SuccessionKind.RENAMED_MOVED: "から改称・移管",
    SuccessionKind.SPLIT: "から分割",
    SuccessionKind.MERGED: "を統合",
}
INTO = {
    SuccessionKind.RENAMED: "へ改称",
    SuccessionKind.MOVED: "へ移管",
    SuccessionKind.RENAMED_MOVED: "へ改称・移管",
    SuccessionKind.SPLIT: "へ分割",
    SuccessionKind.MERGED: "へ統合",
}


@dataclass(frozen=True)
class Step:
    """One succession. `other` is the department it leads to, `day` one on which it was there, `of` whose step it is."""

    on: date
    other: Department
    day: date
    words: str
    of: Department

    @property
    def full_name(self) -> str:
        return _full_name(self.other)


@dataclass(frozen=True)
class Descent:
    """`origins` (newest first) and `successors` (oldest first) of a department, and all rows it came from."""

    origins: list[Step]
    successors: list[Step]
    ancestors: list[Department]


def of(department: Department, *, user: User, on: date) -> Descent:
    """Both ways, as far as it goes. What lies beyond the horizon of `user` is not told."""
    horizon = may.horizon(user, on)
    first = _successions(Q(successor=department) | Q(predecessor=department), horizon)
    origins = list(_back([row for row in first if row.successor_id == department.pk], horizon))
    successors = list(_on([row for row in first if row.predecessor_id == department.pk], horizon))
    ancestors = list({step.other.pk: step.other for step in origins}.values())
    return Descent(origins, successors, ancestors)


def _successions(which: Q, horizon: date | None) -> list[Succession]:
    rows = Succession.objects.filter(which).select_related("predecessor__parent", "successor__parent")
    if horizon is not None:
        rows = rows.filter(on__lte=horizon)
    return list(rows.order_by("on", "rank", "pk"))


def _back(rows: list[Succession], horizon: date | None) -> Iterator[Step]:
    """Generation by generation, one query each."""
    seen: set[int] = set()
    while rows:
        for row in reversed(rows):
            last_day = row.on - timedelta(days=1)
            yield Step(row.on, row.predecessor, last_day, FROM[SuccessionKind(row.kind)], row.successor)
        older = {row.predecessor_id for row in rows} - seen
        seen |= older
        rows = _successions(Q(successor__in=older), horizon)


def _on(rows: list[Succession], horizon: date | None) -> Iterator[Step]:
    seen: set[int] = set()
    while rows:
        for row in rows:
            yield Step(row.on, row.successor, row.on, INTO[SuccessionKind(row.kind)], row.predecessor)
        younger = {row.successor_id for row in rows} - seen
        seen |= younger
        rows = _successions(Q(predecessor__in=younger), horizon)


def period_of(row: Department, *, user: User, on: date) -> str:
    """From when until when a department was there, in words, as far as `user` may know."""
    horizon = may.horizon(user, on)
    ended = row.valid_to is not None and (horizon is None or row.valid_to <= horizon)
    last = f"{short_date(row.valid_to - timedelta(days=1))}まで" if ended and row.valid_to else ""
    return f"{short_date(row.valid_from)}から{last}"


def _full_name(row: Department) -> str:
    """With the bureau in front, where the name does not begin with it anyway."""
    return row.name if row.parent is None or row.name.startswith(row.parent.name) else f"{row.parent.name} {row.name}"
