"""A curriculum as people read it: its items by the way they are done, with hours and what one may choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, prefetch_related_objects

from stages.models import Curriculum, CurriculumItem, ItemKind, StageEnrollment
from stages.rules import curriculum as rules
from training.models import Method

WAYS = (*Method.choices, (ItemKind.PRACTICE.value, "実践"), (ItemKind.EXAMINATION.value, "資格・検定"))
"""How things are done, in the order in which a curriculum lists them."""
ITEMS = Prefetch("items", CurriculumItem.objects.select_related("course"))


@dataclass(frozen=True)
class Group:
    """The items that are done in one way."""

    code: str
    word: str
    items: list[CurriculumItem]

    @property
    def hours(self) -> Decimal:
        return sum((item.hours for item in self.items), Decimal(0))


@dataclass(frozen=True)
class Sheet:
    """One version with everything that it asks for."""

    curriculum: Curriculum
    items: list[CurriculumItem]

    @property
    def groups(self) -> list[Group]:
        """By the way; ways that it does not use are left out."""
        found = [Group(code, word, [item for item in self.items if item.way == code]) for code, word in WAYS]
        return [group for group in found if group.items]

    @property
    def required(self) -> list[CurriculumItem]:
        return [item for item in self.items if item.is_required]

    @property
    def electives(self) -> list[CurriculumItem]:
        return [item for item in self.items if not item.is_required]

    @property
    def required_hours(self) -> Decimal:
        return sum((item.hours for item in self.required), Decimal(0))

    @property
    def elective_hours(self) -> Decimal:
        return sum((item.hours for item in self.electives), Decimal(0))

    @property
    def hours(self) -> Decimal:
        return self.required_hours + self.elective_hours

    @property
    def elective_rule(self) -> str:
        return rules.elective_rule(self.curriculum, len(self.electives))

    @property
    def skills(self) -> list[str]:
        return list(dict.fromkeys(item.skill for item in self.items if item.skill))


def of(curriculum: Curriculum) -> Sheet:
    """Read with its courses: one query."""
    prefetch_related_objects([curriculum], ITEMS)
    return Sheet(curriculum, rules.items_of(curriculum))


def judged_by(curricula: Iterable[Curriculum]) -> dict[int, int]:
    """How many people's years each of these versions judges: one query."""
    rows = StageEnrollment.objects.filter(curriculum__in=[row.pk for row in curricula]).order_by()
    return dict(rows.values_list("curriculum").annotate(people=Count("pk")))


def versions(curriculum: Curriculum, *, drafts: bool) -> list[Curriculum]:
    """All versions of its line, the newest first, with their items; without drafts for those who may not see them."""
    rows = Curriculum.objects.in_line_with(curriculum).select_related("stage", "track")
    return list((rows if drafts else rows.published()).prefetch_related(ITEMS))


def in_force_on(day: date, known: Iterable[Curriculum]) -> Curriculum | None:
    """The version with which somebody who starts on `day` is judged."""
    begun = [row for row in known if row.is_published and row.valid_from <= day]
    return max(begun, key=lambda row: row.version, default=None)
