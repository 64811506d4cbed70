"""The demo's required training: for everybody, for managers and for new hires, with what was finished until today."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from training.models import Completion, CompletionSource, Course, Obligation, Obliged, Requirement
from training.services import completions, requirements

# Name, course, whom it obliges, due month and day, years between, of a hundred people so many have finished.
RULES = (
    ("全職員デジタル研修", "ALL-01", Obliged.EVERYBODY, 12, 25, 1, 71),
    ("管理職DXマネジメント研修", "MGR-01", Obliged.MANAGERS, 10, 30, 1, 64),
    ("新規採用職員グループウェア研修", "ALL-02", Obliged.NEW_HIRES, 9, 30, 1, 80),
)


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Write the rules, assign them and let most people finish; returns the number of rules. Again changes nothing."""
    if Requirement.objects.exists():
        return 0
    year, by = FiscalYear.containing(on), User.objects.get(username="hr")
    courses = Course.objects.in_bulk(field_name="code")
    for name, code, obliges, month, day, every, finished in RULES:
        if code not in courses:
            continue
        due = {"due_month": month, "due_day": day, "every_years": every, "first_year": year}
        rule = Requirement.objects.create(name=name, course=courses[code], obliges=obliges, **due)
        requirements.assign(rule, year, on=on, at=at, by=by)
        completions.grant_all(_finished(rule, year, finished, on), by=by, at=at)
    return len(RULES)


def _finished(rule: Requirement, year: FiscalYear, share: int, on: date) -> list[Completion]:
    """By turns, so that departments differ: on days between becoming obliged and yesterday."""
    rows = Obligation.objects.filter(requirement=rule, fiscal_year=year, lifted_on=None).exclude(present_from=None)
    done = set(
        Completion.objects.standing().filter(course=rule.course, fiscal_year=year).values_list("employee", flat=True)
    )
    found = []
    pairs: Iterable[tuple[int, Any]] = rows.order_by("pk").values_list("employee", "present_from")
    for number, (employee, since) in enumerate(pairs):
        days = (on - since).days
        if employee in done or days < 1 or (number * 37 + number // 90 * 11) % 100 >= share:
            continue
        found.append(
            Completion(
                employee_id=employee, course=rule.course, fiscal_year=year, source=CompletionSource.ELEARNING,
                completed_on=since + timedelta(days=number * 13 % days), hours=rule.course.hours, platform="demo",
            )
        )  # fmt: skip
    return found
