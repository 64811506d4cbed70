"""What one act wrote, row by row, so that the act can be undone as a whole.

A journal is kept beside the writes: before rows change or go, `changing` reads them; after rows were made,
`created` names them. `undo` puts everything back in reverse order, unless something depends on it by then.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Model

from aomori_dx.kernel import bulk, closing
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear

CREATED, CHANGED, AFTER = "created", "changed", "after"
CHUNK = 1000
SHOWN = 20
"""How many of the rows that stand in the way of an undo are named."""


class Journal:
    """Collects what is written. The entries of the base class go nowhere: it is for acts that cannot be undone.

    `trial`: the act is looked at and taken back at once, so that nothing about it is to be recorded.
    """

    def __init__(self, *, trial: bool = False) -> None:
        self.trial = trial

    def created(self, rows: Iterable[Model]) -> None:
        """Name rows that were just inserted."""

    def changing(self, model: type[Model], pks: Iterable[int]) -> None:
        """Keep rows as they are, before they are updated or deleted."""


NO_JOURNAL = Journal()
TRIAL = Journal(trial=True)


class Page(models.Model):
    """Up to 1,000 entries of a journal: `[pk, values before]`, `[pk, null]` for a new row, or `[pk, sum after]`."""

    sequence = models.PositiveIntegerField("順番")
    model = models.CharField("表", max_length=60)
    operation = models.CharField("操作", max_length=10)
    entries = models.JSONField("内容", encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True
        ordering = ["sequence"]


class KeptJournal(Journal):
    """A journal that is written to pages: `new_page(**fields)` makes one of the owner's model."""

    def __init__(self, new_page: Any) -> None:
        super().__init__()
        self._new_page = new_page
        self._sequence = 0
        self._touched: dict[type[Model], set[int]] = defaultdict(set)

    def created(self, rows: Iterable[Model]) -> None:
        by_model: dict[type[Model], list[int]] = defaultdict(list)
        for row in rows:
            by_model[type(row)].append(row.pk)
        for model, pks in by_model.items():
            self._touched[model].update(pks)
            for part in _chunks(pks):
                self._keep(model, CREATED, [[pk, None] for pk in part])

    def changing(self, model: type[Model], pks: Iterable[int]) -> None:
        pks = list(pks)
        self._touched[model].update(pks)
        for part in _chunks(pks):
            self._keep(model, CHANGED, [[pk, values] for pk, values in _values(model, part).items()])

    def close(self) -> None:
        """Note how every touched row is now: an undo is refused where one was changed since."""
        for model, pks in self._touched.items():
            for part in _chunks(sorted(pks)):
                self._keep(model, AFTER, [[pk, _sum(values)] for pk, values in _values(model, part).items()])

    def _keep(self, model: type[Model], operation: str, entries: list) -> None:
        self._sequence += 1
        self._new_page(sequence=self._sequence, model=model._meta.label_lower, operation=operation, entries=entries)


def blockers(pages: Iterable[Page]) -> list[str]:
    """Why the act cannot be undone any more, in sentences that name what stands in the way (the first of them)."""
    pages = list(pages)
    new: dict[type[Model], set[int]] = defaultdict(set)
    put_back: dict[type[Model], set[int]] = defaultdict(set)
    closed = closing.hold().why_not(*{year for page in pages for year in _years_put_back(page)})
    found: list[str] = [closed] if closed else []
    for page in pages:
        model = apps.get_model(page.model)
        if page.operation == CREATED:
            new[model].update(pk for pk, _ in page.entries)
        elif page.operation == CHANGED:
            put_back[model].update(pk for pk, _ in page.entries)
        elif page.operation == AFTER:
            found.extend(_later_changes(model, dict(page.entries)))
    for model, pks in new.items():
        found.extend(_dependents(model, pks, lambda other: new.get(other, set()) | put_back.get(other, set())))
    return list(dict.fromkeys(found))


def _years_put_back(page: Page) -> Iterator[FiscalYear]:
    """The fiscal years in which an undo of the page changes something."""
    if page.operation == AFTER:
        return
    model = apps.get_model(page.model)
    if not closing.is_dated(model):
        return
    kept = dict(page.entries)
    now = _values(model, list(kept))
    for pk, before in kept.items():
        if before is not None or pk in now:
            yield from closing.years_touched(model, _as_kept(now.get(pk)), before)


def _as_kept(values: dict[str, Any] | None) -> Any:
    """A row's values as they come back from a page."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def _later_changes(model: type[Model], sums: dict[int, str]) -> Iterator[str]:
    now = {pk: _sum(values) for pk, values in _values(model, list(sums)).items()}
    changed = [pk for pk, known in sums.items() if now.get(pk) != known][:SHOWN]
    there = model._base_manager.in_bulk(changed)
    for pk in changed:
        what = f"「{there[pk]}」が" if pk in there else "の1件が"
        yield f"{model._meta.verbose_name}{what}その後に変更されています。"


def _dependents(model: type[Model], pks: set[int], own_of: Callable[[type[Model]], set[int]]) -> Iterator[str]:
    """What uses these rows, which the act made; the act's own rows of a table do not count: they go, or go back."""
    for relation in model._meta.related_objects:
        other, name = relation.related_model, relation.field.name
        own = own_of(other)
        for part in _chunks(sorted(pks)):
            rows = other._base_manager.filter(**{f"{name}__in": part}).values_list("pk", name)
            outside = {target for pk, target in rows.iterator() if pk not in own}
            for row in model._base_manager.filter(pk__in=sorted(outside)[:SHOWN]):
                users = other._meta.verbose_name
                yield f"{model._meta.verbose_name}「{row}」を使っている{users}があります。"


def undo(pages: Iterable[Page]) -> None:
    """Put every row back as it was before the act. The caller holds the transaction.

    Raises RuleBroken with the list of what depends on the act.
    """
    pages = sorted(pages, key=lambda page: page.sequence, reverse=True)
    if found := blockers(pages):
        raise RuleBroken("\n".join(found[:SHOWN]))
    for page in pages:
        model = apps.get_model(page.model)
        if page.operation == CREATED:
            _remove(model, [pk for pk, _ in page.entries])
        elif page.operation == CHANGED:
            _restore(model, dict(page.entries))


def _restore(model: type[Model], values: dict[int, dict[str, Any]]) -> None:
    """Replace the rows by what they were: references to them are checked when the transaction ends."""
    _remove(model, list(values))
    bulk.insert_all(model, (_row(model, pk, kept) for pk, kept in values.items()))


def _remove(model: type[Model], pks: list[int]) -> None:
    """Delete without walking through what refers to the rows: `blockers` has looked at that."""
    rows = model._base_manager.filter(pk__in=pks)
    rows._raw_delete(rows.db)


def _row(model: type[Model], pk: int, kept: dict[str, Any]) -> Model:
    fields = [field for field in model._meta.concrete_fields if field.attname in kept]
    return model(pk=pk, **{field.attname: field.to_python(kept[field.attname]) for field in fields})


def _values(model: type[Model], pks: list[int]) -> dict[int, dict[str, Any]]:
    """Rows as plain values of their columns, by primary key."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    rows = model._base_manager.filter(pk__in=pks).order_by("pk").values_list("pk", *names)
    return {pk: dict(zip(names, map(_plain, values), strict=True)) for pk, *values in rows}


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, FiscalYear) else value


def _sum(values: dict[str, Any]) -> str:
    """A short sum of one row's values, as they are read from the database."""
    return hashlib.blake2b(repr(values).encode(), digest_size=8).hexdigest()


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]
