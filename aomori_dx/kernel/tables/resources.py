"""Rows to columns in the office's words and back, for django-import-export: checked, recorded, all or nothing."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from import_export import resources
from import_export.fields import Field
from import_export.results import Result
from import_export.widgets import Widget

from aomori_dx.kernel import audit, closing, corrections
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from aomori_dx.kernel.fields import FiscalYearField
from aomori_dx.kernel.tables import cells

ID = "ID"


class Cell(Widget):
    """A column by two functions: from a cell to a value (ValueError says why not), and back."""

    def __init__(self, parse: Callable[[Any], Any], show: Callable[[Any], Any] = cells.shown, empty: Any = "") -> None:
        super().__init__()
        self.parse, self.show, self.empty = parse, show, empty

    def clean(self, value, row=None, **kwargs):
        return self.empty if cells.is_blank(value) else self.parse(value)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else self.show(value)


def cell_for(field: models.Field) -> Cell:
    """The column of a model's field, by its kind."""
    if isinstance(field, FiscalYearField):
        return Cell(cells.fiscal_year, lambda year: year.short, None)
    if isinstance(field, models.DateField):
        return Cell(cells.day, empty=None)
    if isinstance(field, models.BooleanField):
        return Cell(cells.flag, lambda yes: "はい" if yes else "いいえ", None)
    if field.choices:
        words = {str(label): code for code, label in field.flatchoices}
        labels = dict(field.flatchoices)
        return Cell(cells.choice(words), lambda code: labels.get(code, code))
    if isinstance(field, models.IntegerField):
        return Cell(cells.number, int, None)
    return Cell(prose if isinstance(field, models.TextField) else cells.text)


def prose(value: object) -> str:
    """A text of several lines."""
    lines = unicodedata.normalize("NFC", cells.shown(value)).splitlines()
    return "\n".join(cells.text(line.replace("\t", " ")) for line in lines).strip()


class Difference:
    """What a row says before and after, column by column, without any markup of its own."""

    def __init__(self, resource, instance, new):
        self.before = [] if new else self._values(resource, instance)
        self.after: list[str] = []

    @staticmethod
    def _values(resource, instance) -> list[str]:
        return [str(field.export(instance)) for field in resource.told_fields()]

    def compare_with(self, resource, instance):
        self.after = self._values(resource, instance)

    def as_html(self) -> list[tuple[str, str]]:
        """Pairs for the template, which escapes them."""
        return list(zip(self.before or [""] * len(self.after), self.after, strict=True))


class CorrectionResource(resources.ModelResource):
    """A model's table. A row is known by its ID, else by `natural_key`; what is not found is new.

    `import_data` takes `by`, `at` and `reason`: each row that changes leaves an audit event.
    """

    natural_key: Sequence[str] = ()
    records_new = True  # False where a service writes new rows, with a record of its own

    class Meta:
        abstract = True

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        column = ID if django_field.primary_key else str(django_field.verbose_name)
        return Field(attribute=field_name, column_name=column, widget=cell_for(django_field), readonly=readonly)

    @classmethod
    def get_diff_class(cls):
        return Difference

    def told_fields(self) -> list[Field]:
        """What a preview shows. A new row has no ID yet."""
        return [field for field in self.get_import_fields() if field.column_name != ID]

    def get_diff_headers(self):
        return [field.column_name for field in self.told_fields()]

    def get_queryset(self):
        """Rows are held from the moment they are compared until they are written."""
        return self._meta.model._default_manager.select_for_update()

    def lock(self, instance: models.Model) -> None:
        """Hold the rows that rule over this one."""

    @property
    def columns(self) -> list[str]:
        """Every column of an exported file, those too that are only for reading."""
        return self.get_export_headers()

    @property
    def key_columns(self) -> list[str]:
        return [self.fields[name].column_name for name in self.natural_key]

    def get_instance(self, instance_loader, row):
        """The row's object. Raises ValidationError for an ID that nothing has."""
        given = row.get(ID)
        if not cells.is_blank(given):
            try:
                return self.get_queryset().get(pk=cells.number(given))
            except (ValueError, self._meta.model.DoesNotExist) as error:
                raise ValidationError(f"ID「{cells.shown(given)}」のデータはありません。") from error
        return self.find(row)

    def find(self, row: dict) -> models.Model | None:
        """The object of the natural key. Raises ValidationError where a part of it cannot be read."""
        key = {}
        for name in self.natural_key:
            try:
                key[name] = self.fields[name].clean(row)
            except ValueError as error:
                raise ValidationError(f"{self.fields[name].column_name}: {error}") from error
        return self.get_queryset().filter(**key).first()

    def import_instance(self, instance, row, **kwargs):
        row.pop(ID, None)
        super().import_instance(instance, row, **kwargs)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        if not import_validation_errors:
            self.lock(instance)
        super().validate_instance(instance, import_validation_errors, validate_unique)

    def do_instance_save(self, instance, is_create):
        with constraints_as_rules(), transaction.atomic():
            super().do_instance_save(instance, is_create)

    def before_import(self, dataset, **kwargs):
        self.events: list = []
        self.closed = closing.hold()

    def after_import_row(self, row, row_result, **kwargs):
        obj, new = row_result.instance, row_result.is_new()
        if not (row_result.is_update() or (new and self.records_new)):
            return
        before, after = None, corrections.values_of(obj)
        if not new:
            before = corrections.values_of(row_result.original)
        if refusal := self.closed.why_not(*closing.years_touched(type(obj), before, after)):
            raise RuleBroken(refusal)
        if before is not None:
            before, after = corrections.differences(before, after)
        self.events.append(
            audit.event(
                obj,
                "added" if new else "corrected",
                before=before,
                after=after,
                by=kwargs["by"],
                at=kwargs["at"],
                reason=kwargs["reason"],
            )
        )

    def after_import(self, dataset, result, **kwargs):
        audit.record_all(self.events)
        if result.totals["new"] or result.totals["update"]:
            corrections.announce(self._meta.model, by=kwargs["by"], at=kwargs["at"])


def run(resource: CorrectionResource, dataset: Any, *, by: Any, at: datetime, reason: str, dry_run: bool) -> Result:
    """Import a table, all or nothing: one wrong row, and none is written."""
    plain = corrections.demand_reason(reason)
    return resource.import_data(
        dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True, by=by, at=at, reason=plain,
        retain_instance_in_row_result=True,
    )  # fmt: skip


def digest(result: Result) -> str:
    """The same for two runs that would change the same."""
    told = [(row.import_type, row.diff) for row in result.rows]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
