"""The fiscal year as a column and as a form field."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from aomori_dx.kernel.fiscal_year import FiscalYear


class FiscalYearField(models.SmallIntegerField):
    """Stored as the western year of its first day (2026), read as a FiscalYear."""

    description = "年度"

    def from_db_value(self, value, expression, connection):
        return None if value is None else FiscalYear(value)

    def to_python(self, value):
        if value is None or value == "":
            return None
        try:
            return FiscalYear.parse(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value):
        return None if value is None else int(FiscalYear.parse(value))

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return "" if value is None else str(int(value))

    # The validators of SmallIntegerField compare numbers; FiscalYear checks its own range.
    @property
    def validators(self):
        return []

    def formfield(self, **kwargs):
        return super(models.IntegerField, self).formfield(**{"form_class": FiscalYearFormField, **kwargs})


class FiscalYearFormField(forms.CharField):
    """Typed as R8, 令和8年度 or 2026."""

    def prepare_value(self, value):
        return value.short if isinstance(value, FiscalYear) else value

    def to_python(self, value):
        if isinstance(value, FiscalYear):
            return value
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return FiscalYear.parse(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
