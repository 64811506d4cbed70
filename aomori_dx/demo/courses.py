"""The demo's catalogue, with runs to come: one with free seats, one that is full, one by e-learning."""

import csv
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from aomori_dx.demo import run_desk
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Posting, User
from training.models import Course
from training.services import runs, seats

CATALOGUE = Path(__file__).resolve().parent / "files" / "courses.csv"
PROVIDER = "行政経営課"
INSTRUCTOR = "青森 講師"
LONG = 6
MINIMUM = {"S1-04": 35, "S1-06": 12}
"""Course → how many people a run needs; both have fewer, one shortly before its booking ends."""

# Course, days from today, hour, hours, venue, area, capacity, people who have asked.
RUNS = (
    ("S1-05", 14, 10, 6, "県庁西棟8階 大会議室", "東青", 30, 22),
    ("S1-05", 16, 10, 6, "弘前合同庁舎 研修室", "中南", 20, 23),
    ("S1-06", 21, 10, 6, "八戸合同庁舎 研修室", "三八", 24, 9),
    ("S1-04", 7, 13, 3, "県庁西棟8階 大会議室", "東青", 60, 31),
    ("ALL-02", 10, 13, 2, "自治研修所", "東青", 40, 12),
    ("ALL-01", None, 0, 0, "", "", 5000, 0),
)


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Write the courses and their runs, all or none; returns the number of courses. Again changes nothing."""
    if Course.objects.exists():
        return 0
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    courses = {
        row["code"]: Course(**{**row, "hours": Decimal(row["hours"]), "level": row["level"] or None}, provider=PROVIDER)
        for row in rows
    }
    Course.objects.bulk_create(courses.values())
    by = User.objects.get(username="dx")
    year = FiscalYear.containing(on)
    people = list(Employee.objects.filter(pk__in=_staff(on)).order_by("pk"))
    for number, (code, days, hour, hours, venue, area, capacity, asked) in enumerate(RUNS):
        day = None if days is None else on + timedelta(days=days)
        if day is not None and day not in year:
            continue  # near the turn of the year a run of next year would be without its plan
        begins = [] if day is None else [datetime.combine(day, time(hour), TOKYO)]
        run = runs.plan(
            courses[code],
            meetings=[(start, start + timedelta(hours=hours)) for start in begins],
            by=by,
            at=at,
            venue=venue,
            area=area,
            is_online=not venue,
            capacity=capacity,
            opens_on=year.clamp(on - timedelta(days=14)),
            closes_on=day - timedelta(days=2) if day else year.last_day,
            change_until=day - timedelta(days=1) if day else year.last_day,
            final_at=datetime.combine(day - timedelta(days=1), time(17), TOKYO) if day else None,
            minimum=MINIMUM.get(code, 0),
            instructor=INSTRUCTOR if hours == LONG else "",
        )
        runs.open_run(run.pk, by=by, at=at)
        seats.request_all(run.pk, people[number * 40 : number * 40 + asked], by=by, at=at)
    run_desk.create(by=by, on=on, at=at)
    return len(courses)


def _staff(on: date):
    plain = Posting.objects.primary().on(on).filter(is_head=False, employee__in=Employee.objects.in_service(on))
    return plain.values("employee")
