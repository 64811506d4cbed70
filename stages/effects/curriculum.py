"""By which curriculum a promoter is judged: given where the year in a stage starts, and kept (rule 8).

A track's own curriculum counts where there is one, else that of every track: so the career plan matters from the
stage on in which the office has written some (R25).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import CareerTrack, Curriculum, CurriculumState, GrowthStage, StageEnrollment

Key = tuple[int, FiscalYear, int | None]
"""Stage, fiscal year and track; None for that of every track."""


def current(stage: GrowthStage, track: CareerTrack | None, fiscal_year: FiscalYear, *, on: date) -> Curriculum | None:
    """The published version in force on `on`: the newest of the track's own, else of that of every track.

    One query. None where none is published, or none is in force yet.
    """
    versions = _published([fiscal_year], stage=stage)
    return _in_force(versions, stage.pk, fiscal_year, track.pk if track else None, started=on, on=on)


def assign(enrollments: Iterable[StageEnrollment], *, on: date) -> list[StageEnrollment]:
    """Give each of these years that has no curriculum its own; returns those that got one.

    It is the version in force on the day on which the year was started; where there was none yet, the first one that
    came into force until `on`. Set-based: one query and, for rows that are stored, one UPDATE a curriculum; a row that
    is not stored yet is only filled in, for the insert that follows. Nobody who has a curriculum is moved.
    """
    without = [row for row in enrollments if row.curriculum_id is None]
    versions = _published({row.fiscal_year for row in without}) if without else {}
    given, stored = [], defaultdict(list)
    for row in without:
        day = max(on, row.started_on)
        found = _in_force(versions, row.stage_id, row.fiscal_year, row.track_id, started=row.started_on, on=day)
        if found is None:
            continue
        row.curriculum = found
        given.append(row)
        if row.pk is not None:
            stored[found.pk].append(row.pk)
    for curriculum, pks in stored.items():
        StageEnrollment.objects.filter(pk__in=pks, curriculum=None).update(curriculum=curriculum)
    return given


def _published(years: Iterable[FiscalYear], *, stage: GrowthStage | None = None) -> dict[Key, Sequence[Curriculum]]:
    """The published versions of these years, the first one first."""
    rows = Curriculum.objects.filter(fiscal_year__in=list(years), state=CurriculumState.PUBLISHED)
    if stage is not None:
        rows = rows.filter(stage=stage)
    found: dict[Key, list[Curriculum]] = defaultdict(list)
    for row in rows.select_related("stage", "track").order_by("version"):
        found[row.stage_id, row.fiscal_year, row.track_id].append(row)
    return dict(found)


def _in_force(
    versions: dict[Key, Sequence[Curriculum]],
    stage: int,
    fiscal_year: FiscalYear,
    track: int | None,
    *,
    started: date,
    on: date,
) -> Curriculum | None:
    """The newest that was in force on `started`, else the first one in force on `on`; the track's own before that of
    every track."""
    for key in dict.fromkeys(((stage, fiscal_year, track), (stage, fiscal_year, None))):
        known = [row for row in versions.get(key, ()) if row.valid_from <= on]
        if known:
            then = [row for row in known if row.valid_from <= started]
            return then[-1] if then else known[0]
    return None


def date_the_publication(curriculum: Curriculum, *, by: Any, at: datetime) -> None:
    """Since when it stands."""
    curriculum.published_at = at
    curriculum.save(update_fields=["published_at"])
