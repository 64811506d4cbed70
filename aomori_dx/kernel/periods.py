"""Half-open periods: `valid_from` is the first day, `valid_to` the first day no longer."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.fields import DateField


class PeriodQuerySet(models.QuerySet):
    def on(self, day: date):
        """Rows in force on `day`. There is no default day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__gt=day) | Q(valid_to__isnull=True))

    def overlapping(self, start: date, end: date | None):
        """Rows in force on some day of [start, end); an open end is None."""
        rows = self.filter(Q(valid_to__gt=start) | Q(valid_to__isnull=True))
        return rows if end is None else rows.filter(valid_from__lt=end)

    def open(self):
        """Rows without a known end."""
        return self.filter(valid_to__isnull=True)


class Period(models.Model):
    """A fact that holds from a day until another."""

    valid_from = models.DateField("開始日")
    valid_to = models.DateField(
        "終了日", null=True, blank=True, help_text="この日から無効になります(この日は含みません)。"
    )

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
        violation_error_message="終了日は開始日より後にしてください。",
    )


class DateRange(Func):
    function = "daterange"
    output_field = DateField()


class OneAtATime(ExclusionConstraint):
    """No two periods of the same `per` overlap.

    PostgreSQL excludes them itself. SQLite has no such constraint: there the service that writes keeps
    the rule by locking the parent row, and `validate()` asks the table.
    """

    def __init__(self, *, name, per=(), expressions=(), condition=None, violation_error_message=None, **kwargs):
        self.per = tuple(per)
        super().__init__(
            name=name,
            expressions=[*((field, "=") for field in self.per), (DateRange("valid_from", "valid_to"), "&&")],
            condition=condition,
            violation_error_message=violation_error_message,
        )

    def deconstruct(self):
        _path, args, kwargs = super().deconstruct()
        kwargs.pop("expressions", None)
        return "aomori_dx.kernel.periods.OneAtATime", args, {**kwargs, "per": self.per}

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().remove_sql(model, schema_editor)

    def validate(self, model, instance, exclude=None, using=None):
        if instance.valid_from is None or (exclude and {*self.per, "valid_from", "valid_to"} & set(exclude)):
            return
        rows = PeriodQuerySet(model).exclude(pk=instance.pk).overlapping(instance.valid_from, instance.valid_to)
        if self.condition:
            if not self._holds_for(instance):
                return
            rows = rows.filter(self.condition)
        if rows.filter(**{field: getattr(instance, field) for field in self.per}).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def _holds_for(self, instance) -> bool:
        return all(getattr(instance, name) == value for name, value in self.condition.children)
