"""Opening, ending, renaming and moving departments, with the people in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from aomori_dx.kernel import audit, closing, locks
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.journal import NO_JOURNAL, Journal
from staff.models import Department, DepartmentKind, Employee, Posting, Succession, SuccessionKind
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
def open_bureaus(names: Collection[str], *, act: Act, like: Department | None = None) -> dict[str, Department]:
    """Open the bureaus of these names; returns every bureau in force on the day, by name.

    They come last in the official order, or stand where `like` stood.
    """
    _begin(act, names)
    last = Department.objects.bureaus().order_by("-sort_order").values_list("sort_order", flat=True).first() or 0
    order = [like.sort_order if like else last + place for place in range(1, len(names) + 1)]
    rows = [
        Department(name=name, kind=DepartmentKind.BUREAU, nominates=False, sort_order=place, valid_from=act.on)
        for place, name in zip(order, names, strict=True)
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
def end(rows: list[Department], *, act: Act) -> list[Posting]:
    """End departments. The postings in them end too: those people are unplaced until they are posted again.

    A department that would begin and end on the same day was never in force and goes. Returns the postings that
    ended, as they were. Raises RuleBroken where something is recorded of a department that was never in force.
    """
    _begin(act, rows)
    never = [row for row in rows if row.valid_from >= act.on]
    ending = [row for row in rows if row.valid_from < act.on]
    in_force = Posting.objects.on(act.on).filter(department__in=ending, valid_from__lt=act.on)
    ended = list(in_force.select_related("employee", "department"))
    act.journal.changing(Posting, [posting.pk for posting in ended])
    act.journal.changing(Department, [row.pk for row in rows])
    with constraints_as_rules():
        in_force.update(valid_to=act.on)
        Department.objects.filter(pk__in=[row.pk for row in ending]).update(valid_to=act.on)
    _record(ending, "ended", act, after={"valid_to": act.on})
    _record(never, "voided", act)
    for row in never:
        try:
            Department.objects.filter(pk=row.pk).delete()
        except (ProtectedError, RestrictedError) as error:
            raise RuleBroken(f"「{row.name}」はすでに使われているため、取り消せません。") from error
    return ended


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
    with constraints_as_rules():
        new.save(force_insert=True)
        pair = Succession.objects.create(predecessor=old, successor=new, on=act.on, kind=kind)
    act.journal.created([new, pair])
    _take_along(old, new, act)
    _tell([pair], act)
    _record([old], "ended", act, after={"valid_to": act.on, "successor": new.name})
    _record([new], "opened", act, before={"predecessor": old.name})
    return new


def below(bureau: Department, on: date) -> list[Department]:
    """The departments of a bureau that are there on the day or later, in official order."""
    rows = Department.objects.overlapping(on, None).filter(parent=bureau).select_related("parent")
    return list(rows.in_official_order())


def follow(rows: list[Department], bureau: Department, *, act: Act) -> None:
    """Let departments go along when their bureau gets another name: from the day on they belong to `bureau`."""
    for row in rows:
        new = Department(parent=bureau, **{name: getattr(row, name) for name in _KEPT})
        replace(row, new, kind=SuccessionKind.MOVED, act=act)


_KEPT = ("code", "name", "short_name", "kind", "nominates", "sort_order")


def _take_along(old: Department, new: Department, act: Act) -> None:
    """Everybody posted to `old` on the day or later is posted to `new` from then on, as what they were."""
    here = Posting.objects.filter(department=old)
    going = list(here.on(act.on).filter(valid_from__lt=act.on).select_related("employee"))
    later = here.filter(valid_from__gte=act.on)
    act.journal.changing(Posting, [*(posting.pk for posting in going), *later.values_list("pk", flat=True)])
    later.update(department=new)
    ends = {posting.pk: posting.valid_to for posting in going}
    Posting.objects.filter(pk__in=ends).update(valid_to=act.on)
    for posting in going:
        posting.valid_to = ends[posting.pk]
        posting.pk, posting.department, posting.valid_from = None, new, act.on
    act.journal.created(Posting.objects.bulk_create(going))
    record_people("moved_along", [Moved(posting.employee, posting.is_primary, old, new) for posting in going], act=act)


def _correct(old: Department, new: Department, act: Act) -> Department:
    names = ("name", "parent", "kind", "short_name", "nominates")
    changed = [name for name in names if getattr(old, name) != getattr(new, name)]
    before = {name: _plain(getattr(old, name)) for name in changed}
    act.journal.changing(Department, [old.pk])
    for name in changed:
        setattr(old, name, getattr(new, name))
    old.save(update_fields=changed)
    _record([old], "corrected", act, before=before, after={name: _plain(getattr(old, name)) for name in changed})
    return old


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Department) else value


@transaction.atomic
def edit(changes: list[tuple[Department, dict[str, tuple[Any, Any]]]], *, act: Act) -> None:
    """Fill in what was not known of a department. What was known and changes is a new row: see `replace`."""
    _begin(act, changes)
    act.journal.changing(Department, [row.pk for row, _ in changes])
    for row, fields in changes:
        for name, (_, value) in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))
        before, after = ({name: pair[side] for name, pair in fields.items()} for side in (0, 1))
        _record([row], "edited", act, before=before, after=after)


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
            after={"successor": pair.successor.name, "kind": pair.kind},
            reason=act.reason,
        )
        for pair in pairs
    )
    _tell(pairs, act)


def _tell(pairs: list[Succession], act: Act) -> None:
    if pairs:
        departments_succeeded.send(sender=Succession, successions=pairs, act=act)


@dataclass(frozen=True)
class Moved:
    """What becomes of somebody's posting, the primary one or a 兼務, when departments change; `new` None: it ends."""

    employee: Employee
    is_primary: bool
    old: Department
    new: Department | None


def record_people(action: str, moved: Iterable[Moved], *, act: Act) -> None:
    """One audit event a person and posting."""
    audit.record_all(
        audit.event(
            move.employee,
            action,
            by=act.by,
            at=act.at,
            before={"所属" if move.is_primary else "兼務": move.old.name},
            after={"所属" if move.is_primary else "兼務": move.new.name if move.new else ""},
            reason=act.reason,
        )
        for move in moved
    )
