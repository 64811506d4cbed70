"""A run of two mornings, its roll and its results, as the tests of what comes of it need them."""

from datetime import timedelta

from tests.factories import training as make
from training.models import CourseRun, Enrollment, RunSession
from training.services import attendance, results, runs
from training.services.attendance import Mark

START = make.MEETS
NEXT_DAY = START + timedelta(days=1)
AFTER = NEXT_DAY + timedelta(hours=4)


def two_days(of=None, *, days=0, **fields) -> CourseRun:
    """Two meetings of three hours each."""
    run = make.run(of or make.course(hours=6), meets=START + timedelta(days=days), **{"capacity": 9, **fields})
    begins = NEXT_DAY + timedelta(days=days)
    RunSession.objects.create(run=run, starts_at=begins, ends_at=begins + timedelta(hours=3))
    return run


def roll(run, by, marks, *, at=AFTER, reason=""):
    """`marks`: booking → the minutes at each meeting."""
    for place, meeting in enumerate(run.sessions.order_by("starts_at")):
        attendance.record(
            meeting.pk,
            {row.pk: _mark(minutes[place]) for row, minutes in marks.items() if minutes[place] is not None},
            by=by,
            at=at,
            reason=reason,
        )


def _mark(minutes):
    return Mark({0: "absent", 180: "present"}.get(minutes, "partial"), minutes)


def settled(run, by, marks, *, at=AFTER):
    roll(run, by, marks, at=at)
    runs.hold_run(run.pk, by=by, at=at)
    return results.conclude(run.pk, by=by, at=at)


def state(row):
    return Enrollment.objects.get(pk=row.pk).status
