"""When a run may open, be held, be changed: each function says why not, or None."""

from datetime import datetime

from aomori_dx.kernel import closing
from training.models import CourseRun, Method
from training.rules.booking import first_meeting


def year_is_open(run: CourseRun, at: datetime) -> str | None:
    """A closed fiscal year stays as it is."""
    return closing.hold().why_not(run.fiscal_year)


def has_meetings(run: CourseRun, at: datetime) -> str | None:
    """Nobody books what has no day; an e-learning period needs none."""
    if run.course.method == Method.ELEARNING or first_meeting(run) is not None:
        return None
    return "日程がありません。先に日程を登録してください。"


def has_begun(run: CourseRun, at: datetime) -> str | None:
    """A run is not held before it begins."""
    begins = first_meeting(run)
    return None if begins is None or begins <= at else "まだ始まっていません。"
