"""What one version asks for that another does not, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from aomori_dx.kernel.wareki import format_date
from stages.models import Curriculum, CurriculumItem
from stages.rules import curriculum as rules

COMES, GOES, CHANGES = "comes", "goes", "changes"
WORDS = {COMES: "追加", GOES: "削除", CHANGES: "変更"}
COMPARED = (
    ("title", "項目名"),
    ("is_required", "必修・選択"),
    ("hours", "時間数"),
    ("due_on", "期限"),
    ("skill", "スキル標準"),
)
HEADER = (
    ("deadline", "修了の期限"),
    ("electives", "選択項目の数"),
    ("elective_hours", "選択項目の時間数"),
)


@dataclass(frozen=True)
class Difference:
    """`what` (comes, goes, changes) of an item or of the whole, from one word to another."""

    what: str
    title: str
    label: str = ""
    before: str = ""
    after: str = ""

    @property
    def word(self) -> str:
        return WORDS[self.what]


def between(old: Curriculum, new: Curriculum) -> list[Difference]:
    """From `old` to `new`: what is asked of the whole, then item by item in the order of `new`, then what goes."""
    before, after = (_by_key(rules.items_of(version)) for version in (old, new))
    lines = [
        Difference(CHANGES, "全体", label, _word(name, getattr(old, name)), _word(name, getattr(new, name)))
        for name, label in HEADER
        if getattr(old, name) != getattr(new, name)
    ]
    for key, item in after.items():
        if key not in before:
            lines.append(Difference(COMES, item.title, after=in_words(item)))
        else:
            lines += _changes(before[key], item)
    lines += [Difference(GOES, item.title, before=in_words(item)) for key, item in before.items() if key not in after]
    return lines


def in_words(item: CurriculumItem) -> str:
    """集合研修、必修、6時間"""
    hours = f"、{rules.plain(item.hours)}時間" if item.hours else ""
    return f"{item.way_word}、{_word('is_required', item.is_required)}{hours}"


def _changes(before: CurriculumItem, after: CurriculumItem) -> list[Difference]:
    return [
        Difference(CHANGES, after.title, label, _word(name, getattr(before, name)), _word(name, getattr(after, name)))
        for name, label in COMPARED
        if getattr(before, name) != getattr(after, name)
    ]


def _by_key(items: Iterable[CurriculumItem]) -> dict[str, CurriculumItem]:
    return {item.key: item for item in items}


def _word(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "必修" if value else "選択"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return f"{rules.plain(value)}時間"
    return "なし" if value in (None, "") else str(value)
