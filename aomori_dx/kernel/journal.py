"""What one act wrote, row by row, so that the act can be undone as a whole.

A journal is kept beside the writes: before rows change or go, `changing` reads them; after rows were made,
`created` names them. `undo` puts everything back in reverse order, unless something depends on it by then.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Model

from aomori_dx.kernel.errors import RuleBroken

CREATED, CHANGED = "created", "changed"
CHUNK = 1000
SHOWN = 20
"""How many of the rows that stand in the way of an undo are named."""


class Journal:
    """Collects what is written. The entries of the base class go nowhere: it is for acts that cannot be undone."""

    def created(self, rows: Iterable[Model]) -> None:
        """Name rows that were just inserted."""

    def changing(self, model: type[Model], pks: Iterable[int]) -> None:
        """Keep rows as they are, before they are updated or deleted."""


NO_JOURNAL = Journal()


class Page(models.Model):
    """Up to 1,000 entries of a journal: `[pk, values before, or null for a new row]`."""

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

    def close(self) -> dict[str, str]:
        """A digest of every table's touched rows as they are now: whoever undoes compares it."""
        return {model._meta.label_lower: _digest(model, pks) for model, pks in self._touched.items()}

    def _keep(self, model: type[Model], operation: str, entries: list) -> None:
        self._sequence += 1
        self._new_page(sequence=self._sequence, model=model._meta.label_lower, operation=operation, entries=entries)


def blockers(pages: Iterable[Page], digests: dict[str, str]) -> list[str]:
    """Why the act cannot be undone any more, in sentences that name what stands in the way."""
    new: dict[type[Model], set[int]] = defaultdict(set)
    touched: dict[type[Model], set[int]] = defaultdict(set)
    for page in pages:
        model = apps.get_model(page.model)
        pks = {pk for pk, _ in page.entries}
        touched[model] |= pks
        if page.operation == CREATED:
            new[model] |= pks
    found = list(_later_changes(touched, digests))
    for model, pks in new.items():
        found.extend(_dependents(model, pks, new))
    return found


def _later_changes(touched: dict[type[Model], set[int]], digests: dict[str, str]) -> Iterator[str]:
    for model, pks in touched.items():
        if digests.get(model._meta.label_lower) != _digest(model, pks):
            yield f"この取込で登録・変更した{model._meta.verbose_name}が、その後に変更されています。"


def _dependents(model: type[Model], pks: set[int], new: dict[type[Model], set[int]]) -> Iterator[str]:
    for relation in model._meta.related_objects:
        other, name = relation.related_model, relation.field.name
        for part in _chunks(sorted(pks)):
            rows = other._base_manager.filter(**{f"{name}__in": part})
            own = new.get(other, set())
            outside = [row for row in rows.only("pk", name)[: SHOWN + len(own)] if row.pk not in own][:SHOWN]
            for row in outside:
                users = other._meta.verbose_name
                yield f"{model._meta.verbose_name}「{getattr(row, name)}」を使っている{users}があります。"


def undo(pages: Iterable[Page], digests: dict[str, str]) -> None:
    """Put every row back as it was before the act. The caller holds the transaction.

    Raises RuleBroken with the list of what depends on the act.
    """
    pages = sorted(pages, key=lambda page: page.sequence, reverse=True)
    if found := blockers(pages, digests):
        raise RuleBroken("\n".join(dict.fromkeys(found)))
    for page in pages:
        model = apps.get_model(page.model)
        if page.operation == CREATED:
            model._base_manager.filter(pk__in=[pk for pk, _ in page.entries]).delete()
        else:
            _restore(model, dict(page.entries))


def _restore(model: type[Model], values: dict[int, dict[str, Any]]) -> None:
    there = set(model._base_manager.filter(pk__in=values).values_list("pk", flat=True))
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    rows = [_row(model, pk, kept) for pk, kept in values.items()]
    model._base_manager.bulk_update(
        [row for row in rows if row.pk in there], [field.name for field in fields], batch_size=200
    )
    model._base_manager.bulk_create([row for row in rows if row.pk not in there])


def _row(model: type[Model], pk: int, kept: dict[str, Any]) -> Model:
    values = {
        field.attname: field.to_python(kept[field.attname])
        for field in model._meta.concrete_fields[0:]
        if field.attname in kept
    }
    return model(**{**values, model._meta.pk.attname: pk})


def _values(model: type[Model], pks: list[int]) -> dict[int, dict[str, Any]]:
    """Rows as plain values of their columns, by primary key."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    rows = model._base_manager.filter(pk__in=pks).order_by("pk")
    return {
        row.pk: {field.attname: field.get_prep_value(getattr(row, field.attname)) for field in fields} for row in rows
    }


def _digest(model: type[Model], pks: set[int]) -> str:
    sums = hashlib.sha256()
    for part in _chunks(sorted(pks)):
        text = json.dumps(_values(model, part), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        sums.update(text.encode())
    return sums.hexdigest()


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]
