"""Opening, ending, renaming and moving departments, with the people in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from aomori_dx.kernel import audit, closing, locks
from aomori_dx.kernel.errors import constraints_as_rules
from aomori_dx.kernel.journal import NO_JOURNAL, Journal
from staff.models import Department, DepartmentKind, Posting, Succession
from staff.signals import departments_succeeded


@dataclass(frozen=True)
class Act:
    """On which day it takes effect, who did it, when, and why."""

    on: date
    by: Any
    at: datetime
    reason: str
    journal: Journal = NO_JOURNAL


def hold_still() -> None:
    """Let nobody else change people and departments as a whole (files, reorganisations) until the transaction ends.

    It comes first in a transaction: what is locked and read afterwards stays as it is.
    """
    locks.hold("personnel")


def _begin(act: Act, what: Collection) -> None:
    """Raise RuleBroken where the act would change something on a day of a closed fiscal year."""
    if what:
        closing.ensure_open(act.on)


def _record(rows: Iterable[Department], action: str, act: Act, **what: Any) -> None:
    audit.record_all(
        audit.event(
            row, action, by=act.by, at=act.at, reason=act.reason, before=what.get("before"), after=what.get("after")
        )
        for row in rows
    )


@transaction.atomic
def open_bureaus(names: Collection[str], *, act: Act) -> dict[str, Department]:
    """Open the bureaus of these names; returns every bureau in force on the day, by name."""
    _begin(act, names)
    last = Department.objects.bureaus().order_by("-sort_order").values_list("sort_order", flat=True).first() or 0
    rows = [
        Department(name=name, kind=DepartmentKind.BUREAU, nominates=False, sort_order=last + place, valid_from=act.on)
        for place, name in enumerate(names, 1)
    ]
    with constraints_as_rules():
        act.journal.created(Department.objects.bulk_create(rows))
    _record(rows, "opened", act)
    return {row.name: row for row in Department.objects.on(act.on).bureaus()}


@transaction.atomic
def open_all(rows: list[Department], *, act: Act) -> None:
    """Open departments. One whose code is used again later ends when that one begins."""
    _begin(act, rows)
    later = dict(
        Department.objects.filter(code__in=[row.code for row in rows], valid_from__gt=act.on)
        .order_by("-valid_from")
        .values_list("code", "valid_from")
    )
    for row in rows:
        row.valid_from, row.valid_to = act.on, later.get(row.code)
    with constraints_as_rules():
        act.journal.created(Department.objects.bulk_create(rows))
    _record(rows, "opened", act)


@transaction.atomic
def end(rows: list[Department], *, act: Act) -> None:
    """End departments. The postings in them end too: those people are unplaced until they are posted again.

    A department that would begin and end on the same day was never in force and goes.
    """
    _begin(act, rows)
    never = [row for row in rows if row.valid_from >= act.on]
    ending = [row for row in rows if row.valid_from < act.on]
    in_force = Posting.objects.on(act.on).filter(department__in=ending, valid_from__lt=act.on)
    act.journal.changing(Posting, in_force.values_list("pk", flat=True))
    act.journal.changing(Department, [row.pk for row in rows])
    with constraints_as_rules():
        in_force.update(valid_to=act.on)
        Department.objects.filter(pk__in=[row.pk for row in ending]).update(valid_to=act.on)
    _record(ending, "ended", act, after={"valid_to": act.on})
    _record(never, "voided", act)
    Department.objects.filter(pk__in=[row.pk for row in never]).delete()


@transaction.atomic
def replace(old: Department, new: Department, *, kind: str, act: Act) -> Department:
    """A new name or another bureau: `old` ends, `new` begins, and everybody in it goes along.

    On the day on which `old` itself began it is a correction of that row instead.
    """
    _begin(act, [old])
    if old.valid_from >= act.on:
        return _correct(old, new, act)
    new.valid_from, new.valid_to = act.on, old.valid_to
    act.journal.changing(Department, [old.pk])
    Department.objects.filter(pk=old.pk).update(valid_to=act.on)
    new.save(force_insert=True)
    pair = Succession.objects.create(predecessor=old, successor=new, on=act.on, kind=kind)
    act.journal.created([new, pair])
    _take_along(old, new, act)
    _tell([pair], act)
    _record([old], "ended", act, after={"valid_to": act.on, "successor": new.name})
    _record([new], "opened", act, before={"predecessor": old.name})
    return new


def _take_along(old: Department, new: Department, act: Act) -> None:
    """Everybody posted to `old` on the day or later is posted to `new` from then on, as what they were."""
    here = Posting.objects.filter(department=old)
    going = list(here.on(act.on).filter(valid_from__lt=act.on))
    later = here.filter(valid_from__gte=act.on)
    act.journal.changing(Posting, [*(posting.pk for posting in going), *later.values_list("pk", flat=True)])
    later.update(department=new)
    ends = {posting.pk: posting.valid_to for posting in going}
    Posting.objects.filter(pk__in=ends).update(valid_to=act.on)
    for posting in going:
        posting.valid_to = ends[posting.pk]
        posting.pk, posting.department, posting.valid_from = None, new, act.on
    act.journal.created(Posting.objects.bulk_create(going))


def _correct(old: Department, new: Department, act: Act) -> Department:
    before = {"name": old.name, "bureau": str(old.parent)}
    act.journal.changing(Department, [old.pk])
    for name in ("name", "parent", "kind", "short_name", "nominates"):
        setattr(old, name, getattr(new, name))
    old.save()
    _record([old], "corrected", act, before=before, after={"name": old.name, "bureau": str(old.parent)})
    return old


@transaction.atomic
def edit(changes: list[tuple[Department, dict[str, tuple[Any, Any]]]], *, act: Act) -> None:
    """Change what is not part of a department's identity: kind, short name, whether it nominates."""
    _begin(act, changes)
    act.journal.changing(Department, [row.pk for row, _ in changes])
    for row, fields in changes:
        for name, (_, value) in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))
        before, after = ({name: pair[side] for name, pair in fields.items()} for side in (0, 1))
        _record([row], "edited", act, before=before, after=after)


