"""Loading the office's files in a test, and looking at what the records say on a day."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from aomori_dx.kernel import clock
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.tables.importing import KINDS, import_file
from aomori_dx.kernel.tables.report import Report
from staff.models import Absence, Department, Employee, Posting, ServiceGap, Succession
from stages.models import Promoter, StageEnrollment
from tests.factories import files

SAMPLES = Path(__file__).resolve().parents[2] / "aomori_dx" / "demo" / "files"
R6, R7, R8 = date(2024, 4, 1), date(2025, 4, 1), date(2026, 4, 1)


def load(kind: str, *rows: files.Row, content: bytes = b"", as_of: date = R6, dry_run: bool = False) -> Report:
    """Load a file of a kind; its rows are given, or its bytes."""
    return import_file(
        KINDS[kind],
        content or files.as_csv(rows),
        as_of=as_of,
        by=None,
        at=clock.now(),
        source=f"{kind}.csv",
        dry_run=dry_run,
    )


def loaded(kind: str, *rows: files.Row, content: bytes = b"", as_of: date = R6) -> Report:
    """The same for a file that must have no error."""
    report = load(kind, *rows, content=content, as_of=as_of)
    assert [str(error) for error in report.errors] == []
    return report


def counts(report: Report) -> dict[str, int]:
    """What a report counts, without the zeros."""
    names = ("created", "changed", "ended", "unchanged", "errors")
    told = report.as_json()
    return {name: told[name] for name in names if told[name]}


def errors(report: Report) -> list[tuple]:
    """Row and column of every error."""
    return [(error.row, error.column) for error in report.errors]


def reasons(report: Report) -> str:
    return "\n".join(str(error) for error in report.errors)


def place_of(number: str, day: date) -> str:
    """The name of the department somebody is posted to on a day; empty for none."""
    posting = Posting.objects.primary().on(day).filter(employee__employee_number=number).first()
    return posting.department.name if posting else ""


def state_on(day: date) -> dict[str, tuple]:
    """Everybody in service on a day: code, 補職名, 管理職, 所属長, 休職等, 兼務."""
    people: dict[str, list] = {
        number: ["", "", False, False, "", []]
        for number in Employee.objects.in_service(day).values_list("employee_number", flat=True)
    }
    for posting in Posting.objects.on(day).select_related("employee", "department"):
        row = people[posting.employee.employee_number]
        if posting.is_primary:
            row[:4] = [posting.department.code, posting.title, posting.is_manager, posting.is_head]
        else:
            row[5].append(posting.department.code)
    for absence in Absence.objects.on(day).select_related("employee"):
        people[absence.employee.employee_number][4] = absence.get_reason_display()
    return {number: (*row[:5], tuple(sorted(row[5]))) for number, row in people.items()}


def everything() -> dict[str, list]:
    """Every row that a file may write, without the audit: for showing that nothing changed."""
    models: list[Any] = [Department, Succession, Employee, Posting, Absence, ServiceGap, Promoter, StageEnrollment]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def acts_on(number: str) -> list[str]:
    """The actions that the audit knows of a person, in the order of time."""
    person = Employee.objects.get(employee_number=number)
    events = AuditEvent.objects.filter(model="staff.employee", object_pk=str(person.pk))
    return list(events.order_by("pk").values_list("action", flat=True))


def contradictions() -> list[str]:
    """What no sequence of files may ever leave behind, looked for row by row; empty where all is well."""
    found: list[str] = []
    for person in Employee.objects.prefetch_related("postings__department", "absences", "service_gaps"):
        postings, absences = list(person.postings.all()), list(person.absences.all())
        for gap in person.service_gaps.all():
            found += _overlaps([gap, *(posting for posting in postings if posting.is_primary)])
        found += _overlaps([posting for posting in postings if posting.is_primary]) + _overlaps(absences)
        for row in (*postings, *absences):
            found += _outlives(row, person.left_on, "the service")
        for posting in postings:
            found += _outlives(posting, posting.department.valid_to, str(posting.department))
            if posting.valid_from < posting.department.valid_from:
                found.append(f"{posting}: before {posting.department} began")
    return found


def _overlaps(rows: list[Any]) -> list[str]:
    pairs = pairwise(sorted(rows, key=lambda row: row.valid_from))
    return [
        f"{one}: {one.valid_from} overlaps {other.valid_from}"
        for one, other in pairs
        if one.valid_to is None or one.valid_to > other.valid_from
    ]


def _outlives(row: Any, end: date | None, what: str) -> list[str]:
    return [f"{row}: outlives {what}"] if end and (row.valid_to is None or row.valid_to > end) else []
