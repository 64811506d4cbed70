"""What the schoolhouse knows of a person, for the line of time: the courses that were taken and those to come."""

from collections.abc import Iterable

from django.db.models import Min

from aomori_dx.kernel.clock import day_of
from staff import timeline
from staff.models import Employee
from staff.timeline import Entry
from training.models import SEATED, Completion, Enrollment

KEPT = (*SEATED, "waitlisted")


@timeline.register
def trainings_of(employee: Employee) -> Iterable[Entry]:
    """Every seat and place in line, on the day of the first meeting, or of the booking where there is none."""
    rows = Enrollment.objects.filter(employee=employee, status__in=KEPT).annotate(
        begins=Min("run__sessions__starts_at")
    )
    for row in rows.select_related("course", "run"):
        day = day_of(row.begins or row.requested_at)
        where = "オンライン" if row.run.is_online else row.run.venue
        detail = "、".join(filter(None, [row.get_status_display(), where]))
        yield Entry(
            day, None, f"{row.course.name} 第{row.run.number}回", detail, f"/courses/{row.course.code}/", "研修"
        )


@timeline.register
def completions_of(employee: Employee) -> Iterable[Entry]:
    """Every completion that stands, on the day of its source, with what says so."""
    rows = Completion.objects.standing().filter(employee=employee).select_related("course")
    for row in rows:
        parts = [f"{row.fiscal_year}", row.platform or row.get_source_display(), _points(row.score)]
        url = f"/completions/{row.pk}/"
        yield Entry(row.completed_on, None, f"{row.course.name} 修了", "、".join(filter(None, parts)), url, "修了")


def _points(score: int | None) -> str:
    return "" if score is None else f"{score}点"