@transaction.atomic
def succeed(pairs: list[Succession], *, act: Act) -> int:
    """Record that departments became others, and let open 兼務 follow; returns how many followed.

    Transfers name the new place of everybody's primary posting. 兼務 are in no list: one that ended with its
    department goes on in the successor, in a split in the one named first.
    """
    link(pairs, act=act)
    return _carry_concurrent(act)


@transaction.atomic
def link(pairs: list[Succession], *, act: Act) -> None:
    """Record that departments became others, and tell the floors above. Nobody is moved."""
    _begin(act, pairs)
    with constraints_as_rules():
        act.journal.created(Succession.objects.bulk_create(pairs))
    audit.record_all(
        audit.event(
            pair.predecessor,
            "succeeded",
            by=act.by,
            at=act.at,
            after={"successor": pair.successor.name},
            reason=act.reason,
        )
        for pair in pairs
    )
    _tell(pairs, act)


def _tell(pairs: list[Succession], act: Act) -> None:
    if pairs:
        departments_succeeded.send(sender=Succession, successions=pairs, act=act)


def _carry_concurrent(act: Act) -> int:
    heirs: dict[int, Department] = {}
    for pair in Succession.objects.filter(on=act.on).order_by("-rank").select_related("successor"):
        heirs[pair.predecessor_id] = pair.successor
    ended = Posting.objects.concurrent().filter(department__in=heirs, valid_to=act.on).select_related("employee")
    there = set(
        Posting.objects.filter(department__in=heirs.values())
        .filter(Q(valid_from__gte=act.on) | Q(valid_to__gt=act.on) | Q(valid_to__isnull=True))
        .values_list("employee_id", "department_id")
    )
    new = []
    for posting in ended:
        heir = heirs[posting.department_id]
        if posting.employee.in_service_on(act.on) and (posting.employee_id, heir.pk) not in there:
            posting.pk, posting.department, posting.posted_on = None, heir, act.on
            posting.valid_from, posting.valid_to = act.on, None
            new.append(posting)
            there.add((posting.employee_id, heir.pk))
    _begin(act, new)
    act.journal.created(Posting.objects.bulk_create(new))
    return len(new)
