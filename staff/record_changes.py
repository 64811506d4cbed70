"""What was changed in a person's records, from what to what, by whom and why: the former value stays to be seen.

A registry: the floors above name the rows of theirs that are about a person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from aomori_dx.kernel import history
from aomori_dx.kernel.history import Change
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.wareki import format_date
from staff.models import Absence, ChangeSet, ChangeSetState, Deputy, Employee, Posting

MOST = 100
"""So many changes are shown; the whole record is in the audit."""
LOOKED_AT = ("viewed", "exported")

Finder = Callable[[Employee], Iterable[QuerySet]]
_finders: list[Finder] = []


@dataclass(frozen=True)
class RecordChange:
    """One act: when, by whom, on what, why, and every column that it changed. `undone`: it was taken back since."""

    at: datetime
    by: str
    act: str
    what: str
    changes: list[Change]
    reason: str
    undone: bool = False


def register(finder: Finder) -> Finder:
    """Add a finder: given an employee, it names the rows that are about the person, a queryset a table."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


@register
def of_the_people(employee: Employee) -> Iterable[QuerySet]:
    yield Employee.objects.filter(pk=employee.pk)
    yield Posting.objects.filter(employee=employee)
    yield Absence.objects.filter(employee=employee)
    yield Deputy.objects.filter(employee=employee)


def of_employee(employee: Employee) -> list[RecordChange]:
    """Everything that replaced, added or removed a fact about the person, newest first; not what only recorded one.

    One query: a part for each table, so that each finds its events by the index.
    """
    first, *others = [_events(rows) for finder in _finders for rows in finder(employee)]
    told = [_told(event) for event in first.union(*others, all=True).order_by("-at", "-id")[:MOST]]
    return [change for change in told if change is not None]


def _events(rows: QuerySet) -> QuerySet[AuditEvent]:
    keys = rows.order_by().annotate(key=Cast("pk", CharField())).values("key")
    of_table = AuditEvent.objects.filter(model=rows.model._meta.label_lower, object_pk__in=keys)
    return of_table.exclude(action__in=LOOKED_AT).annotate(undone=_undone()).order_by()


def _undone() -> Exists:
    """Whether the event belongs to a file or a reorganisation that was undone.

    An audit event points at nothing; what was applied at that moment and is named in its reason is what it was part of.
    """
    said = ExpressionWrapper(OuterRef("reason"), output_field=TextField())
    taken_back = ChangeSet.objects.filter(state=ChangeSetState.UNDONE, applied_at=OuterRef("at"))
    return Exists(taken_back.alias(said=said).filter(said__contains=F("file_name")))


def _told(event: AuditEvent) -> RecordChange | None:
    changes = [
        Change(line.label, _word(line.before), _word(line.after))
        for line in history.changes(event)
        if line.before != line.after
    ]
    only_recorded = event.before is None and event.action not in {"added", "removed"}
    if not changes or only_recorded or event.action.endswith("_created"):
        return None
    table = history.model_of(event)
    what = str(table._meta.verbose_name) if table else event.object_label
    act, undone = history.action_label(event.action, event.model), bool(getattr(event, "undone", False))
    return RecordChange(event.at, event.by_name, act, what, changes, event.reason, undone)


def _word(value: str) -> str:
    """What imports keep as plain text, in the office's words: True is はい, a day is in 和暦."""
    try:
        return format_date(date.fromisoformat(value))
    except ValueError:
        return {"True": "はい", "False": "いいえ"}.get(value, value)
