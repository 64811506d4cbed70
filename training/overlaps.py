"""Clashes of a run with other runs: the same room or the same instructor at the same time. Warnings, no refusals."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.text import fold
from aomori_dx.kernel.wareki import format_date
from training.models import CourseRun, RunSession, RunStatus

Meeting = tuple[datetime, datetime]
_APART = re.compile(r"[、,，/／・]")


def of(run: CourseRun, meetings: Sequence[Meeting] | None = None) -> list[str]:
    """A sentence for each clash of `run` (with `meetings` in place of its own), in one query."""
    times = meetings if meetings is not None else [(row.starts_at, row.ends_at) for row in run.sessions.all()]
    if not times:
        return []
    first, last = min(start for start, _ in times), max(end for _, end in times)
    others = RunSession.objects.filter(starts_at__lt=last, ends_at__gt=first).exclude(run=run.pk)
    others = others.exclude(run__status=RunStatus.CANCELLED).select_related("run__course")
    at_once = [row for row in others if any(row.starts_at < end and start < row.ends_at for start, end in times)]
    return list(dict.fromkeys(sentence for row in at_once for sentence in _between(run, row)))


def _between(run: CourseRun, other: RunSession) -> Iterator[str]:
    when = f"{other.run}({format_date(day_of(other.starts_at))})"
    room = other.venue or other.run.venue
    if not run.is_online and not other.run.is_online and run.venue and fold(run.venue) == fold(room):
        yield f"会場「{run.venue}」は、同じ時間に{when}が使います。"
    others = _people(other.run.instructor)
    for key, name in _people(run.instructor).items():
        if key in others:
            yield f"講師「{name}」は、同じ時間に{when}を受け持っています。"


def _people(instructors: str) -> dict[str, str]:
    """Key → name of each instructor."""
    return {fold(name): name.strip() for name in _APART.split(instructors) if name.strip()}
