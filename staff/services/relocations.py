"""Taking people along when departments end: who is there, where each goes, who is head where two come together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import constraints_as_rules
from staff.models import Department, Posting
from staff.services.corrections import hold_people
from staff.services.departments import Act


@dataclass(frozen=True)
class Move:
    """One posting on its way. `to` None: no place yet; for a 兼務, none any more. `heads`: it stays a head's."""

    posting: Posting
    to: Department | None
    heads: bool


def going(departments: Iterable[Department], on: date) -> list[Posting]:
    """Every posting to the departments that would go on beyond the day, also one that has yet to begin.

    Heads first, then primary postings before 兼務, by 職員番号.
    """
    rows = Posting.objects.overlapping(on, None).filter(department__in=list(departments))
    rows = rows.select_related("employee", "department__parent")
    return list(rows.order_by("-is_head", "-is_primary", "employee__employee_number", "valid_from", "pk"))


def hold(departments: Iterable[Department], on: date) -> None:
    """Lock the people of the departments until the transaction ends. Read who they are again afterwards."""
    hold_people(posting.employee_id for posting in going(departments, on))


def heads_of(departments: Iterable[Department], on: date) -> dict[int, list[Posting]]:
    """Who is head of each department on the day, by its id."""
    found: dict[int, list[Posting]] = defaultdict(list)
    rows = Posting.objects.heads().on(on).filter(department__in=list(departments)).select_related("employee")
    for posting in rows.order_by("-is_primary", "employee__employee_number"):
        found[posting.department_id].append(posting)
    return found


def relocate(moves: list[Move], *, act: Act) -> None:
    """Write the moves: what they were is ended on the day, and begins again in the new place.

    The departments they leave have ended already, and with them the postings that were in force (`departments.end`).
    """
    moves = _without_doubles(moves, act)
    later = [move for move in moves if move.posting.valid_from >= act.on]
    act.journal.changing(Posting, [move.posting.pk for move in later])
    by_place: dict[Department | None, list[int]] = defaultdict(list)
    for move in later:
        by_place[move.to].append(move.posting.pk)
    for place, pks in by_place.items():
        rows = Posting.objects.filter(pk__in=pks)
        rows.update(department=place) if place else rows.delete()
    Posting.objects.filter(pk__in=[move.posting.pk for move in later if move.to and not move.heads]).update(
        is_head=False
    )
    new = [_again(move, act.on) for move in moves if move.to and move.posting.valid_from < act.on]
    with constraints_as_rules():
        act.journal.created(Posting.objects.bulk_create(new))
    audit.record_all(_event(move, act) for move in moves)


def _again(move: Move, on: date) -> Posting:
    """The same posting in the new place; the day of the change is the day of arrival there."""
    old = move.posting
    return Posting(
        employee=old.employee,
        department=move.to,
        title=old.title,
        is_primary=old.is_primary,
        is_head=move.heads,
        is_manager=old.is_manager,
        posted_on=on,
        valid_from=on,
        valid_to=old.valid_to,
    )


def _event(move: Move, act: Act) -> Any:
    """What the person's own record says about it."""
    side = "所属" if move.posting.is_primary else "兼務"
    before: dict[str, Any] = {side: move.posting.department.name}
    after: dict[str, Any] = {side: move.to.name if move.to else ("未定" if move.posting.is_primary else "")}
    if move.posting.is_head and not move.heads:
        before["所属長"], after["所属長"] = True, False
    employee = move.posting.employee
    return audit.event(employee, "reorganised", by=act.by, at=act.at, before=before, after=after, reason=act.reason)


def _without_doubles(moves: list[Move], act: Act) -> list[Move]:
    """Nobody is in one department twice: a 兼務 ends where the same person is posted to the place already.

    A 兼務 in the new place ends where the primary posting arrives.
    """
    places = {move.to.pk for move in moves if move.to}
    leaving = [move.posting.pk for move in moves]
    people = {move.posting.employee_id for move in moves}
    there = Posting.objects.overlapping(act.on, None).filter(department__in=places, employee__in=people)
    taken: dict[tuple[int, int], list[Posting]] = defaultdict(list)
    for posting in there.exclude(pk__in=leaving):
        taken[posting.employee_id, posting.department_id].append(posting)
    kept: list[Move] = []
    for move in sorted(moves, key=lambda move: not move.posting.is_primary):
        same = [] if move.to is None else taken[move.posting.employee_id, move.to.pk]
        rivals = [other for other in same if _together(move.posting, other)]
        if move.posting.is_primary:
            _end([other for other in rivals if not other.is_primary], act)
        elif rivals:
            kept.append(Move(move.posting, None, False))
            continue
        same.append(move.posting)
        kept.append(move)
    return kept


def _together(one: Posting, other: Posting) -> bool:
    """Whether both hold on some day."""
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def _end(postings: list[Posting], act: Act) -> None:
    """End 兼務 on the day; what had yet to begin never was."""
    act.journal.changing(Posting, [posting.pk for posting in postings])
    begun = [posting.pk for posting in postings if posting.valid_from < act.on]
    Posting.objects.filter(pk__in=begun).update(valid_to=act.on)
    Posting.objects.filter(pk__in=[posting.pk for posting in postings if posting.pk not in begun]).delete()


def step_back(heads: list[Posting], *, act: Act) -> None:
    """From the day on these are no heads any more; where they work, and as what, stays."""
    act.journal.changing(Posting, [posting.pk for posting in heads])
    new = []
    for posting in heads:
        if posting.valid_from >= act.on:
            Posting.objects.filter(pk=posting.pk).update(is_head=False)
            continue
        again = _again(Move(posting, posting.department, False), act.on)
        again.posted_on = posting.posted_on
        new.append(again)
    Posting.objects.filter(pk__in=[posting.pk for posting in heads if posting.valid_from < act.on]).update(
        valid_to=act.on
    )
    act.journal.created(Posting.objects.bulk_create(new))
    audit.record_all(
        audit.event(
            posting.employee,
            "reorganised",
            by=act.by,
            at=act.at,
            before={"所属長": True},
            after={"所属長": False},
            reason=act.reason,
        )
        for posting in heads
    )
