"""What a version would change for whom (R21): who may be moved to it, what comes, what goes, what is done already."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, prefetch_related_objects

from stages.curriculum_sheet import ITEMS
from stages.models import Curriculum, CurriculumItem, StageEnrollment, StageStatus
from stages.rules import curriculum as rules
from stages.services import curriculum_facts

MOVABLE = (StageStatus.IN_PROGRESS, StageStatus.SUSPENDED)
GAINS, LOSES, MET, OPEN = "gains", "loses", "met", "open"
VERDICTS = {
    LOSES: "要件を満たさなくなる",
    GAINS: "要件を満たすようになる",
    MET: "要件を満たしたまま",
    OPEN: "まだ満たしていない",
}
"""What the move means for the completion, worst first."""


@dataclass(frozen=True)
class Spec:
    """What a version asks for, ready to be measured: its items by key, the elective rule."""

    curriculum: Curriculum
    items: dict[str, CurriculumItem]

    def is_met_by(self, settled: Collection[str]) -> bool:
        """Rule 7: every required item, and the elective rule. A version that asks for nothing is never met."""
        done = [item for key, item in self.items.items() if not item.is_required and key in settled]
        hours = sum((item.hours for item in done), Decimal(0))
        return (
            rules.asked(self.curriculum)
            and all(key in settled for key, item in self.items.items() if item.is_required)
            and len(done) >= self.curriculum.electives
            and hours >= self.curriculum.elective_hours
        )


@dataclass(frozen=True)
class Line:
    """One person's year, under the version she has and under the new one."""

    enrollment: Any
    old: Spec
    new: Spec
    settled: frozenset[str]

    @cached_property
    def comes(self) -> list[CurriculumItem]:
        """Asked for by the new version alone."""
        return [item for key, item in self.new.items.items() if key not in self.old.items]

    @cached_property
    def comes_done(self) -> list[CurriculumItem]:
        """Of what comes, what she has done already."""
        return [item for item in self.comes if item.key in self.settled]

    @cached_property
    def comes_open(self) -> list[CurriculumItem]:
        return [item for item in self.comes if item.key not in self.settled]

    @cached_property
    def goes(self) -> list[CurriculumItem]:
        """Asked for no more."""
        return [item for key, item in self.old.items.items() if key not in self.new.items]

    @cached_property
    def goes_done(self) -> list[CurriculumItem]:
        """Of what goes, what she has done: it counts no more."""
        return [item for item in self.goes if item.key in self.settled]

    @cached_property
    def hardens(self) -> list[CurriculumItem]:
        """Elective so far, required by the new version."""
        return [item for item in self._in_both if item.is_required and not self.old.items[item.key].is_required]

    @cached_property
    def softens(self) -> list[CurriculumItem]:
        """Required so far, elective in the new version."""
        return [item for item in self._in_both if not item.is_required and self.old.items[item.key].is_required]

    @property
    def _in_both(self) -> list[CurriculumItem]:
        return [item for key, item in self.new.items.items() if key in self.old.items]

    @property
    def done_before(self) -> int:
        return sum(key in self.settled for key in self.old.items)

    @property
    def done_after(self) -> int:
        return sum(key in self.settled for key in self.new.items)

    @cached_property
    def verdict(self) -> str:
        before, after = self.old.is_met_by(self.settled), self.new.is_met_by(self.settled)
        if before == after:
            return MET if before else OPEN
        return GAINS if after else LOSES

    @property
    def verdict_word(self) -> str:
        return VERDICTS[self.verdict]


def candidates(curriculum: Curriculum) -> Any:
    """The years that could be moved to this version: in the stage and year, not ended, judged by another version of
    the same line or, for a track's own curriculum, people of the track who have that of every track."""
    rows = StageEnrollment.objects.filter(
        stage=curriculum.stage_id, fiscal_year=curriculum.fiscal_year, status__in=MOVABLE
    ).exclude(curriculum=curriculum.pk)
    if curriculum.track_id is None:
        return rows.filter(curriculum__isnull=False, curriculum__track__isnull=True)
    own = Q(curriculum__track=curriculum.track_id)
    return rows.filter(own | Q(curriculum__track__isnull=True, track=curriculum.track_id), curriculum__isnull=False)


def of(curriculum: Curriculum, rows: Any, *, on: date) -> list[Line]:
    """A line for each of these years (a queryset of `candidates`), by 職員番号: a fixed number of queries."""
    related = ("promoter__employee", "track", "curriculum__stage", "curriculum__track")
    found = list(rows.select_related(*related).order_by("promoter__employee__employee_number"))
    versions = {curriculum.pk: curriculum, **{row.curriculum_id: row.curriculum for row in found}}
    prefetch_related_objects(list(versions.values()), ITEMS)
    specs = {pk: _spec(version) for pk, version in versions.items()}
    courses = {item.course_id for spec in specs.values() for item in spec.items.values() if item.course_id}
    settled = curriculum_facts.settled(found, courses, on=on)
    new = specs[curriculum.pk]
    return [Line(row, specs[row.curriculum_id], new, frozenset(settled[row.pk])) for row in found]


def _spec(curriculum: Curriculum) -> Spec:
    return Spec(curriculum, {item.key: item for item in rules.items_of(curriculum)})


def tallies(lines: Iterable[Line]) -> list[tuple[str, str, int]]:
    """Verdict, its word and how many, the worst first; those that nobody has are left out."""
    counts: dict[str, int] = defaultdict(int)
    for line in lines:
        counts[line.verdict] += 1
    return [(code, word, counts[code]) for code, word in VERDICTS.items() if counts[code]]
