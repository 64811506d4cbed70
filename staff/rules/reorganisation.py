"""When a department can be renamed, moved, divided, merged, opened or abolished by hand: why not, or None."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from aomori_dx.kernel import closing
from aomori_dx.kernel.text import fold
from aomori_dx.kernel.wareki import format_date
from staff.drafts import OF_A_BUREAU, ActKind, Draft, Target
from staff.models import Department

SHOWN = 5
"""So many departments are named in one sentence."""


def blockers(draft: Draft, *, today: date, following: Iterable[Department] = ()) -> list[str]:
    """Everything that stands against the draft, in sentences; empty if nothing does.

    `following`: the departments that would go along with their 部局. Who goes where, and who is head, is asked
    afterwards: it depends on who is there.
    """
    return _said(_of_the_day(draft, today, following)) or _said(_of_the_targets(draft))


def _said(reasons: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(reason for reason in reasons if reason))


def _of_the_day(draft: Draft, today: date, following: Iterable[Department]) -> Iterator[str | None]:
    """Whether anything can be done to these departments on that day; if not, there is no more to ask."""
    yield year_is_open(draft)
    yield possible_for_a_bureau(draft)
    for department in draft.departments:
        yield begun_before(department, draft.on)
    begun = [row for row in following if row.valid_from < draft.on]  # what begins later begins in the new bureau
    for department in (*draft.departments, *begun):
        yield goes_on(department, draft.on)
        yield inherits_nothing_later(department, draft.on)
        if draft.on < today:
            yield nothing_is_known_later(department, draft.on)


def _of_the_targets(draft: Draft) -> Iterator[str | None]:
    for target in draft.targets:
        yield from _target(target, draft)
    yield from _OF_THE_ACT[draft.act](draft)
    yield from no_target_twice(draft.targets)


def year_is_open(draft: Draft) -> str | None:
    return closing.hold().why_not(draft.on)


def possible_for_a_bureau(draft: Draft) -> str | None:
    """A 部局 is divided and merged by what becomes of its departments."""
    if draft.act in OF_A_BUREAU or not any(row.is_bureau for row in draft.departments):
        return None
    return "部局にできるのは、改称と廃止です。所属を移管したあとに、廃止してください。"


def begun_before(department: Department, on: date) -> str | None:
    """What begins and ends on the same day was never there."""
    if department.valid_from < on:
        return None
    began = format_date(department.valid_from)
    return f"「{department.name}」は{began}に始まっています。組織改正の日は、それより後の日付にしてください。"


def goes_on(department: Department, on: date) -> str | None:
    """It has not ended, and nothing else is planned for it: a successor of what is gone by then could not begin."""
    if department.valid_to is None:
        return None
    if department.valid_to <= on:
        last = format_date(department.valid_to - timedelta(days=1))
        return f"「{department.name}」は、{last}までの所属です。"
    day = format_date(department.valid_to)
    return f"「{department.name}」には、{day}からの組織改正がすでに予定されています。先にその予定を取り消してください。"


def inherits_nothing_later(department: Department, on: date) -> str | None:
    """Nothing is planned to become part of it on the day or later: it would have no successor to go to."""
    pair = department.origins.filter(on__gte=on).select_related("predecessor").order_by("on").first()
    if pair is None:
        return None
    day = format_date(pair.on)
    return (
        f"「{department.name}」は、{day}に「{pair.predecessor.name}」を引き継ぐ予定です。"
        "先にその予定を取り消すか、それより後の日付にしてください。"
    )


def nothing_is_known_later(department: Department, on: date) -> str | None:
    """A past day: nothing that was recorded of the department later may come to lie after its end."""
    counts = [f"{words}{number}件" for words, number in _later_facts(department, on)]
    if not counts:
        return None
    return (
        f"「{department.name}」には、{format_date(on)}より後の日付の記録があります({'、'.join(counts)})。"
        "組織改正の日を、それらより後の日付にしてください。"
    )


def _later_facts(department: Department, on: date) -> Iterator[tuple[str, int]]:
    """Every dated table that names the department, of whatever floor."""
    for relation in Department._meta.related_objects:
        table = relation.related_model
        days = [
            field.name
            for field in table._meta.concrete_fields
            if type(field) is models.DateField and field.name in closing.marks_of(table)
        ]
        if days:
            later = Q(*((f"{name}__gt", on) for name in days), _connector=Q.OR)
            rows = table._base_manager.filter(later, **{relation.field.name: department})
            if number := rows.count():
                yield str(table._meta.verbose_name), number


def _target(target: Target, draft: Draft) -> Iterator[str | None]:
    if target.existing is not None:
        yield there_on(target.existing, draft.on)
        yield goes_on(target.existing, draft.on)
        if target.existing in draft.departments:
            yield f"「{target.existing.name}」は、この組織改正で終わる所属です。ほかの所属を選んでください。"
        return
    if target.bureau is not None:
        yield there_on(target.bureau, draft.on)
        yield goes_on(target.bureau, draft.on)
    yield code_is_free(target, draft)
    yield name_is_free(target, draft)


def there_on(department: Department, on: date) -> str | None:
    if department.valid_from <= on:
        return None
    return f"「{department.name}」は{format_date(department.valid_from)}からの所属で、{format_date(on)}にはありません。"


def code_is_free(target: Target, draft: Draft) -> str | None:
    """A code means one department at a time, from the day on."""
    other = _rivals(draft).filter(code=target.code).first() if target.code else None
    return f"所属コード{target.code}は、「{other.name}」が使っています。" if other else None


def name_is_free(target: Target, draft: Draft) -> str | None:
    """Within its bureau a name means one department; a 部局 is known by its name alone."""
    where = f"「{target.bureau.name}」には、" if target.bureau else ""
    for other in _rivals(draft).filter(parent=target.bureau):
        if fold(other.name) == fold(target.name):
            return f"{where}「{other.name}」がすでにあります。別の名称にしてください。"
    return None


def _rivals(draft: Draft):
    """What is in force on the day or later, but for what ends by this act."""
    return Department.objects.overlapping(draft.on, None).exclude(pk__in=[row.pk for row in draft.departments])


def no_target_twice(targets: Iterable[Target]) -> Iterator[str]:
    existing = Counter(target.existing for target in targets if target.existing)
    codes = Counter(target.code for target in targets if target.code)
    names = Counter((target.bureau, fold(target.name)) for target in targets if target.name)
    yield from (f"「{row.name}」が2回選ばれています。" for row, number in existing.items() if number > 1)
    yield from (f"所属コード{code}が2回使われています。" for code, number in codes.items() if number > 1)
    if any(number > 1 for number in names.values()):
        yield "同じ部局の中に、同じ名称の所属が2つあります。"


def something_changes(draft: Draft) -> Iterator[str]:
    old, new = draft.departments[0], draft.targets[0]
    if (old.name, old.code) == (new.name, new.code):
        yield "名称が、今と同じです。" if old.is_bureau else "名称も所属コードも、今と同じです。"


def goes_elsewhere(draft: Draft) -> Iterator[str]:
    old, new = draft.departments[0], draft.targets[0]
    if new.bureau and old.parent and old.parent.continued_on(draft.on) == new.bureau:
        yield f"「{old.name}」は、すでに「{new.bureau.name}」の所属です。"


def into_several(draft: Draft) -> Iterator[str]:
    if len(draft.targets) < 2:
        yield "分割した後の所属を、2つ以上入力してください。"


def of_several(draft: Draft) -> Iterator[str]:
    if len(set(draft.departments)) < len(draft.departments):
        yield "統合する所属に、同じ所属が2回選ばれています。"
    if len(draft.departments) < 2 and not draft.targets[0].existing:
        yield "新しい所属に統合するときは、いっしょに統合する所属を選んでください。"


def nothing_is_left_below(draft: Draft) -> Iterator[str]:
    """A 部局 ends last."""
    left = Department.objects.overlapping(draft.on, None).filter(parent__in=draft.departments).in_official_order()
    names = [row.name for row in left]
    if names:
        shown = "、".join(names[:SHOWN]) + ("など" if len(names) > SHOWN else "")
        day = format_date(draft.on)
        yield f"{day}以後も、この部局には所属が{len(names)}あります({shown})。先に、移管・統合・廃止をしてください。"


def anything(draft: Draft) -> Iterator[str]:
    """No rule besides those for every act."""
    yield from ()


_OF_THE_ACT: dict[ActKind, Callable[[Draft], Iterator[str]]] = {
    ActKind.RENAME: something_changes,
    ActKind.MOVE: goes_elsewhere,
    ActKind.SPLIT: into_several,
    ActKind.MERGE: of_several,
    ActKind.ABOLISH: nothing_is_left_below,
    ActKind.OPEN: anything,
}
