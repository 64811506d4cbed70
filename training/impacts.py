"""What personnel changes mean for the schoolhouse: people whose seats are at another site than their new desk."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import Min

from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.wareki import short_date
from staff import impacts
from training.models import BOOKED, Enrollment

TITLE = "異動先と会場の確認が必要な受講"


@impacts.register
def places_in_runs_to_come(on: date) -> Iterator[impacts.Impact]:
    """Those who move to another department and have a booking for a run that meets on `on` or later, on site."""
    begins = datetime.combine(on, time(), TOKYO)
    rows = (
        Enrollment.objects.filter(status__in=BOOKED, run__is_online=False, run__sessions__starts_at__gte=begins)
        .annotate(meets=Min("run__sessions__starts_at"))
        .select_related("run__course", "course")
        .order_by("meets", "pk")
    )
    booked: dict[int, list[Any]] = {}
    for row in rows:
        booked.setdefault(row.employee_id, []).append(row)
    for old, new in impacts.moved_people(on, among=rows.order_by().values("employee")):
        for row in booked.get(new.employee_id, []):
            where = "、".join(filter(None, [row.run.venue, row.run.area])) or "会場未定"
            sentence = (
                f"{new.employee.name}は{old.department.name}から{new.department.name}へ異動しますが、"
                f"{row.course.name}({short_date(day_of(row.meets))}、{where})に申し込んでいます"
                f"({row.get_status_display()})。"
            )
            yield impacts.Impact("run_elsewhere", TITLE, sentence, f"/courses/{row.course.code}/")
