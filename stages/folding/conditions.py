"""The conditions of 修了判定 (R63): the same progress, summed up by what kind of thing is asked for. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from stages.folding.facts import DENY
from stages.folding.progress import DENIED, IN_PROGRESS, SETTLED, Electives, ItemState, Progress

GREEN, AMBER, RED = "green", "amber", "red"
WORDS = {GREEN: "満たす", AMBER: "取組中", RED: "不足"}
LESSONS, MEETINGS, ELECTIVES, PRACTICE, EXAMINATION, WHOLE = (
    "lessons",
    "meetings",
    "electives",
    "practice",
    "examination",
    "whole",
)
LABELS = {
    LESSONS: "必修の研修",
    MEETINGS: "集合研修の出席",
    ELECTIVES: "選択",
    PRACTICE: "実践報告",
    EXAMINATION: "資格",
    WHOLE: "全体",
}
OVERALL = frozenset({WHOLE})
"""Sums up the others: shown in a column of its own."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that 修了 asks for: how it stands (`state`), how much of it is there, and what is missing, in words."""

    code: str
    state: str
    done: int
    asked: int
    missing: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return LABELS[self.code]

    @property
    def word(self) -> str:
        return WORDS[self.state]


def conditions(progress: Progress, *, attended: Collection[str]) -> tuple[Condition, ...]:
    """What 修了 asks for, in the order of `LABELS`; what a curriculum does not ask for is left out, the whole is last.

    `attended`: the keys of the items that are met by being there (集合研修).
    """
    kinds: dict[str, list[ItemState]] = {LESSONS: [], MEETINGS: [], PRACTICE: [], EXAMINATION: []}
    for row in progress.items:
        if row.item.required:
            kinds[_kind(row, attended)].append(row)
    found = {code: _of_items(code, rows) for code, rows in kinds.items() if rows}
    if progress.electives.is_asked:
        optional = [row for row in progress.items if not row.item.required]
        found[ELECTIVES] = _of_electives(progress.electives, optional)
    return (*(found[code] for code in LABELS if code in found), _whole(progress))


def _kind(row: ItemState, attended: Collection[str]) -> str:
    if row.item.kind == "course":
        return MEETINGS if row.item.key in attended else LESSONS
    return PRACTICE if row.item.kind == "practice" else EXAMINATION


def _of_items(code: str, rows: Sequence[ItemState]) -> Condition:
    left = [row for row in rows if row.state not in SETTLED]
    near = AMBER if all(row.state == IN_PROGRESS for row in left) else RED
    state = near if left else GREEN
    return Condition(code, state, len(rows) - len(left), len(rows), tuple(_words(row) for row in left))


def _of_electives(electives: Electives, rows: Iterable[ItemState]) -> Condition:
    if electives.is_met:
        return Condition(ELECTIVES, GREEN, electives.done, electives.asked)
    begun = electives.done > 0 or any(row.state == IN_PROGRESS for row in rows)
    missing = []
    if (number := electives.asked - electives.done) > 0:
        missing.append(f"あと{number}つ")
    if (hours := electives.hours_asked - electives.hours_done) > 0:
        missing.append(f"あと{hours.normalize():f}時間")
    return Condition(ELECTIVES, AMBER if begun else RED, electives.done, electives.asked, tuple(missing))


def _words(row: ItemState) -> str:
    """The missing condition by its name, and why where that is not plain."""
    why = "" if row.state == "open" else f"({row.word})"
    return f"「{row.item.title}」{why}"


def _whole(progress: Progress) -> Condition:
    """Met, or what stands against it: an empty curriculum is never met by itself."""
    numbers = progress.done, progress.asked
    if progress.is_met:
        return Condition(WHOLE, GREEN, *numbers)
    ruling = progress.ruling
    if ruling is not None and ruling.kind == DENY:
        return Condition(WHOLE, RED, *numbers, ("ステージの修了が不認定になっています",))
    if not progress.asked:
        return Condition(WHOLE, RED, *numbers, ("カリキュラムの項目がありません",))
    left = [row for row in progress.items if row.item.required and row.state not in SETTLED]
    near = bool(left or not progress.electives.is_met) and all(row.state == IN_PROGRESS for row in left)
    denied = any(row.state == DENIED for row in left)
    return Condition(WHOLE, AMBER if near and not denied else RED, *numbers)
