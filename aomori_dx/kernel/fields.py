"""The fiscal year as a column and as a form field."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable

from aomori_dx.kernel.fiscal_year import FiscalYear

if TYPE_CHECKING:
    _Column = models.SmallIntegerField[FiscalYear | Combinable, FiscalYear]
else:
    _Column = models.SmallIntegerField


class FiscalYearField(_Column):
    """Stored as the western year of its first day (2026), read as a FiscalYear."""

    if TYPE_CHECKING:
        _pyi_lookup_exact_type: FiscalYear | int | str  # type: ignore[assignment]

    description = "年度"

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> FiscalYear | None:
        return None if value is None else FiscalYear(value)

    def to_python(self, value: Any) -> FiscalYear | None:
        if value is None or value == "":
            return None
        try:
            return FiscalYear.parse(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        value = super(models.IntegerField, self).get_prep_value(value)  # text that is still to be translated
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return int(FiscalYear.parse(value))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(int(value))

    @property
    def validators(self) -> list:
        """None: those of SmallIntegerField compare numbers, and FiscalYear checks its own range."""
        return []

    def formfield(self, **kwargs: Any) -> Any:
        return super(models.IntegerField, self).formfield(**{"form_class": FiscalYearFormField, **kwargs})


class FiscalYearFormField(forms.CharField):
    """Typed as R8, 令和8年度 or 2026."""

    def prepare_value(self, value: Any) -> Any:
        return value.short if isinstance(value, FiscalYear) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, FiscalYear):
            return value
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return FiscalYear.parse(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
