"""Every fact that the fold knows, of many people, as rows of one shape and in one query."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, IntegerField, Min, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from aomori_dx.kernel.clock import TOKYO
from staff.models import Absence
from stages.models import ExaminationResult, PracticeReport, PracticeStatus, ProgressRuling, ProofState
from training.models import Attendance, Completion, Enrollment
from training.models.attendance import NOT_PRESENT

COMPLETION, ATTENDANCE, BOOKING = "completion", "attendance", "booking"
REPORT, EXAMINATION, RULING, ABSENCE = "report", "examination", "ruling", "absence"
AHEAD = ("requested", "confirmed", "waitlisted", "attended")
"""Bookings from which something is still to be expected."""


class Row(NamedTuple):
    """One fact. `who`: the employee; `enrollment`: the year in the stage that it is about, where it is about one.

    `course`, or `item_kind` and `text`, say what it settles; `number`: minutes. `code`: a state or kind of its table.
    """

    table: str
    who: int
    enrollment: int | None
    key: int
    course: int | None
    item_kind: str
    text: str
    on: date | None
    until: date | None
    year: int | None
    number: int | None
    code: str
    by: str


def of_people(employees: Any) -> Iterator[Row]:
    """All that stands about these employees (a query of their ids, or ids): one query, whatever their number."""
    first, *others = (arm(employees) for arm in _ARMS)
    for values in first.union(*others, all=True).iterator(chunk_size=10_000):
        yield Row._make(values)


def _row(rows: QuerySet, table: str, **columns: Any) -> QuerySet:
    """The rows in the shape of `Row`; what is not given is empty."""
    texts = {"item_kind", "text", "code", "by"}
    days = {"on", "until"}
    named = {}
    for name in Row._fields[1:]:
        kind: Any = CharField() if name in texts else DateField() if name in days else IntegerField()
        given = columns.get(name, Value("") if name in texts else None)
        given = F(given) if isinstance(given, str) else Value(None) if given is None else given
        named[f"c_{name}"] = Cast(given, kind)
    return rows.order_by().annotate(c_table=Value(table, CharField()), **named).values_list("c_table", *named)


def _completions(employees: Any) -> QuerySet:
    rows = Completion.objects.standing().filter(employee__in=employees)
    fields = {"key": "pk", "course": "course_id", "on": "completed_on", "year": "fiscal_year", "code": "source"}
    return _row(rows, COMPLETION, who="employee_id", **fields)


def _attendances(employees: Any) -> QuerySet:
    rows = Attendance.objects.filter(enrollment__employee__in=employees).exclude(presence__in=NOT_PRESENT)
    day = TruncDate("session__starts_at", tzinfo=TOKYO)
    fields = {"course": "enrollment__course_id", "year": "enrollment__run__fiscal_year", "number": "minutes"}
    return _row(rows, ATTENDANCE, who="enrollment__employee_id", key="pk", on=day, **fields)


def _bookings(employees: Any) -> QuerySet:
    """`on`: the first meeting, empty for e-learning."""
    rows = Enrollment.objects.filter(employee__in=employees, status__in=AHEAD)
    rows = rows.annotate(first_at=Min("run__sessions__starts_at"))
    fields = {"course": "course_id", "year": "run__fiscal_year", "number": "run_id", "code": "status"}
    return _row(rows, BOOKING, who="employee_id", key="pk", on=TruncDate("first_at", tzinfo=TOKYO), **fields)


def _reports(employees: Any) -> QuerySet:
    """`on`: the approval, else when it was touched last. `until`: its own deadline."""
    rows = PracticeReport.objects.filter(enrollment__promoter__employee__in=employees)
    rows = rows.exclude(status=PracticeStatus.WITHDRAWN)
    fields = {"key": "pk", "enrollment": "enrollment_id", "until": "extended_to", "code": "status", "text": "title"}
    touched = TruncDate("changed_at", tzinfo=TOKYO)
    return _row(rows, REPORT, who="enrollment__promoter__employee_id", on=Coalesce("approved_on", touched), **fields)


def _examinations(employees: Any) -> QuerySet:
    rows = ExaminationResult.objects.filter(promoter__employee__in=employees).exclude(state=ProofState.REFUSED)
    fields = {"key": "pk", "on": "passed_on", "text": "name", "code": "state"}
    return _row(rows, EXAMINATION, who="promoter__employee_id", **fields)


def _rulings(employees: Any) -> QuerySet:
    rows = ProgressRuling.objects.filter(enrollment__promoter__employee__in=employees, revoked_at__isnull=True)
    about = {
        "course": "item__course_id",
        "item_kind": Coalesce("item__kind", Value("")),
        "text": Coalesce("item__title", Value("")),
    }
    fields = {"key": "pk", "enrollment": "enrollment_id", "on": "ruled_on", "code": "kind", "by": "by_name"}
    return _row(rows, RULING, who="enrollment__promoter__employee_id", **about, **fields)


def _absences(employees: Any) -> QuerySet:
    rows = Absence.objects.filter(employee__in=employees)
    return _row(rows, ABSENCE, who="employee_id", key="pk", on="valid_from", until="valid_to", code="reason")


_ARMS = (_completions, _attendances, _bookings, _reports, _examinations, _rulings, _absences)
