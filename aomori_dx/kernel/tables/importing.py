"""The import contract: every kind of file is read, planned and written in the same way, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.journal import NO_JOURNAL, Journal
from aomori_dx.kernel.tables.reading import Column, Table, read_table
from aomori_dx.kernel.tables.report import Report


class Plan(Protocol):
    """What a file would change. It was made without writing; `write` does it, inside the caller's transaction."""

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None: ...


Planner = Callable[[Table, Report, date], Plan]


@dataclass(frozen=True)
class FileKind:
    """A kind of file. `plan` looks at the table, fills the report (errors too) and says what to write.

    `complete`: the file lists everybody as of a date, and what is missing in it has ended on that day.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    plan: Planner
    complete: bool = False


@transaction.atomic
def import_file(
    kind: FileKind, content: bytes, *, as_of: date, by: Any, at: datetime, source: str, dry_run: bool = False
) -> Report:
    """Read a file as of a date and write it, unless it has an error or `dry_run` is set.

    One transaction: rows are locked before they are compared, so that what the report says is what is written.
    Loading the same file again changes nothing.
    """
    table = read_table(content, kind.columns)
    report = Report(
        kind.code, read=table.read, errors=list(table.errors), warnings=list(table.warnings), form=table.form
    )
    if table.errors and not table.records:
        return report
    plan = kind.plan(table, report, as_of)
    if not report.errors and not dry_run:
        try:
            with transaction.atomic():
                plan.write(by=by, at=at, reason=f"{kind.title}の取込({source})", journal=NO_JOURNAL)
        except RuleBroken as refusal:
            report.error(None, "", "", str(refusal))
    report.in_file_order()
    return report
