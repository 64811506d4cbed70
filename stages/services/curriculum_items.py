"""The items of a draft: added, changed, put into another order, taken out (R20). A published version keeps its own."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from stages.models import Curriculum, CurriculumItem, ItemKind
from stages.rules import curriculum as rules
from stages.services import curriculum_seen
from stages.services.curricula import hold_draft
from training.models import Course

ONE_REPORT = "実践報告は、1つのカリキュラムに1つまでです。"
STATED = ("title", "hours", "is_required", "due_on", "skill")


@transaction.atomic
def add_courses(
    curriculum_id: int, courses: list[Course], *, by: Any, at: datetime, is_required: bool = True
) -> list[CurriculumItem]:
    """Ask for these courses too, with their hours; one that is there already stays as it is.

    Raises NotAllowed, or RuleBroken: no draft, the year is closed.
    """
    draft = hold_draft(curriculum_id, by=by, at=at)
    known = set(draft.items.exclude(course=None).values_list("course", flat=True))
    last = _last(draft)
    new = [
        CurriculumItem(
            curriculum=draft,
            kind=ItemKind.COURSE,
            course=course,
            title=course.name,
            hours=course.hours,
            is_required=is_required,
            position=last + number,
        )
        for number, course in enumerate((course for course in courses if course.pk not in known), 1)
    ]
    with constraints_as_rules():
        CurriculumItem.objects.bulk_create(new)
    if new:
        names = "、".join(item.title for item in new)
        audit.record(draft, "item_added", by=by, at=at, after={"項目": names, "必修": is_required})
    return new


@transaction.atomic
def add_other(curriculum_id: int, kind: str, *, title: str, by: Any, at: datetime, **stated: Any) -> CurriculumItem:
    """Ask for a practice report or an examination.

    Raises NotAllowed, or RuleBroken: no draft, the year is closed, it is there already, its day does not fit.
    """
    draft = hold_draft(curriculum_id, by=by, at=at)
    item = CurriculumItem(curriculum=draft, kind=kind, title=title, position=_last(draft) + 1, **stated)
    if item.key in {row.key for row in draft.items.all()}:
        raise RuleBroken(ONE_REPORT if kind == ItemKind.PRACTICE else f"「{title}」はすでにカリキュラムにあります。")
    if reason := rules.why_not_due(item, draft):
        raise RuleBroken(reason)
    with constraints_as_rules():
        item.save(force_insert=True)
    audit.record(draft, "item_added", by=by, at=at, after={"項目": item.title, "必修": item.is_required})
    return item


@transaction.atomic
def change(item_id: int, *, by: Any, at: datetime, seen: str | None = None, **stated: Any) -> CurriculumItem:
    """Change what an item says (columns of `STATED`).

    Raises NotAllowed, or RuleBroken: no draft, the year is closed, it changed meanwhile, its day does not fit.
    """
    item, draft = _held(item_id, by=by, at=at)
    if seen is not None and (lines := curriculum_seen.changed(item, seen, STATED)):
        raise curriculum_seen.ChangedMeanwhile("\n".join([curriculum_seen.LEAD, *lines]))
    before = {name: getattr(item, name) for name in STATED}
    for name, value in stated.items():
        setattr(item, name, value)
    if reason := rules.why_not_due(item, draft):
        raise RuleBroken(reason)
    with constraints_as_rules():
        item.save(update_fields=STATED)
    changed = [name for name in STATED if getattr(item, name) != before[name]]
    if changed:
        old, new = (
            {"項目": item.title, **{curriculum_seen.label_of(item, name): _plain(of[name]) for name in changed}}
            for of in (before, {name: getattr(item, name) for name in STATED})
        )
        audit.record(draft, "item_changed", by=by, at=at, before=old, after=new)
    return item


@transaction.atomic
def remove(item_id: int, *, by: Any, at: datetime) -> CurriculumItem:
    """Take an item out of a draft. Raises NotAllowed, or RuleBroken: no draft, the year is closed."""
    item, draft = _held(item_id, by=by, at=at)
    audit.record(draft, "item_removed", by=by, at=at, before={"項目": item.title, "必修": item.is_required})
    CurriculumItem.objects.filter(pk=item.pk).delete()
    return item


@transaction.atomic
def shift(item_id: int, *, up: bool, by: Any, at: datetime) -> CurriculumItem:
    """Change places with the item before, or the one after; at the end of the list nothing happens.

    Raises NotAllowed, or RuleBroken: no draft, the year is closed.
    """
    item, draft = _held(item_id, by=by, at=at)
    rows = list(draft.items.order_by("position", "pk"))
    here = next(number for number, row in enumerate(rows) if row.pk == item.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return item
    rows[here], rows[there] = rows[there], rows[here]
    for number, row in enumerate(rows, 1):
        row.position = number
    CurriculumItem.objects.bulk_update(rows, ["position"])
    audit.record(draft, "items_ordered", by=by, at=at, after={"順番": [row.title for row in rows]})
    return item


def _held(item_id: int, *, by: Any, at: datetime) -> tuple[CurriculumItem, Curriculum]:
    """The item and its draft, as they are once the draft is held. Raises RuleBroken where it has gone meanwhile."""
    known = CurriculumItem.objects.filter(pk=item_id).values_list("curriculum", flat=True).first()
    if known is None:
        raise RuleBroken("この項目は、ほかの担当者が外しました。")
    draft = hold_draft(known, by=by, at=at)
    item = CurriculumItem.objects.select_related("course").filter(pk=item_id).first()
    if item is None:
        raise RuleBroken("この項目は、ほかの担当者が外しました。")
    return item, draft


def _last(draft: Curriculum) -> int:
    return draft.items.aggregate(last=Max("position"))["last"] or 0


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, str)) or value is None else str(value)
