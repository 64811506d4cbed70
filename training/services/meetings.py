"""The dated meetings of a run, kept so that calendars can follow: one that moves stays the same meeting."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.wareki import format_date
from training.models import CourseRun, DroppedMeeting, RunSession

Meeting = tuple[datetime, datetime]
SHOWN_IN_CALENDARS = ("venue", "is_online", "instructor", "note")
"""Columns of a run that its meetings show in a calendar."""


def set_all(run: CourseRun, meetings: Sequence[Meeting], *, at: datetime) -> None:
    """Exactly these meetings. One that begins as before is kept; of the others the first becomes the first of the new
    ones, and so on: their rows stay, and `sequence` counts the change. What is left over is dropped on record.

    Raises RuleBroken where the attendance of one that would move or go is on record already.
    """
    there = {row.starts_at: row for row in run.sessions.all()}
    same = {start for start, _ in meetings} & there.keys()
    moving = [there[start] for start in sorted(there) if start not in same]
    _ensure_nobody_was_there(moving)
    coming = [meeting for meeting in sorted(meetings) if meeting[0] not in same]
    pairs = [(there[start], (start, end)) for start, end in meetings if start in same]
    pairs += zip(moving, coming, strict=False)
    for row, meeting in pairs:
        if (row.starts_at, row.ends_at) == meeting:
            continue
        row.starts_at, row.ends_at = meeting
        row.sequence, row.changed_at = row.sequence + 1, at
        with constraints_as_rules():
            row.save()
    for start, end in coming[len(moving) :]:
        with constraints_as_rules():
            RunSession.objects.create(run=run, starts_at=start, ends_at=end, changed_at=at)
    for row in moving[len(coming) :]:
        _drop(row, at)


def _ensure_nobody_was_there(rows: Sequence[RunSession]) -> None:
    kept = RunSession.objects.filter(pk__in=[row.pk for row in rows], attendances__isnull=False).first()
    if kept is not None:
        day = format_date(day_of(kept.starts_at))
        raise RuleBroken(f"出欠を記録した日程({day})は、消したり動かしたりできません。")


def _drop(row: RunSession, at: datetime) -> None:
    DroppedMeeting.objects.create(
        run=row.run,
        meeting=row.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sequence=row.sequence + 1,
        dropped_at=at,
    )
    row.delete()


def touch(run: CourseRun, *, at: datetime) -> None:
    """Another place or remark of the run is news of each of its meetings."""
    run.sessions.update(sequence=F("sequence") + 1, changed_at=at)
