"""Departments that became others, as a file tells it: recorded, and the 兼務 in them carried over."""

from django.db import transaction
from django.db.models import Q

from aomori_dx.kernel import audit, closing
from staff.models import Department, Posting, Succession
from staff.services.departments import Act, Moved, link, record_people


@transaction.atomic
def succeed(pairs: list[Succession], *, act: Act) -> int:
    """Record that departments became others, and let open 兼務 follow; returns how many followed.

    Transfers name the new place of everybody's primary posting. 兼務 are in no list: one that ended with its
    department goes on in the successor, in a split in the one named first.
    """
    link(pairs, act=act)
    return _carry_concurrent({pair.predecessor_id for pair in pairs}, act)


@transaction.atomic
def correct(rows: list[Succession], kinds: dict[int, str], *, act: Act) -> None:
    """Give successions on record another kind and rank; `kinds`: what each was before, by pk."""
    if rows:
        closing.ensure_open(act.on)
    act.journal.changing(Succession, [row.pk for row in rows])
    Succession.objects.bulk_update(rows, ["kind", "rank"])
    audit.record_all(
        audit.event(
            row.predecessor,
            "succeeded",
            by=act.by,
            at=act.at,
            before={"successor": row.successor.name, "kind": kinds[row.pk]},
            after={"successor": row.successor.name, "kind": row.kind},
            reason=act.reason,
        )
        for row in rows
    )


def _carry_concurrent(predecessors: set[int], act: Act) -> int:
    """Only what ended because its department did: a 兼務 that somebody ended stays ended, also on a second reading.

    Learned late, it ends where the successor or the person's service has ended meanwhile.
    """
    pairs = Succession.objects.filter(on=act.on, predecessor__in=predecessors, predecessor__valid_to=act.on)
    heirs: dict[int, Department] = {
        pair.predecessor_id: pair.successor for pair in pairs.order_by("-rank").select_related("successor")
    }
    ended = Posting.objects.concurrent().filter(department__in=heirs, valid_to=act.on)
    beyond = Q(valid_to__gt=act.on) | Q(valid_to__isnull=True)
    there = Posting.objects.filter(department__in=heirs.values()).filter(beyond)
    taken = set(there.values_list("employee_id", "department_id"))
    new, moved = [], []
    for posting in ended.select_related("employee", "department").order_by("pk"):
        person, old, heir = posting.employee, posting.department, heirs[posting.department_id]
        if not person.in_service_on(act.on) or (person.pk, heir.pk) in taken:
            continue
        posting.pk, posting.department, posting.posted_on = None, heir, act.on
        posting.valid_from = act.on
        posting.valid_to = min(filter(None, (heir.valid_to, person.left_on)), default=None)
        new.append(posting)
        moved.append(Moved(person, False, old, heir))
        taken.add((person.pk, heir.pk))
    act.journal.created(Posting.objects.bulk_create(new))
    record_people("moved_along", moved, act=act)
    return len(new)
